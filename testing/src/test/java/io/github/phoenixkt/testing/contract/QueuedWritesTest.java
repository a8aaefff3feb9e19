package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** {@code POST /v1/…_annotations} without {@code sync}: accepted at once, stored a little later. */
class QueuedWritesTest {
  @ContractTest
  void answersNothingAndStoresSoon(Api api) {
    Seed seed = api.seed();
    for (Level targetKind : Level.values()) {
      Answer answer =
          api.post(
              "/v1" + targetKind.path(),
              targetKind.one(
                  seed.target(targetKind), "tone", ",'result':{'score':0},'identifier':'i'"));
      assertThat(answer.data()).isEmpty();
      JsonNode row =
          api.await(() -> api.get(seed.annotations(targetKind)), page -> !page.data().isEmpty())
              .first();
      assertThat(row.at("/result/score").toString()).isEqualTo("0.0");
      assertThat(row.get("identifier").asText()).isEqualTo("i");
    }
  }

  @ContractTest
  void anUnknownTargetIsAcceptedAllTheSame(Api api) {
    for (String word : new String[] {"span", "trace", "session"}) {
      String json =
          "{'data':[{'"
              + word
              + "_id':'"
              + Api.unique("missing")
              + "','name':'n','annotator_kind':'LLM'}]}";
      assertThat(api.post("/v1/" + word + "_annotations", json).data()).isEmpty();
    }
    assertThat(
            api.post(
                    "/v1/document_annotations?sync=false",
                    "{'data':[{'span_id':'"
                        + Api.unique("missing")
                        + "','document_position':99,'name':'n','annotator_kind':'LLM'}]}")
                .data())
        .isEmpty();
  }

  @ContractTest
  void ofOneBatchTheLastOfAKeyWinsAndIdentifiersAreKept(Api api) {
    Seed seed = api.seed();
    api.post(
            "/v1/span_annotations",
            "{'data':["
                + Level.SPAN.item(seed.span(), "n", ",'result':{'score':1}")
                + ","
                + Level.SPAN.item(seed.span(), "n", ",'result':{'score':2}")
                + ","
                + Level.SPAN.item(seed.span(), "n", ",'identifier':'i'")
                + ","
                + Level.SPAN.item(seed.span(), "n", ",'identifier':'j'")
                + "]}")
        .ok();
    Answer page = api.await(() -> api.get(seed.annotations(Level.SPAN)), p -> p.data().size() == 3);
    assertThat(Set.copyOf(page.all("identifier"))).containsExactlyInAnyOrder("", "i", "j");
    page.data()
        .forEach(
            row -> {
              if (row.get("identifier").asText().isEmpty()) {
                assertThat(row.at("/result/score").asDouble()).isEqualTo(2);
              }
            });
  }

  @ContractTest
  void aLaterWriteReplacesAnEarlierOne(Api api) {
    Seed seed = api.seed();
    String path = "/v1/trace_annotations";
    api.post(path + "?sync=true", Level.TRACE.one(seed.trace(), "n", ",'result':{'label':'a'}"))
        .ok();
    api.post(path, Level.TRACE.one(seed.trace(), "n", ",'result':{'label':'b'}")).ok();
    api.await(
        () -> api.get(seed.annotations(Level.TRACE)),
        page -> page.first().at("/result/label").asText().equals("b"));
    // Nothing that was queued earlier comes back over a confirmed write.
    api.post(path, Level.TRACE.one(seed.trace(), "n", ",'result':{'label':'c'}")).ok();
    api.await(
        () -> api.get(seed.annotations(Level.TRACE)),
        page -> page.first().at("/result/label").asText().equals("c"));
    assertThat(api.get(seed.annotations(Level.TRACE)).data()).hasSize(1);
  }

  @ContractTest
  void anEarlierSpanIsThereByTheTime(Api api) {
    Seed seed =
        new Seed(
            Api.unique("project"), Api.unique("span"), Api.unique("trace"), Api.unique("session"));
    api.addSpan(seed, "");
    api.post("/v1/session_annotations", Level.SESSION.one(seed.session(), "n", "")).ok();
    api.await(() -> api.get(seed.annotations(Level.SESSION)), page -> !page.data().isEmpty());
  }
}
