package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code POST /v1/…_notes}. */
class NotesTest {
  @ContractTest
  void areAppended(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String path = "/v1/" + targetKind.word() + "_notes";
      Answer first =
          api.post(path, targetKind.note(" " + seed.target(targetKind) + " ", " one ", ""));
      assertThat(first.data().get("id").asText()).isNotBlank();
      api.post(path + "?sync=maybe", targetKind.note(seed.target(targetKind), "two", "")).ok();
      Answer page = api.get(seed.annotations(targetKind));
      assertThat(page.data()).hasSize(2);
      JsonNode note = page.data().get(1);
      assertThat(note.get("id")).isEqualTo(first.data().get("id"));
      assertThat(note.get("name").asText()).isEqualTo("note");
      assertThat(note.get("annotator_kind").asText()).isEqualTo("HUMAN");
      assertThat(note.get("metadata").toString()).isEqualTo("{}");
      assertThat(note.get("source").asText()).isEqualTo("API");
      assertThat(note.get("identifier").asText()).startsWith("px-" + targetKind.word() + "-note:");
      assertThat(note.get("result").toString())
          .isEqualTo("{\"label\":null,\"score\":null,\"explanation\":\"one\"}");
    }
  }

  @ContractTest
  void withAnIdentifierAreReplaced(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String path = "/v1/" + targetKind.word() + "_notes";
      for (String identifier : new String[] {"mine", " "}) {
        String more = ",'identifier':'" + identifier + "'";
        JsonNode first =
            api.post(path, targetKind.note(seed.target(targetKind), "one", more)).data();
        JsonNode second =
            api.post(path, targetKind.note(seed.target(targetKind), "two", more)).data();
        assertThat(second).isEqualTo(first);
      }
      Answer page = api.get(seed.annotations(targetKind));
      assertThat(page.all("identifier")).containsExactly(" ", "mine");
      assertThat(page.first().at("/result/explanation").asText()).isEqualTo("two");
    }
  }

  @ContractTest
  void needATargetAndAText(Api api) {
    for (Level targetKind : Level.values()) {
      String path = "/v1/" + targetKind.word() + "_notes";
      String id = targetKind.word() + "_id";
      api.post(path, targetKind.note(Api.unique("missing"), "text", "")).isText(404);
      api.post(path, targetKind.note(" ", " \\u00a0 ", ""))
          .isInvalid("body", "data", id)
          .isInvalid("body", "data", "note");
      api.post(path, targetKind.note("a", "b", ",'identifier':null"))
          .isInvalid("body", "data", "identifier");
      api.post(path, "{'data':[]}").isInvalid("body", "data");
      api.post(path, "{'data':{}}").isInvalid("body", "data", "note");
      api.post(path, "{}").isInvalid("body", "data");
    }
  }

  @ContractTest
  void doNotExistForDocuments(Api api) {
    api.post("/v1/document_notes", "{}").isText(405);
  }
}
