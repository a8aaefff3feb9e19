package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** {@code POST /v1/…_annotations?sync=true}. */
class ConfirmedWritesTest {
  @ContractTest
  void answersIdsAndStoresTheValues(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String path = "/v1" + targetKind.path() + "?sync=true";
      JsonNode stored =
          api.post(
                  path,
                  targetKind.one(
                      seed.target(targetKind),
                      "tone",
                      ",'result':{'label':' calm ','score':1,'explanation':'é 😀'},"
                          + "'metadata':{'a':[1,null,{'b':true}]},'identifier':'run-7'"))
              .data();
      assertThat(stored).hasSize(1);
      String id = stored.get(0).get("id").asText();
      assertThat(new String(Base64.getDecoder().decode(id), StandardCharsets.UTF_8))
          .matches(targetKind.globalIdType + ":\\d+");

      JsonNode row = api.get(seed.annotations(targetKind)).first();
      assertThat(row.get("id").asText()).isEqualTo(id);
      assertThat(row.get("name").asText()).isEqualTo("tone");
      assertThat(row.get("annotator_kind").asText()).isEqualTo("HUMAN");
      assertThat(row.get("source").asText()).isEqualTo("API");
      assertThat(row.get("user_id").isNull()).isTrue();
      assertThat(row.get("identifier").asText()).isEqualTo("run-7");
      assertThat(row.get(targetKind.word() + "_id").asText()).isEqualTo(seed.target(targetKind));
      assertThat(row.get("result").toString())
          .isEqualTo("{\"label\":\" calm \",\"score\":1.0,\"explanation\":\"é 😀\"}");
      assertThat(row.get("metadata").toString()).isEqualTo("{\"a\":[1,null,{\"b\":true}]}");
      String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?\\+00:00";
      assertThat(row.get("created_at").asText()).matches(time);
      assertThat(row.get("updated_at").asText()).matches(time);
    }
  }

  @ContractTest
  void upsertReplacesTheWholeRow(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String path = "/v1" + targetKind.path() + "?sync=true";
      String target = seed.target(targetKind);
      String full = ",'result':{'label':'a','score':0.5,'explanation':'b'},'metadata':{'m':1}";
      String first = api.post(path, targetKind.one(target, "n", full)).first().get("id").asText();
      String second = api.post(path, targetKind.one(target, "n", "")).first().get("id").asText();
      assertThat(second).isEqualTo(first);
      JsonNode row = api.get(seed.annotations(targetKind)).first();
      assertThat(row.get("result").toString())
          .isEqualTo("{\"label\":null,\"score\":null,\"explanation\":null}");
      assertThat(row.get("metadata").toString()).isEqualTo("{}");
    }
  }

  @ContractTest
  void identifiersAreKeysAsTheyAre(Api api) {
    Seed seed = api.seed();
    for (String identifier : List.of("", " ", "a", "A")) {
      api.post(
              "/v1/span_annotations?sync=true",
              Level.SPAN.one(seed.span(), "n", ",'identifier':'" + identifier + "'"))
          .ok();
    }
    assertThat(api.get(seed.annotations(Level.SPAN)).all("identifier"))
        .containsExactly("A", "a", " ", "");
  }

  @ContractTest
  void theLastOfOneKeyWinsAndAllGetItsId(Api api) {
    Seed seed = api.seed();
    List<String> ids =
        api.post(
                "/v1/span_annotations?sync=true",
                "{'data':["
                    + Level.SPAN.item(seed.span(), "n", ",'result':{'score':1}")
                    + ","
                    + Level.SPAN.item(seed.span(), "other", "")
                    + ","
                    + Level.SPAN.item(seed.span(), "n", ",'result':{'score':2}")
                    + "]}")
            .all("id");
    assertThat(ids).hasSize(3);
    assertThat(ids.get(2)).isEqualTo(ids.get(0)).isNotEqualTo(ids.get(1));
    Answer page = api.get(seed.annotations(Level.SPAN) + "&include_annotation_names=n");
    assertThat(page.first().at("/result/score").asDouble()).isEqualTo(2);
  }

  @ContractTest
  void oneMissingTargetStopsTheWholeBatch(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String missing = Api.unique("missing");
      Answer answer =
          api.post(
                  "/v1" + targetKind.path() + "?sync=true",
                  "{'data':["
                      + targetKind.item(seed.target(targetKind), "n", "")
                      + ","
                      + targetKind.item(missing, "n", "")
                      + "]}")
              .isText(404);
      assertThat(answer.body()).contains(missing).doesNotContain(seed.target(targetKind));
      assertThat(api.get(seed.annotations(targetKind)).data()).isEmpty();
    }
  }

  @ContractTest
  void globalIdsAreNoTargets(Api api) {
    Seed seed = api.seed();
    String globalId =
        api.get("/v1/projects/" + seed.project() + "/spans").first().get("id").asText();
    api.post("/v1/span_annotations?sync=true", Level.SPAN.one(globalId, "n", "")).isText(404);
    api.post(
            "/v1/span_annotations?sync=true",
            Level.SPAN.one(seed.span().toUpperCase(Locale.ROOT), "n", ""))
        .isText(404);
  }

  @ContractTest
  void anEmptyListIsFine(Api api) {
    for (String word : List.of("span", "document", "trace", "session")) {
      for (String sync : List.of("", "?sync=true", "?sync=false")) {
        Answer answer = api.post("/v1/" + word + "_annotations" + sync, "{'data':[]}");
        assertThat(answer.data()).isEmpty();
      }
    }
  }

  @ContractTest
  void theNameNoteIsReserved(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      String target = seed.target(targetKind);
      for (String sync : List.of("?sync=true", "")) {
        String path = "/v1" + targetKind.path() + sync;
        String batch =
            "{'data':["
                + targetKind.item(target, "n", "")
                + ","
                + targetKind.item(target, "note", "")
                + "]}";
        assertThat(api.post(path, batch).isText(400).body()).contains(targetKind.word() + "_notes");
      }
      api.post(
              "/v1" + targetKind.path() + "?sync=true",
              "{'data':["
                  + targetKind.item(target, "Note", "")
                  + ","
                  + targetKind.item(target, " note ", "")
                  + "]}")
          .ok();
      assertThat(api.get(seed.annotations(targetKind)).all("name"))
          .containsExactly(" note ", "Note");
    }
  }

  @ContractTest
  void scoresAreCoercedAndWhatIsNotFiniteIsNull(Api api) {
    Seed seed = api.seed();
    List<String> sent = List.of("0", "true", "' 1e2 '", "NaN", "1e400", "'nan'", "-Infinity");
    List<String> read = List.of("0.0", "1.0", "100.0", "null", "null", "null", "null");
    for (int i = 0; i < sent.size(); i++) {
      api.post(
              "/v1/span_annotations?sync=true",
              Level.SPAN.one(seed.span(), "n", ",'result':{'score':" + sent.get(i) + "}"))
          .ok();
      assertThat(api.get(seed.annotations(Level.SPAN)).first().at("/result/score").toString())
          .as(sent.get(i))
          .isEqualTo(read.get(i));
    }
  }

  @ContractTest
  void metadataHoldsIntegersUpTo64Bits(Api api) {
    Seed seed = api.seed();
    String path = "/v1/span_annotations?sync=true";
    api.post(
            path,
            Level.SPAN.one(
                seed.span(),
                "n",
                ",'metadata':{'max':18446744073709551615,'min':-9223372036854775808,'nan':NaN}"))
        .ok();
    JsonNode metadata = api.get(seed.annotations(Level.SPAN)).first().get("metadata");
    assertThat(metadata.get("max").asText()).isEqualTo("18446744073709551615");
    assertThat(metadata.get("min").asText()).isEqualTo("-9223372036854775808");
    assertThat(metadata.get("nan").isNull()).isTrue();
    api.post(path, Level.SPAN.one(seed.span(), "m", ",'metadata':{'n':18446744073709551616}"))
        .isText(500);
    api.post(path, Level.SPAN.one(seed.span(), "m", ",'metadata':null")).ok();
  }

  @ContractTest
  void anUnpairedSurrogateIsAServerError(Api api) {
    Seed seed = api.seed();
    for (String field : List.of("'label':'\\ud83d'", "'explanation':'\\ude00'")) {
      Answer answer =
          api.post(
              "/v1/span_annotations?sync=true",
              Level.SPAN.one(seed.span(), "n", ",'result':{" + field + "}"));
      answer.isText(500);
      assertThat(answer.header("x-phoenix-server-version")).isNull();
    }
    api.post("/v1/span_annotations?sync=true", Level.SPAN.one("\\ud83d", "n", "")).isText(500);
  }

  @ContractTest
  void documentsHavePositionsWithinBoundsAndNoIdentifier(Api api) {
    Seed seed = api.seedWithDocuments();
    String path = "/v1/document_annotations?sync=true";
    assertThat(api.post(path, document(seed, "1", "")).data()).hasSize(1);
    api.post(path, document(seed, "1.0", "")).ok();
    api.post(path, document(seed, "'0'", "")).ok();
    api.post(path, document(seed, "2", "")).isText(422);
    api.post(path, document(seed, "-1", "")).isText(422);
    api.post(path, document(seed, "1.5", "")).isInvalid("body", "data", 0, "document_position");
    api.post(path, document(seed, "null", "")).isInvalid("body", "data", 0, "document_position");
    api.post(path, document(seed, "1", ",'identifier':''")).ok();
    api.post(path, document(seed, "1", ",'identifier':'i'")).isText(422);
    api.post("/v1/document_annotations", document(seed, "1", ",'identifier':'i'")).isText(422);
    api.post(path, document(seed, "1", "").replace("'relevance'", "'note'")).ok();
  }

  @ContractTest
  void aDocumentKeepsItsIdPerPosition(Api api) {
    Seed seed = api.seedWithDocuments();
    String path = "/v1/document_annotations?sync=true";
    String first = api.post(path, document(seed, "0", "")).first().get("id").asText();
    String again = api.post(path, document(seed, "0", "")).first().get("id").asText();
    String other = api.post(path, document(seed, "1", "")).first().get("id").asText();
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @ContractTest
  void aSpanWithoutDocumentsHasNoPosition(Api api) {
    api.post("/v1/document_annotations?sync=true", document(api.seed(), "0", "")).isText(422);
    Seed nobody = new Seed("default", Api.unique("missing"), "", "");
    api.post("/v1/document_annotations?sync=true", document(nobody, "0", "")).isText(404);
  }

  @ContractTest
  void rerankersCountTheirOutput(Api api) {
    Seed seed = new Seed(Api.unique("p"), Api.unique("s"), Api.unique("t"), Api.unique("x"));
    String span =
        Api.span(
            seed.span(),
            seed.trace(),
            "OK",
            "'reranker.output_documents':[{'document.content':'a'}],"
                + "'retrieval.documents':[{'document.content':'a'},{'document.content':'b'}]");
    api.post(
            "/v1/projects/" + seed.project() + "/spans",
            "{'data':[" + span.replace("RETRIEVER", "RERANKER") + "]}")
        .is(202);
    api.awaitSpan(seed.project(), seed.span());
    api.post("/v1/document_annotations?sync=true", document(seed, "0", "")).ok();
    api.post("/v1/document_annotations?sync=true", document(seed, "1", "")).isText(422);
  }

  private static String document(Seed seed, String position, String more) {
    return "{'data':[{'span_id':'"
        + seed.span()
        + "','document_position':"
        + position
        + ",'name':'relevance','annotator_kind':'LLM','result':{'score':0.5}"
        + more
        + "}]}";
  }
}
