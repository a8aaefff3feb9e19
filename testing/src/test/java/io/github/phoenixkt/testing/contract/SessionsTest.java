package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code /v1/sessions} and {@code /v1/projects/{}/sessions}. */
class SessionsTest {
  @ContractTest
  void areReadByBothIds(Api api) {
    Seed seed = api.seed();
    JsonNode session = api.get("/v1/sessions/" + seed.session()).data();
    assertThat(session.get("session_id").asText()).isEqualTo(seed.session());
    assertThat(session.at("/traces/0/trace_id").asText()).isEqualTo(seed.trace());
    assertThat(session.get("start_time").asText()).isEqualTo("2026-01-05T10:00:00+00:00");
    assertThat(session.get("end_time").asText()).isEqualTo("2026-01-05T10:00:01.500000+00:00");
    assertThat(session.get("token_count_total").asInt()).isZero();
    String id = Api.encode(session.get("id").asText());
    assertThat(api.get("/v1/sessions/" + id).data()).isEqualTo(session);
    api.get("/v1/sessions/none-such").isText(404);
  }

  @ContractTest
  void theFirstSessionOfATraceStays(Api api) {
    Seed seed = api.seed();
    Seed second = new Seed(seed.project(), Api.unique("span"), seed.trace(), Api.unique("session"));
    api.addSpan(second, "");
    api.get("/v1/sessions/" + second.session()).isText(404);
    assertThat(api.get("/v1/sessions/" + seed.session()).data().get("traces")).hasSize(1);
  }

  @ContractTest
  void areListedFromTheOldestOn(Api api) {
    Seed first = api.seed();
    List<String> all = new ArrayList<>(List.of(first.session()));
    for (int i = 0; i < 2; i++) {
      Seed next =
          new Seed(first.project(), Api.unique("span"), Api.unique("trace"), Api.unique("session"));
      api.addSpan(next, "");
      all.add(next.session());
    }
    String path = "/v1/projects/" + first.project() + "/sessions?";
    assertThat(walk(api, path)).isEqualTo(all);
    Collections.reverse(all);
    assertThat(walk(api, path + "order=desc")).isEqualTo(all);
    api.get(path + "cursor=x").isText(422);
    api.get(path + "limit=0").isInvalid("query", "limit");
    api.get(path + "limit=100000").ok();
    api.get(path + "order=x").isInvalid("query", "order");
    api.get("/v1/projects/none-such/sessions").isText(404);
  }

  private static List<String> walk(Api api, String path) {
    return api.walk(path + "&limit=2", "/session_id");
  }

  @ContractTest
  void aDeletedSessionTakesItsTraces(Api api) {
    Seed seed = api.seed();
    api.post("/v1/session_annotations?sync=true", Level.SESSION.one(seed.session(), "n", "")).ok();
    assertThat(api.delete("/v1/sessions/" + seed.session()).is(204).body()).isEmpty();
    api.delete("/v1/sessions/" + seed.session()).isText(404);
    assertThat(api.get("/v1/projects/" + seed.project() + "/traces").data()).isEmpty();
    api.get(seed.annotations(Level.SESSION)).isText(404);
  }

  @ContractTest
  void severalAreDeletedAtOnce(Api api) {
    Seed one = api.seed();
    Seed two = api.seed();
    String path = "/v1/sessions/delete";
    String id = api.get("/v1/sessions/" + one.session()).data().get("id").asText();
    api.post(path, bulk("'" + id + "','" + two.session() + "'")).isText(422);
    api.post(path, bulk("")).isText(422);
    api.post(path, "{}").isInvalid("body", "session_identifiers");
    api.post(path, bulk("'none','" + two.session() + "'")).is(204);
    api.post(path, bulk("'" + id + "'")).is(204);
    api.get("/v1/sessions/" + one.session()).isText(404);
    api.get("/v1/sessions/" + two.session()).isText(404);
  }

  private static String bulk(String ids) {
    return "{'session_identifiers':[" + ids + "]}";
  }
}
