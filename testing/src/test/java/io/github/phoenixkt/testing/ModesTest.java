package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Modes a contract test cannot ask a real server for. */
@ExtendWith(PhoenixExtension.class)
class ModesTest {
  private static final String WRITE = "/v1/span_annotations?sync=true";

  private static int status(FakePhoenix phoenix, String path, String json) throws Exception {
    return Http.post(phoenix, path, json).statusCode();
  }

  @Test
  void readOnlyRefusesEverythingButTheVersion() throws Exception {
    try (var phoenix = FakePhoenix.builder().readOnly().start()) {
      assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(403);
      assertThat(status(phoenix, WRITE, "{}")).isEqualTo(403);
      assertThat(status(phoenix, WRITE, "{")).isEqualTo(422);
      assertThat(Http.get(phoenix, "/arize_phoenix_version").statusCode()).isEqualTo(200);
      phoenix.setReadOnly(false);
      assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void lockedRefusesWritesBeforeTheirSchema() throws Exception {
    try (var phoenix = FakePhoenix.builder().locked().start()) {
      phoenix.addSpan(FakeSpan.of("s"));
      assertThat(status(phoenix, WRITE, "{}")).isEqualTo(507);
      assertThat(status(phoenix, "/v1/span_notes", "{}")).isEqualTo(507);
      assertThat(status(phoenix, "/v1/projects", "{}")).isEqualTo(507);
      assertThat(Http.delete(phoenix, "/v1/sessions/x").statusCode()).isEqualTo(507);
      assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(200);
      String delete = "/v1/projects/default/span_annotations?delete_all=true";
      assertThat(Http.delete(phoenix, delete).statusCode()).isEqualTo(204);
      assertThat(Http.delete(phoenix, "/v1/traces/trace-of-s").statusCode()).isEqualTo(204);
      phoenix.setLocked(false);
      assertThat(status(phoenix, WRITE, "{'data':[]}")).isEqualTo(200);
    }
  }

  @Test
  void aRootPathIsStrippedAndNothingElseIsServed() throws Exception {
    try (var phoenix = FakePhoenix.builder().rootPath("/s/space").start()) {
      assertThat(phoenix.endpoint().toString()).endsWith("/s/space");
      assertThat(Http.get(phoenix, "/v1/projects").body()).contains("default");
      assertThat(Http.raw(phoenix, "GET /v1/projects HTTP/1.1\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 404");
      assertThat(phoenix.requests().get(0).path()).isEqualTo("/s/space/v1/projects");
    }
  }

  @Test
  void systemAndExpiredKeys() throws Exception {
    try (var phoenix =
        FakePhoenix.builder().apiKey(Role.SYSTEM, "system").expiredKey("old").start()) {
      phoenix.addSpan(FakeSpan.of("s"));
      String[] system = {"Authorization", "bearer system"};
      assertThat(Http.get(phoenix, "/v1/projects", system).statusCode()).isEqualTo(200);
      var old = Http.get(phoenix, "/v1/projects", "Authorization", "Bearer old");
      assertThat(old.statusCode()).isEqualTo(401);
      assertThat(old.body()).contains("Expired");
      var cookie = Http.get(phoenix, "/v1/projects", "Cookie", "phoenix-access-token=system");
      assertThat(cookie.statusCode()).isEqualTo(200);
      phoenix.setVersion("17.15.0");
      assertThat(Http.get(phoenix, "/v1/projects").headers().firstValue("www-authenticate"))
          .isEmpty();
    }
  }

  @Test
  void postgresRefusesNulWhereSqliteDoesNot() throws Exception {
    for (Database database : Database.values()) {
      try (var phoenix = FakePhoenix.builder().database(database).start()) {
        phoenix.addSpan(FakeSpan.of("s"));
        int expected = database == Database.SQLITE ? 200 : 500;
        assertThat(status(phoenix, WRITE, Http.annotation("s", "\\u0000"))).isEqualTo(expected);
        assertThat(status(phoenix, WRITE, Http.annotation("s", "n".repeat(2_700))))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void whatIsNotSimulatedSaysSo(FakePhoenix phoenix) throws Exception {
    for (String path : new String[] {"/v1/spans", "/v1/traces"}) {
      var answer = Http.post(phoenix, path, "{}");
      assertThat(answer.statusCode()).isEqualTo(501);
      assertThat(answer.body()).contains("does not simulate");
    }
    for (String path : new String[] {"spans/otlpv1", "traces?filter=x", "sessions?filter=x"}) {
      assertThat(Http.get(phoenix, "/v1/projects/default/" + path).statusCode()).isEqualTo(501);
    }
  }

  @Test
  void requestsAreRecordedAndTheirSecretsHidden(FakePhoenix phoenix) throws Exception {
    Http.post(phoenix, "/v1/span_annotations?sync=no&a=b%20c", "{'data':[]}", "api_key", "hush");
    ReceivedRequest request = phoenix.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/span_annotations");
    assertThat(request.query("a")).containsExactly("b c");
    assertThat(request.header("API_KEY")).isEqualTo("hush");
    assertThat(request.bodyJson().get("data")).isEmpty();
    assertThat(request.toString()).doesNotContain("hush").contains("/v1/span_annotations");
    phoenix.clearRequests();
    assertThat(phoenix.requests()).isEmpty();
  }

  @Test
  void confirmedRowsOfSqliteFallJustOutsideAWindowThatStartsWithThem(FakePhoenix phoenix)
      throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    Http.post(phoenix, WRITE, Http.annotation("s", "n"));
    String created = phoenix.annotations(FakeTargetKind.SPAN).get(0).createdAt().toString();
    String path = "/v1/projects/default/span_annotations?";
    Http.delete(phoenix, path + "start_time=" + created + "&end_time=2100-01-01");
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
    Http.delete(phoenix, path + "start_time=2000-01-01&end_time=" + created);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).isEmpty();
  }
}
