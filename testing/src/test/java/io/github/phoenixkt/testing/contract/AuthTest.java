package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Who may do what. */
class AuthTest {
  private static final String WRITE = "/v1/span_annotations?sync=true";

  @ContractTest
  void withoutAValidTokenNothingIsAnswered(AuthApis apis) {
    String[] credentials = {"", "Bearer wrong", "Basic YTpi", "wrong", "Bearer  two-blanks"};
    for (String credential : credentials) {
      Api api = new Api(apis.endpoint(), credential.isEmpty() ? null : credential);
      Answer read = api.get("/v1/projects").isText(401);
      assertThat(read.header("www-authenticate")).startsWith("Bearer");
      assertThat(read.header("x-phoenix-server-version")).isNotBlank();
      api.post(WRITE, "{}").isText(401);
    }
    apis.nobody().get("/healthz").is(200);
    apis.nobody().get("/arize_phoenix_version").is(200);
    apis.nobody().send(apis.nobody().request("/v1/projects").header("api_key", "x").GET()).is(401);
  }

  @ContractTest
  void theBodyIsParsedBeforeAnybodyIsAsked(AuthApis apis) {
    assertThat(apis.nobody().post(WRITE, "{").is(422).json().at("/detail/0/type").asText())
        .isEqualTo("json_invalid");
    apis.viewer().post(WRITE, "{").is(422);
  }

  @ContractTest
  void viewersOnlyRead(AuthApis apis) {
    Api viewer = apis.viewer();
    viewer.get("/v1/projects").ok();
    viewer.get("/v1/annotation_configs").ok();
    // The role is looked at before the body and the path.
    assertThat(viewer.post(WRITE, "{}").isText(403).body())
        .isEqualTo("Viewers cannot perform this action.");
    viewer.post("/v1/span_notes", "{}").isText(403);
    viewer.post("/v1/projects/default/spans", "{}").isText(403);
    viewer.delete("/v1/projects/default/span_annotations").isText(403);
    viewer.delete("/v1/spans/none").isText(403);
    viewer.post("/v1/annotation_configs", "{}").isText(403);
    viewer.post("/v1/nothing", "{}").isText(405);
  }

  @ContractTest
  void everybodyMayAskWhoTheyAre(AuthApis apis) {
    assertThat(apis.admin().get("/v1/user").data().get("role").asText()).isEqualTo("SYSTEM");
    JsonNode member = apis.member().get("/v1/user").data();
    List<String> fields = new ArrayList<>();
    member.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "id",
            "created_at",
            "updated_at",
            "email",
            "username",
            "role",
            "auth_method",
            "password_needs_reset");
    assertThat(member.get("role").asText()).isEqualTo("MEMBER");
    assertThat(apis.viewer().get("/v1/user").data().get("role").asText()).isEqualTo("VIEWER");
    apis.nobody().get("/v1/user").isText(401);
  }

  @ContractTest
  void projectsAreChangedByAdminsOnly(AuthApis apis) {
    String name = Api.unique("project");
    apis.member().post("/v1/projects", "{'name':'" + name + "'}").ok();
    assertThat(apis.member().put("/v1/projects/" + name, "{}").isText(403).body())
        .isEqualTo("Only admin or system users can perform this action.");
    apis.member().delete("/v1/projects/" + name).isText(403);
    apis.member().delete("/v1/projects/none-such").isText(403);
    apis.admin().put("/v1/projects/" + name, "{'description':'d'}").ok();
    apis.admin().delete("/v1/projects/" + name).is(204);
  }

  @ContractTest
  void rowsBelongToTheLastWriterAndOnlyAdminsDeleteThoseOfOthers(AuthApis apis) {
    Seed seed = apis.admin().seed();
    for (Level targetKind : Level.values()) {
      String write = "/v1" + targetKind.path() + "?sync=true";
      String delete = "/v1/projects/" + seed.project() + targetKind.path() + "?delete_all=true";
      apis.admin().post(write, targetKind.one(seed.target(targetKind), "admins", "")).ok();
      apis.member().post(write, targetKind.one(seed.target(targetKind), "members", "")).ok();
      apis.admin().post(write, targetKind.one(seed.target(targetKind), "taken", "")).ok();
      apis.member().post(write, targetKind.one(seed.target(targetKind), "taken", "")).ok();
      assertThat(
              apis.member()
                  .get(seed.annotations(targetKind) + "&include_annotation_names=members")
                  .first()
                  .get("user_id")
                  .asText())
          .isNotBlank();
      apis.member().delete(delete).is(204);
      assertThat(apis.viewer().get(seed.annotations(targetKind)).all("name"))
          .containsExactly("admins");
      apis.admin().delete(delete).is(204);
      assertThat(apis.viewer().get(seed.annotations(targetKind)).data()).isEmpty();
    }
  }
}
