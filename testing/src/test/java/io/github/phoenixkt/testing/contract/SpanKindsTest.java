package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Phoenix keeps the text of a kind, and counts it as one that it knows. */
class SpanKindsTest {
  private static void addSpan(Api api, String project, String kind) {
    String id = Api.unique("span");
    String span = Api.span(id, Api.unique("trace"), "OK", "").replace("RETRIEVER", kind);
    api.post("/v1/projects/" + project + "/spans", "{'data':[" + span + "]}").is(202);
    api.awaitSpan(project, id);
  }

  private static List<String> kinds(Iterable<JsonNode> spans) {
    List<String> kinds = new ArrayList<>();
    spans.forEach(span -> kinds.add(span.get("span_kind").asText()));
    return kinds;
  }

  @ContractTest
  void otherKindsAreKeptAndCountAsUnknown(Api api) {
    String project = Api.unique("project");
    for (String kind : List.of("zebra", " LLM ", "llm", "DECISION")) {
      addSpan(api, project, kind);
    }
    String spans = "/v1/projects/" + project + "/spans?limit=10";
    assertThat(kinds(api.get(spans).data()))
        .containsExactlyInAnyOrder("zebra", " LLM ", "llm", "DECISION");
    assertThat(kinds(api.get(spans + "&span_kind=UNKNOWN").data()))
        .containsExactlyInAnyOrder("zebra", " LLM ");
    assertThat(kinds(api.get(spans + "&span_kind=LLM").data())).containsExactly("llm");
    assertThat(kinds(api.get(spans + "&span_kind=decision").data())).containsExactly("DECISION");

    List<String> ofTraces = new ArrayList<>();
    for (JsonNode trace :
        api.get("/v1/projects/" + project + "/traces?include_spans=true").data()) {
      ofTraces.addAll(kinds(trace.get("spans")));
    }
    assertThat(ofTraces).containsExactlyInAnyOrder("UNKNOWN", "UNKNOWN", "LLM", "DECISION");
  }
}
