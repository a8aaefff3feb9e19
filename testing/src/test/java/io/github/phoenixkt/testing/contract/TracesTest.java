package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code /v1/projects/{}/traces} and {@code /v1/traces}. */
class TracesTest {
  @ContractTest
  void showTheirSpansOnlyWhenAsked(Api api) {
    Seed seed = api.seed();
    String path = "/v1/projects/" + seed.project() + "/traces";
    JsonNode trace = api.get(path).first();
    assertThat(trace.get("trace_id").asText()).isEqualTo(seed.trace());
    assertThat(trace.get("project_id"))
        .isEqualTo(api.get("/v1/projects/" + seed.project()).data().get("id"));
    assertThat(trace.get("start_time").asText()).isEqualTo("2026-01-05T10:00:00+00:00");
    assertThat(trace.get("end_time").asText()).isEqualTo("2026-01-05T10:00:01.500000+00:00");
    assertThat(trace.get("token_count_total").isIntegralNumber()).isTrue();
    assertThat(trace.get("spans").isNull()).isTrue();
    JsonNode span = api.get(path + "?include_spans=true").first().at("/spans/0");
    List<String> keys = new ArrayList<>();
    span.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactlyInAnyOrder(
            "id",
            "span_id",
            "parent_id",
            "name",
            "span_kind",
            "status_code",
            "start_time",
            "end_time");
    assertThat(span.get("span_id").asText()).isEqualTo(seed.span());
  }

