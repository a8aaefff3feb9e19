package io.github.phoenixkt.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;

/** Versions, unknown routes, headers. */
class TransportTest {
  private static final String VERSION = "x-phoenix-server-version";

  @ContractTest
  void versionAndHealthAreTold(Api api) {
    Answer version = api.get("/arize_phoenix_version").isText(200);
    assertThat(version.body()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(version.header(VERSION)).isEqualTo(version.body());
    assertThat(api.get("/healthz").isText(200).body()).isEqualTo("OK");
    assertThat(api.get("/readyz").ok().json()).isEmpty();
  }

  @ContractTest
  void everyAnswerButAnInternalErrorTellsTheVersion(Api api) {
    assertThat(api.get("/v1/projects").is(200).header(VERSION)).isNotBlank();
    assertThat(api.get("/v1/projects/none-such").is(404).header(VERSION)).isNotBlank();
    assertThat(api.post("/v1/projects", "{").is(422).header(VERSION)).isNotBlank();
    assertThat(api.get("/v1/nothing").is(200).header(VERSION)).isNotBlank();
    assertThat(api.post("/v1/nothing", "{}").is(405).header(VERSION)).isNotBlank();
    // Creating the project that always exists is such an error.
    Answer error = api.post("/v1/projects", "{'name':'default'}").isText(500);
    assertThat(error.body()).isEqualTo("Internal Server Error");
    assertThat(error.header(VERSION)).isNull();
  }

  @ContractTest
  void unknownPathsAreAWebPageOrNotAllowed(Api api) {
    for (String path :
        new String[] {"/v1/nothing", "/v1/projects/", "//v1/projects", "/", "/s/v1/projects"}) {
      assertThat(api.get(path).is(200).isOfType("text/html").body()).contains("<html");
      api.post(path, "{}").isText(405);
      api.put(path, "{}").isText(405);
      api.delete(path).isText(405);
    }
    Answer wrongMethod =
        api.send(api.request("/v1/projects").method("PATCH", BodyPublishers.noBody())).isText(405);
    assertThat(wrongMethod.header("allow")).isEqualTo("GET, HEAD");
    api.send(api.request("/v1/projects").method("OPTIONS", BodyPublishers.noBody())).isText(405);
    Answer head =
        api.send(api.request("/v1/projects").method("HEAD", BodyPublishers.noBody())).is(200);
    assertThat(head.contentType()).startsWith("text/html");
    assertThat(head.body()).isEmpty();
  }

  @ContractTest
  void anEncodedSlashSeparatesLikeAnyOther(Api api) {
    api.get("/v1%2Fprojects").ok();
    api.get("/v1/projects/a%2Fb").is(200).isOfType("text/html");
  }

  @ContractTest
  void evaluationsAreGone(Api api) {
    api.post("/v1/evaluations", "{}").isText(405);
    api.get("/v1/evaluations").is(200).isOfType("text/html");
  }

  @ContractTest
  void manyRequestsShareAConnection(Api api) {
    for (int i = 0; i < 50; i++) {
      api.post("/v1/span_annotations", "{'data':[]}").ok();
      api.get("/healthz").is(200);
    }
  }

  @ContractTest
  void everythingButInternalErrorsIsCompressedWhenAccepted(Api api) {
    assertThat(api.get("/readyz").header("content-encoding")).isNull();
    for (String path : new String[] {"/readyz", "/v1/projects", "/v1/projects/none-such", "/"}) {
      Answer zipped = api.send(api.request(path).header("Accept-Encoding", "gzip").GET());
      assertThat(zipped.header("content-encoding")).as(path).isEqualTo("gzip");
      assertThat(zipped.header("transfer-encoding")).as(path).isEqualTo("chunked");
    }
    Answer error =
        api.send(
            api.request("/v1/projects")
                .header("Accept-Encoding", "gzip")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"default\"}")));
    assertThat(error.is(500).header("content-encoding")).isNull();
  }

  @ContractTest
  void aHeadMayHaveAlmost64Kilobytes(Api api) {
    api.send(api.request("/readyz").header("X-Long", "x".repeat(60 * 1024)).GET()).ok();
    api.send(api.request("/readyz").header("X-Long", "x".repeat(400 * 1024)).GET()).isText(400);
  }

  @ContractTest
  void theQueryRouteWantsABodyOfAGetToo(Api api) {
    api.get("/v1/spans").isInvalid("body");
    api.get("/v1/spans?limit=x").isInvalid("body");
  }

  @ContractTest
  void withoutAuthenticationEverybodyIsAnonymous(Api api) {
    assertThat(api.get("/v1/user").data().toString()).isEqualTo("{\"auth_method\":\"ANONYMOUS\"}");
  }
}
