package io.github.phoenixkt.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class FaultsTest {
  private static final String WRITE = "/v1/span_annotations?sync=true";
  private static final String ONE = Http.annotation("s", "n");

  @Test
  void scriptedAnswersComeInOrderAndThenTheRealOne(FakePhoenix phoenix) throws Exception {
    phoenix.failNext(Fault.status(503).retryAfter(1), Fault.status(429).times(2), Fault.html());
    HttpResponse<String> first = Http.get(phoenix, "/v1/projects");
    assertThat(first.statusCode()).isEqualTo(503);
    assertThat(first.headers().firstValue("retry-after")).contains("1");
    assertThat(first.headers().firstValue(Dispatcher.VERSION_HEADER)).isEmpty();
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(429);
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(429);
    HttpResponse<String> login = Http.get(phoenix, "/v1/projects");
    assertThat(login.statusCode()).isEqualTo(200);
    assertThat(login.body()).contains("sign in");
    assertThat(phoenix.faultsLeft()).isZero();
    assertThat(Http.get(phoenix, "/v1/projects").body()).contains("default");
  }

  @Test
  void faultsForEverStayAndAreCountedWithoutOverflow(FakePhoenix phoenix) throws Exception {
    Fault forEver = Fault.status(503).times(Integer.MAX_VALUE);
    phoenix.failNext(forEver.on("GET", "/v1/projects"), forEver);
    assertThat(phoenix.faultsLeft()).isEqualTo(Integer.MAX_VALUE);
    phoenix.clearFaults();
    phoenix.failNext(forEver);
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(503);
    assertThat(phoenix.faultsLeft()).isEqualTo(Integer.MAX_VALUE);
  }

  /** Clients would take the body for the next answer. */
  @Test
  void answersThatHaveNoBodySendNone(FakePhoenix phoenix) throws Exception {
    String get =
        "GET /v1/projects HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    for (int status : new int[] {100, 103, 204, 304}) {
      for (Fault fault :
          new Fault[] {
            Fault.status(status), Fault.status(status).body("text/plain", "x".repeat(2_000))
          }) {
        phoenix.failNext(fault);
        assertThat(Http.raw(phoenix, get))
            .startsWith("HTTP/1.1 " + status)
            .endsWith("\r\n\r\n")
            .doesNotContain("content-length", "transfer-encoding", "content-encoding");
      }
    }
    phoenix.failNext(Fault.status(204), Fault.status(304));
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(204);
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(304);
    assertThat(Http.get(phoenix, "/v1/projects").body()).contains("default");
  }

  @Test
  void faultsWaitForTheirRequest(FakePhoenix phoenix) throws Exception {
    phoenix.failNext(
        Fault.status(502).body("application/json", "{}").on("POST", "/v1/span_annotations"));
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(200);
    HttpResponse<String> answer = Http.post(phoenix, WRITE, ONE);
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).isEqualTo("{}");
  }

  @Test
  void theQuestionForTheVersionMeetsOnlyFaultsThatAreAimedAtIt(FakePhoenix phoenix)
      throws Exception {
    phoenix.failNext(Fault.status(503));
    assertThat(Http.get(phoenix, "/arize_phoenix_version").statusCode()).isEqualTo(200);
    assertThat(Http.get(phoenix, "/v1/projects").statusCode()).isEqualTo(503);
    phoenix.failNext(Fault.status(502).on("GET", "/arize_phoenix_version"));
    assertThat(Http.get(phoenix, "/arize_phoenix_version").statusCode()).isEqualTo(502);
    phoenix.failNext(Fault.status(504).when(request -> true));
    assertThat(Http.get(phoenix, "/arize_phoenix_version").statusCode()).isEqualTo(504);
  }

  @Test
  void beforeStoringNothingIsWrittenAndAfterItIs(FakePhoenix phoenix) throws Exception {
    phoenix.addSpan(FakeSpan.of("s"));
    phoenix.failNext(Fault.status(500));
    Http.post(phoenix, WRITE, ONE);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).isEmpty();
    phoenix.failNext(Fault.status(502).afterStoring());
    assertThat(Http.post(phoenix, WRITE, ONE).statusCode()).isEqualTo(502);
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
  }

  @Test
  void connectionsBreakBeforeAndAfterStoring(FakePhoenix phoenix) {
    phoenix.addSpan(FakeSpan.of("s"));
    for (Fault fault : new Fault[] {Fault.reset(), Fault.close(), Fault.garbage()}) {
      int before = phoenix.annotations(FakeTargetKind.SPAN).size();
      String json = Http.annotation("s", fault.toString());
      phoenix.failNext(fault);
      assertThatThrownBy(() -> Http.post(phoenix, WRITE, json)).isInstanceOf(IOException.class);
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(before);
      phoenix.failNext(fault.afterStoring());
      assertThatThrownBy(() -> Http.post(phoenix, WRITE, json)).isInstanceOf(IOException.class);
      assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(before + 1);
    }
  }

  @Test
  void aResetIsAResetAndACloseIsEmpty(FakePhoenix phoenix) throws Exception {
    String get = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    phoenix.failNext(Fault.close());
    assertThat(Http.raw(phoenix, get)).isEmpty();
    phoenix.failNext(Fault.reset());
    assertThatThrownBy(() -> Http.raw(phoenix, get))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void bodiesAreCutTwoWays(FakePhoenix phoenix) throws Exception {
    phoenix.failNext(Fault.cutBody());
    assertThatThrownBy(() -> Http.get(phoenix, "/v1/projects")).isInstanceOf(IOException.class);
    phoenix.failNext(Fault.truncatedJson());
    HttpResponse<String> answer = Http.get(phoenix, "/v1/projects");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> Json.MAPPER.readTree(answer.body()))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void slowAndLateAnswersAreWhole(FakePhoenix phoenix) throws Exception {
    phoenix.failNext(Fault.slow(Duration.ofMillis(1)), Fault.delay(Duration.ofMillis(200)));
    for (int i = 0; i < 2; i++) {
      long start = System.nanoTime();
      assertThat(Http.get(phoenix, "/v1/projects").body()).contains("default");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
    }
  }

  @Test
  void theConnectionIsDroppedAfterA500WithoutAWord() throws Exception {
    String post =
        "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 18\r\n\r\n{\"name\":\"default\"}";
    // An idle limit would close the connection as well.
    try (var phoenix = FakePhoenix.builder().idleTimeout(Duration.ZERO).start()) {
      assertThat(Http.raw(phoenix, post))
          .startsWith("HTTP/1.1 500")
          .doesNotContainIgnoringCase("connection: close");
    }
  }

  @Test
  void aHeadAbove64KiBIsRefused(FakePhoenix phoenix) throws Exception {
    String head = "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(60_000) + "\r\n\r\n";
    assertThat(Http.raw(phoenix, head.replace("Host", "Connection: close\r\nHost")))
        .startsWith("HTTP/1.1 200");
    String tooLong = "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(66_000) + "\r\n\r\n";
    assertThat(Http.raw(phoenix, tooLong))
        .startsWith("HTTP/1.1 400")
        .endsWith("Invalid HTTP request received.")
        .doesNotContain(Dispatcher.VERSION_HEADER);
    assertThat(Http.raw(phoenix, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    // More than the buffers on the way hold: it is read to its end, or the answer would be lost.
    String endless = "GET / HTTP/1.1\r\nX: " + "x".repeat(16 << 20) + "\r\n\r\n";
    assertThat(Http.raw(phoenix, endless)).startsWith("HTTP/1.1 400");
  }

  @Test
  void idleConnectionsAreClosed() throws Exception {
    String get = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    try (var phoenix = FakePhoenix.builder().idleTimeout(Duration.ofSeconds(5)).start()) {
      // Returns only because the server closes.
      assertThat(Http.raw(phoenix, get)).endsWith("OK");
    }
  }

  @Test
  void chunkedAndExpectedBodiesAreRead(FakePhoenix phoenix) throws Exception {
    String answer =
        Http.raw(
            phoenix,
            "POST /v1/span_annotations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "4\r\n{\"da\r\n8;x=y\r\nta\":[] }\r\n0\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200").endsWith("[]}");
  }
}
