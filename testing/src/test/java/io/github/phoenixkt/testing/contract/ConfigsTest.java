package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code /v1/annotation_configs}. */
class ConfigsTest {
  private static final String CONFIGS = "/v1/annotation_configs";
  private static final String OTHER_TYPE = id("Project:1");
  private static final String UNKNOWN = id("FreeformAnnotationConfig:999999999");

  private static String id(String plain) {
    return Api.encode(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
  }

  @ContractTest
  void allThreeTypesGoRound(Api api) {
    String name = Api.unique("config");
    String categorical =
        "{'name':'"
            + name
            + "1','type':'CATEGORICAL','description':'d','optimization_direction':'MAXIMIZE',"
            + "'values':[{'label':'a','score':1.0},{'label':'b','score':null}]}";
    String continuous =
        "{'name':'"
            + name
            + "2','type':'CONTINUOUS','description':null,'optimization_direction':'MINIMIZE',"
            + "'lower_bound':0.0,'upper_bound':null}";
    String freeform =
        "{'name':'"
            + name
            + "3','type':'FREEFORM','description':null,'optimization_direction':null,"
            + "'threshold':0.5,'lower_bound':0.0,'upper_bound':1.0}";
    for (String sent : new String[] {categorical, continuous, freeform}) {
      Answer made = api.post(CONFIGS, sent);
      String expected = sent.replace('\'', '"');
      String id = made.data().get("id").asText();
      String read = made.data().toString();
      assertThat(read).startsWith(expected.substring(0, expected.length() - 1));
      assertThat(api.get(CONFIGS + "/" + Api.encode(id)).data().toString()).isEqualTo(read);
      String named = made.data().get("name").asText();
      assertThat(api.get(CONFIGS + "/" + named).data().toString()).isEqualTo(read);
      assertThat(api.delete(CONFIGS + "/" + Api.encode(id)).data().toString()).isEqualTo(read);
      api.get(CONFIGS + "/" + named).isText(404);
    }
  }

  @ContractTest
  void theSchemaIsChecked(Api api) {
    api.post(CONFIGS, "{'name':'a'}").isInvalid("body");
    api.post(CONFIGS, "{'name':'a','type':'freeform'}").isInvalid("body");
    api.post(CONFIGS, "{'type':'FREEFORM'}").isInvalid("body", "FREEFORM", "name");
    api.post(CONFIGS, "{'name':'a','type':'CONTINUOUS'}")
        .isInvalid("body", "CONTINUOUS", "optimization_direction");
    api.post(CONFIGS, "{'name':'a','type':'CATEGORICAL','optimization_direction':'UP'}")
        .isInvalid("body", "CATEGORICAL", "optimization_direction")
        .isInvalid("body", "CATEGORICAL", "values");
    api.post(CONFIGS, "[]").isInvalid("body");
  }

  @ContractTest
  void valuesAndBoundsAreCheckedWithAText(Api api) {
    String start = "{'name':'" + Api.unique("config") + "','optimization_direction':'NONE',";
    String values = start + "'type':'CATEGORICAL','values':";
    api.post(CONFIGS, values + "[]}").isText(400);
    api.post(CONFIGS, values + "[{'label':''}]}").isText(400);
    api.post(CONFIGS, values + "[{'label':'a'},{'label':'a'}]}").isText(400);
    for (String type : new String[] {"CONTINUOUS", "FREEFORM"}) {
      String bounds = start + "'type':'" + type + "','lower_bound':1,'upper_bound':";
      api.post(CONFIGS, bounds + "1}").isText(400);
      api.post(CONFIGS, bounds + "0.5}").isText(400);
    }
  }

  @ContractTest
  void namesAreUniqueAndNoteIsReserved(Api api) {
    String name = Api.unique("config");
    String config = "{'name':'" + name + "','type':'FREEFORM'}";
    String id = Api.encode(api.post(CONFIGS, config).data().get("id").asText());
    api.post(CONFIGS, config).isText(409);
    api.post(CONFIGS, "{'name':'note','type':'FREEFORM'}").isText(409);
    api.put(CONFIGS + "/" + id, config).ok();
    api.put(CONFIGS + "/" + id, "{'name':'note','type':'FREEFORM'}").isText(409);
    String other = Api.unique("config");
    api.post(CONFIGS, config.replace(name, other)).ok();
    api.put(CONFIGS + "/" + id, config.replace(name, other)).isText(409);
  }

  @ContractTest
  void anUpdateMayChangeTheTypeAndSoTheId(Api api) {
    String name = Api.unique("config");
    String config = "{'name':'" + name + "','type':'FREEFORM','description':'d'}";
    String id = Api.encode(api.post(CONFIGS, config).data().get("id").asText());
    JsonNode changed =
        api.put(
                CONFIGS + "/" + id,
                "{'name':'" + name + "2','type':'CONTINUOUS','optimization_direction':'NONE'}")
            .data();
    assertThat(changed.get("description").isNull()).isTrue();
    assertThat(Api.encode(changed.get("id").asText())).isNotEqualTo(id);
    assertThat(api.get(CONFIGS + "/" + id).data()).isEqualTo(changed);
  }

  @ContractTest
  void idsAndNamesAreToldApartInOddWays(Api api) {
    String name = Api.unique("config");
    String config = "{'name':'" + name + "','type':'FREEFORM'}";
    api.post(CONFIGS, config).ok();
    api.get(CONFIGS + "/" + UNKNOWN).isText(404);
    api.get(CONFIGS + "/none-such").isText(404);
    api.put(CONFIGS + "/" + name, config).isText(500);
    api.put(CONFIGS + "/" + OTHER_TYPE, config.replace(name, name + "2")).isText(400);
    api.put(CONFIGS + "/" + UNKNOWN, config.replace(name, name + "2")).isText(404);
    api.delete(CONFIGS + "/" + name).isText(422);
    api.delete(CONFIGS + "/" + OTHER_TYPE).isText(400);
    api.delete(CONFIGS + "/" + UNKNOWN).isText(404);
  }

  @ContractTest
  void areListedFromTheNewestOn(Api api) {
    String name = Api.unique("config");
    for (int i = 0; i < 3; i++) {
      api.post(CONFIGS, "{'name':'" + name + i + "','type':'FREEFORM'}").ok();
    }
    Answer page = api.get(CONFIGS + "?limit=2");
    assertThat(page.all("name")).containsExactly(name + 2, name + 1);
    Answer next = api.get(CONFIGS + "?limit=1&cursor=" + Api.encode(page.nextCursor() + ""));
    assertThat(next.all("name")).containsExactly(name + 0);
    assertThat(api.get(CONFIGS + "/user_feedback").data().get("type").asText())
        .isEqualTo("CATEGORICAL");
    // Other pages answer 422 here.
    api.get(CONFIGS + "?cursor=x").isText(400);
    api.get(CONFIGS + "?cursor=" + OTHER_TYPE).isText(400);
    api.get(CONFIGS + "?limit=0").isInvalid("query", "limit");
  }

  @ContractTest
  void areAssignedToProjects(Api api) {
    String project = Api.unique("project");
    api.post("/v1/projects", "{'name':'" + project + "'}").ok();
    String assigned = "/v1/projects/" + project + "/annotation_configs";
    String one = Api.unique("config");
    String two = Api.unique("config");
    String idOne = make(api, one);
    String idTwo = make(api, two);
    assertThat(api.get(assigned).data()).isEmpty();
    for (String identifier : new String[] {one, one, Api.encode(idTwo)}) {
      api.put(assigned + "/" + identifier, "").ok();
    }
    assertThat(api.get(assigned).all("name")).containsExactly(two, one);
    Answer page = api.get(assigned + "?limit=1");
    assertThat(page.all("name")).containsExactly(two);
    assertThat(api.get(assigned + "?cursor=" + Api.encode(page.nextCursor() + "")).all("name"))
        .containsExactly(one);
    assertThat(api.delete(assigned + "/" + two).is(204).body()).isEmpty();
    api.delete(assigned + "/" + two).is(204);
    api.delete(assigned + "/none-such").isText(404);
    api.put(assigned + "/none-such", "").isText(404);
    api.put("/v1/projects/none-such/annotation_configs/" + one, "").isText(404);
    api.get("/v1/projects/none-such/annotation_configs").isText(404);
    api.get(assigned + "?cursor=x").isText(400);
    // A deleted config is assigned no longer.
    api.delete(CONFIGS + "/" + Api.encode(idOne)).ok();
    assertThat(api.get(assigned).data()).isEmpty();
  }

  @ContractTest
  void theWholeSetIsReplaced(Api api) {
    String project = Api.unique("project");
    api.post("/v1/projects", "{'name':'" + project + "'}").ok();
    String assigned = "/v1/projects/" + project + "/annotation_configs";
    String name = Api.unique("config");
    String id = make(api, name);
    Answer set = api.put(assigned, set("'" + id + "','" + id + "'"));
    assertThat(set.all("name")).containsExactly(name);
    assertThat(set.nextCursor()).isNull();
    api.put(assigned, set("'" + name + "'")).isText(422);
    api.put(assigned, set("'UHJvamVjdDox'")).isText(422);
    api.put(assigned, set("'RnJlZWZvcm1Bbm5vdGF0aW9uQ29uZmlnOjk5OTk5OTk5OQ=='")).isText(422);
    api.put(assigned, "{}").isInvalid("body", "annotation_config_ids");
    api.put(assigned, set("7")).isInvalid("body", "annotation_config_ids", 0);
    assertThat(api.get(assigned).all("name")).containsExactly(name);
    assertThat(api.put(assigned, set("")).data()).isEmpty();
    assertThat(api.get(assigned).data()).isEmpty();
    api.put("/v1/projects/none-such/annotation_configs", set("")).isText(404);
  }

  private static String make(Api api, String name) {
    return api.post(CONFIGS, "{'name':'" + name + "','type':'FREEFORM'}").data().get("id").asText();
  }

  private static String set(String ids) {
    return "{'annotation_config_ids':[" + ids + "]}";
  }
}
