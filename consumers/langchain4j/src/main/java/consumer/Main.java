package consumer;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.langchain4j.CallerContext;
import io.github.phoenixkt.langchain4j.OpenAiStub;
import io.github.phoenixkt.langchain4j.PhoenixChatModelListener;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Asks a blocking and a streaming model, each in a session, and gives feedback on both answers. With
 * PHOENIX_TEST_ENDPOINT, it then looks at what Phoenix has of them.
 */
public final class Main {
  private static final String NAME = "user feedback";
  private static final String PROJECT = "langchain4j-" + System.nanoTime();

  private Main() {}

  public static void main(String[] args) throws Exception {
    String endpoint = System.getenv("PHOENIX_TEST_ENDPOINT");
    String found;
    try (FakePhoenix fake = FakePhoenix.start();
        OpenAiStub openAi = new OpenAiStub()) {
      PhoenixSettings settings =
          PhoenixSettings.builder()
              .environment(PhoenixEnvironment.empty())
              .endpoint(endpoint == null ? fake.endpoint().toString() : endpoint)
              .project(PROJECT)
              .build();
      try (PhoenixTracing tracing = PhoenixTracing.builder().settings(settings).build();
          PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(settings)) {
        Map<String, SpanCapture> answers = ask(openAi, tracing);
        if (endpoint == null) {
          answers.values().forEach(answer -> fake.addSpan(FakeSpan.of(model(answer)).project(PROJECT)));
        } else {
          check(tracing.flush(Duration.ofSeconds(30)), "flush");
          checkSpans(phoenix, answers);
        }
        int given = judge(phoenix, answers.values());
        found = given + " answers judged" + (endpoint == null ? "" : " in Phoenix");
      }
    }
    System.out.println("OK on Java " + Runtime.version().feature() + ", with LangChain4j: " + found);
    System.exit(0);
  }

  /** By session. */
  private static Map<String, SpanCapture> ask(OpenAiStub openAi, PhoenixTracing tracing) throws Exception {
    var listener = PhoenixChatModelListener.of(tracing.openTelemetry());
    ChatModel blocking =
        OpenAiChatModel.builder()
            .baseUrl(openAi.url())
            .apiKey("none")
            .modelName("stub-model")
            .listeners(List.of(listener))
            .build();
    StreamingChatModel streaming =
        CallerContext.keep(
            OpenAiStreamingChatModel.builder()
                .baseUrl(openAi.url())
                .apiKey("none")
                .modelName("stub-model")
                .listeners(List.of(listener))
                .build());
    return Map.of(
        "blocking", inSession("blocking", () -> blocking.chat("What is a span?")),
        "streaming", inSession("streaming", () -> stream(streaming, "And a trace?")));
  }

  private static SpanCapture inSession(String id, Callable<String> question) throws Exception {
    try (Scope session = PhoenixContext.session(id).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      String answer = question.call();
      check(answer.startsWith("Echo: "), answer);
      check(capture.ofKind(LLM).size() == 1, capture.spans());
      return capture;
    }
  }

  private static String model(SpanCapture answer) {
    return answer.ofKind(LLM).get(0).spanId();
  }

  private static String stream(StreamingChatModel model, String question) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    model.chat(
        question,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String part) {
            check("streaming".equals(PhoenixContext.current().sessionId()), "the handler's session");
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            answer.complete(response.aiMessage().text());
          }

          @Override
          public void onError(Throwable error) {
            answer.completeExceptionally(error);
          }
        });
    return answer.get(1, TimeUnit.MINUTES);
  }

  private static void checkSpans(PhoenixBlockingClient phoenix, Map<String, SpanCapture> answers)
      throws InterruptedException {
    Map<String, String> expected = new TreeMap<>();
    answers.forEach((session, answer) -> expected.put(model(answer), session));
    Map<String, String> stored = Map.of();
    Instant end = Instant.now().plusSeconds(60);
    while (stored.size() < expected.size() && Instant.now().isBefore(end)) {
      try (var all = phoenix.spans().getSpans()) {
        stored =
            all.filter(span -> span.getSpanKind().equals("LLM"))
                .collect(Collectors.toMap(StoredSpan::getSpanId, Main::session));
      } catch (PhoenixException.NotFound e) {
        // Phoenix makes the project with its first span.
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    check(stored.equals(expected), stored);
  }

  private static String session(StoredSpan span) {
    return String.valueOf(span.getAttributes().get("session.id"));
  }

  private static int judge(PhoenixBlockingClient phoenix, Collection<SpanCapture> answers) {
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(phoenix);
    for (SpanCapture answer : answers) {
      feedback.annotateWhereSync(
          answer, span -> span.kind() == LLM, NAME, it -> it.label("thumbs-up").score(1));
    }
    List<String> spans = answers.stream().map(Main::model).sorted().toList();
    try (var stored = phoenix.spans().getSpanAnnotations(spans)) {
      List<String> judged = stored.map(StoredAnnotation::getTargetId).sorted().toList();
      check(judged.equals(spans), judged);
      return judged.size();
    }
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
