package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class VersionsTest {
  private static HttpResponse<String> as(FakePhoenix phoenix, String version, String path)
      throws Exception {
    phoenix.setVersion(version);
    return Http.get(phoenix, path);
  }

  private static boolean isPage(HttpResponse<String> answer) {
    return answer.statusCode() == 200
        && answer.headers().firstValue("content-type").orElse("").startsWith("text/html");
  }

  @Test
  void routesAreMissingBeforeTheirTime(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s").session("x"));
    String[][] reads = {
      {"8.22.0", "8.23.0", "/v1/projects"},
      {"8.99.0", "9.0.0", "/v1/projects/default/span_annotations?span_ids=s"},
      {"11.99.0", "12.0.0", "/v1/projects/default/trace_annotations?trace_ids=trace-of-s"},
      {"10.5.0", "10.6.0", "/v1/projects/default/spans"},
      {"13.14.0", "13.15.0", "/v1/projects/default/traces"},
      {"13.4.0", "13.5.0", "/v1/sessions/x"},
      {"17.15.0", "17.16.0", "/v1/projects/default/annotation_configs"},
      {"8.26.0", "8.27.0", "/readyz"},
    };
    for (String[] read : reads) {
      assertThat(isPage(as(phoenix, read[0], read[2]))).as(read[2]).isTrue();
      assertThat(isPage(as(phoenix, read[1], read[2]))).as(read[2]).isFalse();
    }
    String[][] writes = {
      {"12.20.9", "12.21.0", "/v1/span_notes"},
      {"14.12.0", "14.13.0", "/v1/trace_notes"},
      {"14.16.0", "14.17.0", "/v1/session_notes"},
      {"11.29.0", "11.30.0", "/v1/document_annotations"},
      {"11.99.0", "12.0.0", "/v1/session_annotations"},
      {"10.11.0", "10.12.0", "/v1/projects/default/spans"},
    };
    for (String[] write : writes) {
      phoenix.setVersion(write[0]);
      assertThat(Http.post(phoenix, write[2], "{}").statusCode()).as(write[2]).isEqualTo(405);
      phoenix.setVersion(write[1]);
      assertThat(Http.post(phoenix, write[2], "{}").statusCode()).as(write[2]).isEqualTo(422);
    }
  }

  @Test
  void theHeaderTellsTheVersion(FakePhoenix phoenix) throws Exception {
    assertThat(
            as(phoenix, "11.2.0", "/v1/projects").headers().firstValue(Dispatcher.VERSION_HEADER))
        .contains("11.2.0");
    assertThat(as(phoenix, "4.14.0", "/healthz").headers().firstValue(Dispatcher.VERSION_HEADER))
        .isEmpty();
    assertThatThrownBy(() -> phoenix.setVersion("new"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknownParametersAreIgnored(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    String write = "/v1/span_annotations?sync=true";
    Http.post(phoenix, write, Http.annotation("s", "a"));
    Http.post(
        phoenix, write, Http.annotation("s", "b").replace("'name'", "'identifier':'i','name'"));
    String read = "/v1/projects/default/span_annotations?span_ids=s&";
    assertThat(as(phoenix, "10.5.0", read + "include_annotation_names=a").body()).contains("\"b\"");
    assertThat(as(phoenix, "10.6.0", read + "include_annotation_names=a").body())
        .doesNotContain("\"b\"");
    assertThat(as(phoenix, "15.0.0", read + "identifier=i").body()).contains("\"a\"");
    assertThat(as(phoenix, "15.1.0", read + "identifier=i").body()).doesNotContain("\"a\"");
    assertThat(
            as(phoenix, "15.0.0", "/v1/projects/default/span_annotations?identifier=i")
                .statusCode())
        .isEqualTo(422);
    String spans = "/v1/projects/default/spans?span_id=none";
    assertThat(as(phoenix, "19.5.0", spans).body()).contains("\"s\"");
    assertThat(as(phoenix, "19.6.0", spans).body()).doesNotContain("\"s\"");
  }

  @Test
  void identifiersCameWithNine(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.setVersion("8.30.0");
    for (String identifier : new String[] {"a", "b"}) {
      Http.post(
          phoenix,
          "/v1/span_annotations?sync=true",
          Http.annotation("s", "n").replace("'name'", "'identifier':'" + identifier + "','name'"));
    }
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
    assertThat(
            Http.post(
                    phoenix,
                    "/v1/span_annotations?sync=true",
                    Http.annotation("s", "n").replace("LLM", "CODE"))
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  void notesWereOnceDroppedAndTheirIdentifiersIgnored(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    String write = "/v1/span_annotations?sync=true";
    phoenix.setVersion("14.12.0");
    assertThat(Http.post(phoenix, write, Http.annotation("s", "note")).statusCode()).isEqualTo(200);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).isEmpty();
    phoenix.setVersion("14.13.0");
    assertThat(Http.post(phoenix, write, Http.annotation("s", "note")).statusCode()).isEqualTo(400);
    String note = "{'data':{'span_id':'s','note':'text','identifier':'i'}}";
    phoenix.setVersion("15.6.0");
    Http.post(phoenix, "/v1/span_notes", note);
    Http.post(phoenix, "/v1/span_notes", note);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(2);
    phoenix.setVersion("15.7.0");
    Http.post(phoenix, "/v1/span_notes", note);
    Http.post(phoenix, "/v1/span_notes", note);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(3);
  }

  @Test
  void sessionIdsWereNumbers(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s").session("x"));
    phoenix.setVersion("15.0.0");
    String write = Http.annotation("x", "n").replace("span_id", "session_id");
    assertThat(Http.post(phoenix, "/v1/session_annotations?sync=true", write).body())
        .contains("\"id\":\"1\"");
  }

  @Test
  void tracePagesUsedToRepeat(FakePhoenix phoenix) throws Exception {
    phoenix.setVersion("20.4.0");
    for (int i = 0; i < 2; i++) {
      var start = java.time.Instant.parse("2026-01-05T10:00:00Z").minusSeconds(i);
      phoenix.addSpan(FakeSpan.of("s" + i).time(start, start.plusSeconds(1)));
    }
    String page = "/v1/projects/default/traces?limit=1";
    String cursor =
        Json.MAPPER.readTree(Http.get(phoenix, page).body()).get("next_cursor").asText();
    String next = Http.get(phoenix, page + "&cursor=" + cursor.replace("=", "%3D")).body();
    assertThat(Json.MAPPER.readTree(next).get("next_cursor").asText()).isEqualTo(cursor);
  }

  @Test
  void theSeededConfigCameLate() throws Exception {
    for (String version : new String[] {"15.6.0", "15.7.0"}) {
      try (var phoenix = FakePhoenix.builder().version(version).start()) {
        assertThat(Http.get(phoenix, "/v1/annotation_configs").body().contains("user_feedback"))
            .isEqualTo(version.equals("15.7.0"));
      }
    }
  }
}
