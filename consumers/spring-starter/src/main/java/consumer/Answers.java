package consumer;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import io.github.phoenixkt.spring.PhoenixReactor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.SpringBootVersion;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Each way answers with the ids that it knows: the current span, and the spans of the model. */
@RestController
class Answers {
  private final ChatClient chat;
  private final Worker worker;
  private final BlockingSpanFeedback feedback;
  private final SpanFeedback asyncFeedback;

  Answers(
      ChatClient.Builder chat,
      Worker worker,
      BlockingSpanFeedback feedback,
      PhoenixAsyncClient phoenix) {
    this.chat = chat.defaultTools(new Weather()).build();
    this.worker = worker;
    this.feedback = feedback;
    this.asyncFeedback = SpanFeedback.of(phoenix);
  }

  /** Spring AI 2 takes the whole base URL, Spring AI 1 adds the version itself. */
  static String basePath() {
    return SpringBootVersion.getVersion().startsWith("3.") ? "" : "/v1";
  }

  @GetMapping("/controller")
  String controller(@RequestParam String session, @RequestParam String request) {
    try (Scope scope = context(session, request).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      chat.prompt(question(session, request)).call().content();
      return judge(capture, request);
    }
  }

  @GetMapping("/async")
  String async(@RequestParam String session, @RequestParam String request) {
    try (Scope scope = context(session, request).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      worker.run(() -> chat.prompt(question(session, request)).call().content()).join();
      return judge(capture, request);
    }
  }

  @GetMapping("/streamed")
  Mono<String> streamed(@RequestParam String session, @RequestParam String request) {
    SpanCapture capture = SpanCapture.detached();
    try (Scope scope = context(session, request).makeCurrent();
        Scope captured = capture.makeCurrent()) {
      return chat.prompt(question(session, request)).stream()
          .content()
          .collectList()
          .flatMap(words -> Mono.fromFuture(judgeLater(capture, request)))
          .doFinally(end -> capture.close())
          .contextWrite(PhoenixReactor.context());
    }
  }

  private static PhoenixContext context(String session, String request) {
    return PhoenixContext.builder()
        .sessionId(session)
        .metadata(Map.of("request", request))
        .build();
  }

  private static String question(String session, String request) {
    String topic = Integer.parseInt(request) % 4 == 0 ? "the weather" : "nothing";
    return "session %s, request %s, about %s".formatted(session, request, topic);
  }

  private String judge(SpanCapture capture, String request) {
    feedback.annotateWhere(capture, span -> span.kind() == LLM, "model", of(request));
    feedback.annotateCurrent("request", of(request));
    return ids(capture);
  }

  private CompletableFuture<String> judgeLater(SpanCapture capture, String request) {
    String ids = ids(capture);
    return asyncFeedback
        .annotateWhere(capture, span -> span.kind() == LLM, "model", of(request))
        .thenCombine(asyncFeedback.annotateCurrent("request", of(request)), (a, b) -> ids);
  }

  private static Consumer<SpanAnnotationData.Builder> of(String request) {
    return annotation -> annotation.label("good").explanation(request);
  }

  private static String ids(SpanCapture capture) {
    var current = Span.current().getSpanContext();
    return current.getTraceId()
        + " "
        + current.getSpanId()
        + " "
        + capture.ofKind(LLM).stream().map(CapturedSpan::spanId).collect(Collectors.joining(","));
  }

  static final class Weather {
    @Tool(description = "the weather in a city")
    String weather(String city) {
      return "sunny in " + city;
    }
  }

  @Component
  static class Worker {
    @Async
    CompletableFuture<Void> run(Runnable task) {
      task.run();
      return CompletableFuture.completedFuture(null);
    }
  }
}
