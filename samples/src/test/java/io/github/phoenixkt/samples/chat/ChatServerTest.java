package io.github.phoenixkt.samples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.samples.StubModel;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.support.TestClock;
import io.github.phoenixkt.testing.FakePhoenix;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The chat without a browser, and with a Phoenix in memory. */
@Timeout(120)
class ChatServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROJECT = "chat";

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider tracers =
      SdkTracerProvider.builder()
          .addSpanProcessor(new PhoenixContextSpanProcessor())
          .addSpanProcessor(SimpleSpanProcessor.create(exporter))
          .build();
  private final Tracer tracer = tracers.get("test");
  private final StubModel model = StubModel.start();
  private final FakePhoenix fake = FakePhoenix.start();
  private final PhoenixBlockingClient phoenix =
      PhoenixBlockingClient.create(
          PhoenixSettings.builder()
              .environment(PhoenixEnvironment.empty())
              .endpoint(fake.endpoint().toString())
              .build());
  private final BlockingAnnotationQueue queue =
      phoenix.annotationQueue(AnnotationQueueOptions.builder().build());
  private final TestClock.Movable clock =
      TestClock.stoppedAt(Instant.parse("2026-01-05T10:00:00Z"));
  private final ChatServer server;

  ChatServerTest() throws IOException {
    server =
        new ChatServer(
            0,
            clock,
            threads -> new TracedChat(tracer, new ChatModel(model.settings()), threads),
            BlockingSpanFeedback.of(queue),
            Duration.ZERO);
  }

  @AfterEach
  void close() {
    server.close();
    phoenix.close();
    fake.close();
    model.close();
    tracers.close();
  }

  @Test
  void aTurnIsATraceWithSessionUserAndNumber() throws Exception {
    User user = new User();
    user.ask("Who are you?");
    user.ask("And who am I?");

    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans.stream().map(SpanData::getName))
        .containsExactly("chat-completion", "chat-turn", "chat-completion", "chat-turn");
    for (int turn = 0; turn < 2; turn++) {
      SpanData call = spans.get(2 * turn);
      SpanData root = spans.get(2 * turn + 1);
      assertThat(call.getParentSpanId()).isEqualTo(root.getSpanId());
      assertThat(root.getParentSpanContext().isValid()).isFalse();
      for (SpanData span : List.of(call, root)) {
        assertThat(span.getAttributes().get(OpenInferenceAttributes.METADATA))
            .isEqualTo("{\"turn_number\":" + (turn + 1) + "}");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.OK);
      }
    }
    assertThat(values(spans, OpenInferenceAttributes.SESSION_ID)).hasSize(1);
    assertThat(values(spans, OpenInferenceAttributes.USER_ID)).hasSize(1);
    // With the cookie one would be that user, with the key one would pay for the model.
    assertThat(spans.toString()).doesNotContain(user.cookie()).doesNotContain(StubModel.KEY);
  }

  @Test
  void aThumbIsOnTheModelsCallOfItsAnswer() throws Exception {
    User user = new User();
    String first = user.ask("One?");
    String second = user.ask("Two?");
    List<String> calls = export().stream().filter(this::isCall).map(SpanData::getSpanId).toList();

    assertThat(user.rate(first, "up", "").statusCode()).isEqualTo(200);
    assertThat(user.rate(second, "down", "No.").statusCode()).isEqualTo(200);
    assertThat(user.rate(first, "down", "Hm.").statusCode()).isEqualTo(200);

    assertThat(annotations())
        .containsExactlyInAnyOrder(
            calls.get(0) + " thumbs-down 0.0 Hm.", calls.get(1) + " thumbs-down 0.0 No.");
    JsonNode shown = user.conversation().get(0);
    assertThat(shown.path("thumb").asText()).isEqualTo("down");
    assertThat(shown.path("comment").asText()).isEqualTo("Hm.");
    assertThat(shown.path("text").asText()).contains("One?");
  }

  @Test
  void feedbackThatIsNotAcceptedIsSaidNotToBeSaved() throws Exception {
    User user = new User();
    String answer = user.ask("One?");
    queue.close();

    HttpResponse<String> response = user.rate(answer, "up", "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(error(response)).contains("could not be saved");
    assertThat(user.conversation().get(0).path("thumb").isNull()).isTrue();
  }

  @Test
  void usersDoNotReachTheAnswersOfOthers() throws Exception {
    User ada = new User();
    String answer = ada.ask("One?");
    export();
    User bob = new User();

    assertThat(bob.conversation()).isEmpty();
    assertThat(bob.rate(answer, "down", "").statusCode()).isEqualTo(404);
    assertThat(annotations()).isEmpty();
    assertThat(ada.rate(answer, "up", "").statusCode()).isEqualTo(200);
  }

  @Test
  void aConversationEndsWhereTheUserSaysSoOrIsAway() throws Exception {
    User user = new User();
    String answer = user.ask("One?");
    assertThat(user.post("conversation", "{}").statusCode()).isEqualTo(200);
    assertThat(user.conversation()).isEmpty();
    assertThat(user.rate(answer, "up", "").statusCode()).isEqualTo(404);
    user.ask("Two?");
    clock.move(Duration.ofMinutes(29));
    user.ask("Three?");
    clock.move(Duration.ofMinutes(31));
    user.ask("Four?");

    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(values(spans, OpenInferenceAttributes.SESSION_ID)).hasSize(3);
    assertThat(values(spans, OpenInferenceAttributes.USER_ID)).hasSize(1);
    assertThat(spans.get(4).getAttributes().asMap().toString()).contains("Two?", "Three?");
    assertThat(spans.get(6).getAttributes().asMap().toString()).doesNotContain("Three?");
  }

  @Test
  void aModelThatFailsIsAnErrorOnBothSpans() throws Exception {
    model.answerNext(StubModel.status(500), StubModel.breaksOffAfter("This is "));
    User user = new User();

    HttpResponse<String> refused = user.post("chat", Map.of("message", "One?"));
    assertThat(refused.statusCode()).isEqualTo(502);
    assertThat(error(refused))
        .isEqualTo("The model is not available at the moment. Please try again.");
    HttpResponse<String> half = user.post("chat", Map.of("message", "Two?"));
    assertThat(half.body().lines())
        .containsExactly(
            "{\"text\":\"This is \"}", "{\"error\":\"The answer broke off. Please try again.\"}");

    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans)
        .hasSize(4)
        .allSatisfy(
            span -> {
              assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
              assertThat(span.getEvents())
                  .singleElement()
                  .matches(event -> event.getName().equals("exception"));
            });
    assertThat(spans.get(2).getAttributes().get(OpenInferenceAttributes.llmOutputMessageContent(0)))
        .isEqualTo("This is ");
    assertThat(user.conversation()).isEmpty();
  }

  @Test
  void aSecondQuestionWaitsForTheFirstAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    model.answerNext(
        exchange -> {
          asked.countDown();
          go.await();
          StubModel.streams(List.of("Well.")).to(exchange);
        });
    User user = new User();
    var first = user.send("chat", "{\"message\": \"One?\"}");
    asked.await();
    try {
      assertThat(user.post("chat", Map.of("message", "Two?")).statusCode()).isEqualTo(409);
    } finally {
      go.countDown();
    }
    assertThat(first.join().body()).contains("Well.");
    user.ask("Three?");
  }

  @Test
  void aTurnForWhichNoThreadIsLeftIsAnErrorToo() throws Exception {
    TracedChat full =
        new TracedChat(
            tracer,
            new ChatModel(model.settings()),
            task -> {
              throw new RejectedExecutionException("full");
            });
    Conversation conversation = new Conversation("ada");

    for (int turn = 1; turn <= 2; turn++) {
      assertThatThrownBy(() -> full.answer(conversation, "One?", null))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("Too many");
    }
    assertThat(exporter.getFinishedSpanItems())
        .hasSize(2)
        .allSatisfy(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
  }

  @Test
  void badRequestsAreToldSo() throws Exception {
    User user = new User();
    assertThat(user.post("chat", "no json").statusCode()).isEqualTo(400);
    assertThat(user.post("chat", "").statusCode()).isEqualTo(400);
    assertThat(user.post("chat", "{\"message\": \" \\n\"}").statusCode()).isEqualTo(400);
    assertThat(user.post("chat", "{\"message\": \"a\\u0000b\"}").statusCode()).isEqualTo(400);
    assertThat(user.post("chat", "{\"message\": \"a\\ud800b\"}").statusCode()).isEqualTo(400);
    assertThat(user.post("chat", Map.of("message", "x".repeat(4_001))).statusCode()).isEqualTo(413);
    assertThat(user.post("chat", "x".repeat(70_000)).statusCode()).isEqualTo(413);
    assertThat(user.rate("nonsense", "up", "").statusCode()).isEqualTo(404);
    assertThat(user.rate("nonsense", "sideways", "").statusCode()).isEqualTo(400);
    assertThat(user.post("nothing", "{}").statusCode()).isEqualTo(404);
    assertThat(user.get("chat").statusCode()).isEqualTo(404);

    HttpResponse<String> form =
        user.http.send(
            HttpRequest.newBuilder(server.uri().resolve("chat"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"message\": \"One?\"}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(model.asked()).isZero();
    assertThat(exporter.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void whoHasNoCookieIsToldToReload() throws Exception {
    User stranger = new User();
    stranger.cookies.getCookieStore().removeAll();

    assertThat(error(stranger.post("chat", Map.of("message", "One?")))).contains("reload the page");
    assertThat(error(stranger.post("feedback", "{}"))).contains("reload the page");
  }

  @Test
  void thePageMayRunItsOwnScriptsOnly() throws Exception {
    HttpResponse<String> page = new User().get("");

    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.body()).doesNotContain("onclick", "javascript:");
    HttpResponse<String> fresh =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofString());
    assertThat(fresh.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("HttpOnly")
        .contains("SameSite=Strict");
  }

  @Test
  void closingEndsAnswersThatDoNotEnd() throws Exception {
    model.answerNext(model.endless(), model.silence());
    var endless = new User().send("chat", "{\"message\": \"One?\"}");
    Await.until("the first question", () -> model.asked() == 1);
    var silent = new User().send("chat", "{\"message\": \"Two?\"}");
    Await.until("the second question", () -> model.asked() == 2);

    server.close();

    assertThat(exporter.getFinishedSpanItems())
        .hasSize(4)
        .allSatisfy(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
    for (var answer : List.of(endless, silent)) {
      assertThat(answer.join().statusCode()).isEqualTo(502);
    }
  }

  /** What an exporter would do. */
  private List<SpanData> export() {
    List<SpanData> spans = exporter.getFinishedSpanItems();
    phoenix.projects().ensure(PROJECT);
    phoenix
        .spans()
        .logSpans(
            spans.stream()
                .map(
                    it ->
                        io.github.phoenixkt.spans.SpanData.builder(
                                it.getName(),
                                it.getSpanId(),
                                it.getTraceId(),
                                Instant.now(),
                                Instant.now())
                            .build())
                .toList(),
            PROJECT);
    return spans;
  }

  private boolean isCall(SpanData span) {
    return span.getName().equals("chat-completion");
  }

  private List<String> annotations() {
    assertThat(queue.flush(Duration.ofMinutes(1))).isTrue();
    List<String> ids = exporter.getFinishedSpanItems().stream().map(SpanData::getSpanId).toList();
    var query = AnnotationQuery.builder().ids(ids).build();
    try (Stream<StoredAnnotation> found = phoenix.spans().getSpanAnnotations(query, PROJECT)) {
      return found
          .map(
              it ->
                  "%s %s %s %s"
                      .formatted(
                          it.getTargetId(), it.getLabel(), it.getScore(), it.getExplanation()))
          .toList();
    }
  }

  private static List<String> values(List<SpanData> spans, AttributeKey<String> key) {
    return spans.stream().map(span -> span.getAttributes().get(key)).distinct().toList();
  }

  private static String error(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body()).path("error").asText();
  }

  /** Who has loaded the page. */
  private final class User {
    final CookieManager cookies = new CookieManager();
    final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();

    User() throws Exception {
      assertThat(get("").statusCode()).isEqualTo(200);
    }

    String cookie() {
      return cookies.getCookieStore().getCookies().get(0).getValue();
    }

    HttpResponse<String> get(String path) throws Exception {
      return http.send(
          HttpRequest.newBuilder(server.uri().resolve(path)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, Object body) throws Exception {
      return send(path, body instanceof String text ? text : JSON.writeValueAsString(body)).join();
    }

    CompletableFuture<HttpResponse<String>> send(String path, String body) {
      return http.sendAsync(
          HttpRequest.newBuilder(server.uri().resolve(path))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }

    /** Gives the id of the answer. */
    String ask(String question) throws Exception {
      HttpResponse<String> response = post("chat", Map.of("message", question));
      List<String> lines = response.body().lines().toList();
      JsonNode last = JSON.readTree(lines.get(lines.size() - 1));
      assertThat(last.has("answer")).as("%s", last).isTrue();
      return last.path("answer").asText();
    }

    HttpResponse<String> rate(String answer, String thumb, String comment) throws Exception {
      return post("feedback", Map.of("answer", answer, "thumb", thumb, "comment", comment));
    }

    JsonNode conversation() throws Exception {
      return JSON.readTree(get("conversation").body()).path("answers");
    }
  }
}
