package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code /v1/projects/{}/spans} and {@code /v1/spans/{}}. */
class SpansTest {
  @ContractTest
  void comeBackFlattened(Api api) {
    Seed seed = new Seed(Api.unique("p"), Api.unique("s"), Api.unique("t"), Api.unique("x"));
    api.addSpan(
        seed,
        ",'o':{'p':{'q':1}},'docs':[{'a':'b'},7],'list':[1,2],'empty':[],'gone':null,'é':'ü'");
    JsonNode span = api.get("/v1/projects/" + seed.project() + "/spans").first();
    assertThat(span.at("/context/span_id").asText()).isEqualTo(seed.span());
    assertThat(span.at("/context/trace_id").asText()).isEqualTo(seed.trace());
    assertThat(span.get("name").asText()).isEqualTo("step");
    assertThat(span.get("span_kind").asText()).isEqualTo("RETRIEVER");
    assertThat(span.get("parent_id").isNull()).isTrue();
    assertThat(span.get("start_time").asText()).isEqualTo("2026-01-05T10:00:00+00:00");
    assertThat(span.get("end_time").asText()).isEqualTo("2026-01-05T10:00:01.500000+00:00");
    assertThat(span.get("status_code").asText()).isEqualTo("OK");
    assertThat(span.get("status_message").asText()).isEmpty();
    assertThat(span.get("events")).isEmpty();
    List<String> keys = new ArrayList<>();
    span.get("attributes").fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactlyInAnyOrder("session.id", "o.p.q", "docs.0.a", "list", "empty", "é");
  }

  @ContractTest
  void oddKindsAndCodesAreTaken(Api api) {
    String project = Api.unique("project");
    String id = Api.unique("span");
    String span =
        Api.span(id, Api.unique("trace"), "odd", "")
            .replace("'status_code'", "'parent_id':'up','status_code'")
            .replace("RETRIEVER", "zebra");
    assertThat(
            api.post("/v1/projects/" + project + "/spans", "{'data':[" + span + "]}")
                .is(202)
                .json()
                .toString())
        .isEqualTo("{\"total_received\":1,\"total_queued\":1}");
    api.awaitSpan(project, id);
    JsonNode read = api.get("/v1/projects/" + project + "/spans").first();
    assertThat(read.get("status_code").asText()).isEqualTo("UNSET");
    assertThat(read.get("span_kind").asText()).isEqualTo("zebra");
    assertThat(read.get("parent_id").asText()).isEqualTo("up");
  }

  @ContractTest
  void aKnownIdStopsAll(Api api) {
    Seed seed = api.seed();
    String spans =
        "{'data':["
            + Api.span(Api.unique("new"), seed.trace(), "OK", "")
            + ","
            + Api.span(seed.span(), seed.trace(), "OK", "")
            + "]}";
    Answer refused = api.post("/v1/projects/" + seed.project() + "/spans", spans).isText(400);
    // The content type says text; it is JSON all the same.
    assertThat(refused.json().get("total_received").asInt()).isEqualTo(2);
    assertThat(refused.json().get("total_queued").asInt()).isZero();
    assertThat(refused.json().get("total_duplicates").asInt()).isEqualTo(1);
    assertThat(refused.json().at("/duplicate_spans/0/span_id").asText()).isEqualTo(seed.span());
    assertThat(refused.json().get("invalid_spans")).isEmpty();
  }

  @ContractTest
  void theSchemaIsChecked(Api api) {
    String path = "/v1/projects/default/spans";
    api.post(path, "{'data':[{}]}")
        .isInvalid("body", "data", 0, "name")
        .isInvalid("body", "data", 0, "context")
        .isInvalid("body", "data", 0, "span_kind")
        .isInvalid("body", "data", 0, "start_time")
        .isInvalid("body", "data", 0, "end_time")
        .isInvalid("body", "data", 0, "status_code");
    String naive =
        Api.span("a", "b", "OK", "").replace("2026-01-05T10:00:00Z", "2026-01-05T10:00:00");
    api.post(path, "{'data':[" + naive + "]}").isInvalid("body", "data", 0);
    api.post("/v1/projects/UHJvamVjdDo5OTk5OTk5/spans", "{'data':[]}").isText(404);
  }