  @ContractTest
  void areFilteredSortedAndPaged(Api api) {
    String project = Api.unique("project");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String id = Api.unique("trace" + i);
      // Inserted from late to early, so that row order and time order differ.
      String span =
          Api.span(Api.unique("span"), id, i == 0 ? "ERROR" : "OK", "'session.id':'" + id + "-s'")
              .replace("10:00:00Z", "09:00:0" + (9 - i) + "Z");
      api.post("/v1/projects/" + project + "/spans", "{'data':[" + span + "]}").is(202);
      api.await(() -> api.get("/v1/sessions/" + id + "-s"), answer -> answer.status() == 200);
      ids.add(id);
    }
    String path = "/v1/projects/" + project + "/traces?";
    assertThat(walk(api, path)).isEqualTo(ids);
    assertThat(walk(api, path + "order=asc")).isEqualTo(reversed(ids));
    // The earlier the start, the longer it took.
    assertThat(walk(api, path + "sort=latency_ms")).isEqualTo(reversed(ids));
    assertThat(walk(api, path + "start_time=2026-01-05T09:00:07Z&end_time=2026-01-05T09:00:09Z"))
        .containsExactly(ids.get(1), ids.get(2));
    String session = ids.get(2) + "-s";
    assertThat(walk(api, path + "session_identifier=" + session)).containsExactly(ids.get(2));
    String sessionId = Api.encode(api.get("/v1/sessions/" + session).data().get("id").asText());
    assertThat(walk(api, path + "session_identifier=" + sessionId + "&session_identifier=none"))
        .containsExactly(ids.get(2));
    assertThat(walk(api, path + "session_identifier=none")).isEmpty();
    assertThat(walk(api, path + "error=true")).containsExactly(ids.get(0));
    String cursor = Api.encode(api.get(path + "limit=1").nextCursor() + "");
    api.get(path + "sort=latency_ms&cursor=" + cursor).isText(422);
    api.get(path + "cursor=x").isText(422);
    api.get(path + "limit=1001").isInvalid("query", "limit");
    api.get(path + "sort=x").isInvalid("query", "sort");
    api.get(path + "order=x").isInvalid("query", "order");
    api.get("/v1/projects/none-such/traces").isText(404);
  }

  private static List<String> walk(Api api, String path) {
    return api.walk(path + "&limit=1", "/trace_id");
  }

  private static List<String> reversed(List<String> list) {
    List<String> copy = new ArrayList<>(list);
    Collections.reverse(copy);
    return copy;
  }

  @ContractTest
  void aDeletedTraceTakesEverythingButItsSession(Api api) {
    Seed seed = api.seed();
    api.post("/v1/trace_annotations?sync=true", Level.TRACE.one(seed.trace(), "n", "")).ok();
    assertThat(api.delete("/v1/traces/" + seed.trace()).is(204).body()).isEmpty();
    api.delete("/v1/traces/" + seed.trace()).isText(404);
    assertThat(api.get("/v1/projects/" + seed.project() + "/spans").data()).isEmpty();
    assertThat(api.get("/v1/sessions/" + seed.session()).data().get("traces")).isEmpty();
  }

  @ContractTest
  void aWindowOfTracesIsDeletedWithItsSessions(Api api) {
    Seed seed = api.seed();
    String path = "/v1/projects/" + seed.project() + "/traces";
    api.delete(path).isInvalid("query", "start_time").isInvalid("query", "end_time");
    api.delete(path + "?start_time=2026-01-02&end_time=2026-01-01").isText(422);
    api.delete(path + "?start_time=2026-01-01&end_time=2026-01-02").is(204);
    assertThat(api.get(path).data()).hasSize(1);
    api.delete(path + "?start_time=2026-01-05T10:00:00Z&end_time=2026-01-06").is(204);
    assertThat(api.get(path).data()).isEmpty();
    api.get("/v1/sessions/" + seed.session()).isText(404);
  }

  @ContractTest
  void areMovedBetweenProjects(Api api) {
    Seed seed = api.seed();
    Seed other = api.seed();
    String path = "/v1/traces/transfer";
    Answer moved = api.post(path, transfer("'" + seed.trace() + "'", other.project()));
    assertThat(moved.data().get("transferred_trace_count").asInt()).isEqualTo(1);
    assertThat(moved.data().get("destination_project_id"))
        .isEqualTo(api.get("/v1/projects/" + other.project()).data().get("id"));
    assertThat(api.get("/v1/projects/" + seed.project() + "/traces").data()).isEmpty();
    assertThat(api.get("/v1/projects/" + other.project() + "/traces").data()).hasSize(2);
    Seed third = api.seed();
    api.post(path, transfer("'" + seed.trace() + "','" + third.trace() + "'", other.project()))
        .isText(422);
    api.post(path, transfer("'none'", other.project())).isText(404);
    api.post(path, transfer("'" + seed.trace() + "'", "none-such")).isText(404);
    api.post(path, transfer("", other.project())).isInvalid("body", "trace_identifiers");
  }

  private static String transfer(String ids, String project) {
    return "{'trace_identifiers':[" + ids + "],'destination_project_identifier':'" + project + "'}";
  }

  @ContractTest
  void countOnlyTheTokensOfModelCallsAndShowSpansByTheirStart(Api api) {
    String project = Api.unique("project");
    String trace = Api.unique("trace");
    String session = Api.unique("session");
    String counts =
        "'llm':{'token_count':{'prompt':5,'completion':7}},'session.id':'" + session + "'";
    List<String> spans = new ArrayList<>();
    List<String> kinds = List.of("LLM", "CHAIN", "llm", "AGENT");
    for (int i = 0; i < kinds.size(); i++) {
      // Inserted from late to early.
      spans.add(
          Api.span(trace + i, trace, "OK", counts)
              .replace("RETRIEVER", kinds.get(i))
              .replace("10:00:00Z", "09:00:0" + (9 - i) + "Z"));
    }
    api.post("/v1/projects/" + project + "/spans", "{'data':[" + String.join(",", spans) + "]}")
        .is(202);
    api.awaitSpan(project, trace + 3);
    JsonNode found = api.get("/v1/projects/" + project + "/traces?include_spans=true").first();
    List<String> order = new ArrayList<>();
    found.get("spans").forEach(span -> order.add(span.get("span_id").asText()));
    assertThat(order).containsExactly(trace + 3, trace + 2, trace + 1, trace + 0);
    for (JsonNode counted : List.of(found, api.get("/v1/sessions/" + session).data())) {
      assertThat(counted.get("token_count_prompt").asInt()).isEqualTo(10);
      assertThat(counted.get("token_count_completion").asInt()).isEqualTo(14);
      assertThat(counted.get("token_count_total").asInt()).isEqualTo(24);
    }
  }

  @ContractTest
  void aBlankFilterIsAWrongOne(Api api) {
    String project = "/v1/projects/" + api.seed().project();
    for (String list : List.of("/traces", "/sessions")) {
      api.get(project + list + "?filter=").ok();
      api.get(project + list + "?filter=%20").isText(400);
      api.get(project + list + "?filter=%C2%A0").isText(400);
      api.get("/v1/projects/none-such" + list + "?filter=%20").isText(404);
    }
  }
}
