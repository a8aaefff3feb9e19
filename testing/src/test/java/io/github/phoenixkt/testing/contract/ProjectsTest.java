package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** {@code /v1/projects}. */
class ProjectsTest {
  @ContractTest
  void areCreatedReadChangedAndDeleted(Api api) {
    String name = Api.unique("Project");
    JsonNode made = api.post("/v1/projects", "{'name':'" + name + "'}").data();
    assertThat(made.get("name").asText()).isEqualTo(name);
    assertThat(made.get("description").isNull()).isTrue();
    String id = Api.encode(made.get("id").asText());
    assertThat(api.get("/v1/projects/" + name).data()).isEqualTo(made);
    assertThat(api.get("/v1/projects/" + id).data()).isEqualTo(made);
    api.get("/v1/projects/" + name.toUpperCase(Locale.ROOT)).isText(404);

    Answer changed = api.put("/v1/projects/" + id, "{'description':'d'}");
    assertThat(changed.data().get("description").asText()).isEqualTo("d");
    // Null leaves it as it is.
    changed = api.put("/v1/projects/" + name, "{'description':null}");
    assertThat(changed.data().get("description").asText()).isEqualTo("d");

    assertThat(api.delete("/v1/projects/" + name).is(204).body()).isEmpty();
    api.delete("/v1/projects/" + name).isText(404);
    api.get("/v1/projects/" + id).isText(404);
    api.put("/v1/projects/" + name, "{}").isText(404);
  }

  @ContractTest
  void aTakenNameIsAServerErrorAndAnEmptyOneInvalid(Api api) {
    String name = Api.unique("project");
    api.post("/v1/projects", "{'name':'" + name + "','description':'d'}").ok();
    api.post("/v1/projects", "{'name':'" + name + "'}").isText(500);
    api.post("/v1/projects", "{'name':''}").isInvalid("body", "name");
    api.post("/v1/projects", "{}").isInvalid("body", "name");
    api.post("/v1/projects", "{'name':'" + name + "','description':1}")
        .isInvalid("body", "description");
  }

  @ContractTest
  void theDefaultOneStays(Api api) {
    assertThat(api.get("/v1/projects/default").data().get("name").asText()).isEqualTo("default");
    api.delete("/v1/projects/default").isText(403);
  }

  @ContractTest
  void areListedFromTheNewestOn(Api api) {
    String word = Api.unique("Listed");
    for (String end : new String[] {"a", "b", "c"}) {
      api.post("/v1/projects", "{'name':'" + word + end + "'}").ok();
    }
    String query = "/v1/projects?name_contains=" + word.toUpperCase(Locale.ROOT);
    assertThat(api.get(query).all("name")).containsExactly(word + "c", word + "b", word + "a");
    Answer page = api.get(query + "&limit=2");
    assertThat(page.all("name")).containsExactly(word + "c", word + "b");
    Answer rest = api.get(query + "&cursor=" + Api.encode(page.nextCursor() + ""));
    assertThat(rest.all("name")).containsExactly(word + "a");
    assertThat(rest.nextCursor()).isNull();
    api.get("/v1/projects?cursor=x").isText(422);
    api.get("/v1/projects?limit=0").isInvalid("query", "limit");
  }

  @ContractTest
  void awkwardNamesWorkEncoded(Api api) {
    String name = Api.unique("a?b#c%d é+");
    api.post("/v1/projects", "{'name':'" + name + "'}").ok();
    assertThat(api.get("/v1/projects/" + Api.encode(name)).data().get("name").asText())
        .isEqualTo(name);
  }
}