  @ContractTest
  void filters(Api api) {
    String project = Api.unique("project");
    String trace = Api.unique("trace");
    String parent = Api.unique("parent");
    String child = Api.unique("child");
    String child2 =
        Api.span(
                child,
                trace,
                "ERROR",
                "'n':1,'f':1.5,'s':'7','b':true,'list':[1],'u':'é','o':{'k':'v'}")
            .replace("'status_code'", "'parent_id':'" + parent + "','status_code'")
            .replace("RETRIEVER", "LLM")
            .replace("'step'", "'call'")
            .replace("10:00:00Z", "10:00:00.5Z");
    api.post(
            "/v1/projects/" + project + "/spans",
            "{'data':[" + Api.span(parent, trace, "OK", "") + "," + child2 + "]}")
        .is(202);
    api.awaitSpan(project, parent);
    api.awaitSpan(project, child);
    String path = "/v1/projects/" + project + "/spans?";
    String[] onlyChild = {
      "span_id=" + child,
      "parent_id=" + parent,
      "name=call&name=none",
      "span_kind=llm",
      "status_code=Error",
      "attribute=n:1",
      "attribute=n:1&attribute=f:1.5",
      "attribute=s:%227%22",
      "attribute=b:true",
      "attribute=o.k:v",
      "start_time=2026-01-05T10:00:00.5Z",
      "trace_id=" + trace + "&parent_id=" + parent,
    };
    for (String filter : onlyChild) {
      assertThat(api.get(path + filter).all("name")).as(filter).containsExactly("call");
    }
    String[] nothing = {
      "attribute=s:7",
      "attribute=list:1",
      "attribute=u:%C3%A9",
      "attribute=n:2",
      "span_id=none",
      "trace_id=none",
      "start_time=2027-01-01"
    };
    for (String filter : nothing) {
      assertThat(api.get(path + filter).data()).as(filter).isEmpty();
    }
    assertThat(api.get(path + "parent_id=null").all("name")).containsExactly("step");
    assertThat(api.get(path + "end_time=2026-01-05T10:00:00.5Z").all("name"))
        .containsExactly("step");
    assertThat(api.get(path + "trace_id=" + trace).data()).hasSize(2);
  }

  @ContractTest
  void wrongFiltersAreRefused(Api api) {
    String path = "/v1/projects/default/spans?";
    for (String filter :
        new String[] {
          "span_kind=foo",
          "status_code=foo",
          "attribute=a",
          "attribute=a:",
          "attribute=:1",
          "attribute=a:null",
          "attribute=a:%5B1%5D",
          "cursor=x"
        }) {
      api.get(path + filter).isText(422);
    }
    api.get(path + "limit=1001").isInvalid("query", "limit");
    api.get(path + "start_time=x").isInvalid("query", "start_time");
    api.get(path + "sort=name").isInvalid("query", "sort");
    api.get(path + "order=up").isInvalid("query", "order");
    api.get("/v1/projects/none-such/spans").isText(404);
  }

  @ContractTest
  void pages(Api api) {
    String project = Api.unique("project");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id = Api.unique("span" + i);
      String span =
          Api.span(id, Api.unique("trace"), "OK", "")
              .replace("10:00:00Z", "09:00:0" + (9 - i) + "Z");
      api.post("/v1/projects/" + project + "/spans", "{'data':[" + span + "]}").is(202);
      api.awaitSpan(project, id);
      ids.add(id);
    }
    List<String> newestFirst = reversed(ids);
    assertThat(walk(api, project, "")).isEqualTo(newestFirst);
    assertThat(walk(api, project, "&order=asc")).isEqualTo(ids);
    // Later rows started earlier.
    assertThat(walk(api, project, "&sort=start_time")).isEqualTo(ids);
    assertThat(walk(api, project, "&sort=start_time&order=asc")).isEqualTo(newestFirst);
    String cursor = api.get("/v1/projects/" + project + "/spans?limit=1").nextCursor() + "";
    api.get("/v1/projects/" + project + "/spans?sort=start_time&cursor=" + Api.encode(cursor))
        .isText(422);
  }

  private static List<String> reversed(List<String> list) {
    List<String> copy = new ArrayList<>(list);
    Collections.reverse(copy);
    return copy;
  }

  private static List<String> walk(Api api, String project, String more) {
    return api.walk("/v1/projects/" + project + "/spans?limit=2" + more, "/context/span_id");
  }

  @ContractTest
  void aDeletedSpanTakesItsAnnotationsAndTheLastOneItsTrace(Api api) {
    Seed seed = api.seed();
    String child = Api.unique("child");
    api.post(
            "/v1/projects/" + seed.project() + "/spans",
            "{'data':["
                + Api.span(child, seed.trace(), "OK", "")
                    .replace("'status_code'", "'parent_id':'" + seed.span() + "','status_code'")
                + "]}")
        .is(202);
    api.awaitSpan(seed.project(), child);
    api.post("/v1/span_annotations?sync=true", Level.SPAN.one(seed.span(), "n", "")).ok();
    assertThat(api.delete("/v1/spans/" + seed.span()).is(204).body()).isEmpty();
    api.get(seed.annotations(Level.SPAN)).isText(404);
    api.delete("/v1/spans/" + seed.span()).isText(404);
    JsonNode orphan = api.get("/v1/projects/" + seed.project() + "/spans").first();
    assertThat(orphan.get("parent_id").asText()).isEqualTo(seed.span());
    api.delete("/v1/spans/" + Api.encode(orphan.get("id").asText())).is(204);
    assertThat(api.get("/v1/projects/" + seed.project() + "/traces").data()).isEmpty();
  }
}
