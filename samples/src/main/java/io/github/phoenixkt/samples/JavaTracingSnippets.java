package io.github.phoenixkt.samples;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** What docs/tracing.md shows, between the marks; a test compares the two and runs this. */
final class JavaTracingSnippets {
  private JavaTracingSnippets() {}

  static PhoenixTracing register() {
    // begin register
    PhoenixTracing tracing = PhoenixTracing.register("chatbot"); // for the whole process
    Tracer tracer = tracing.tracer("com.example.chatbot");
    tracer.spanBuilder("answer").startSpan().end();
    // end register
    return tracing;
  }

  static PhoenixTracing settings(PhoenixSettings settings) {
    // begin settings
    PhoenixTracing tracing =
        PhoenixTracing.builder()
            .settings(settings) // those of the client
            .project("chatbot")
            .exportDelay(Duration.ofSeconds(1))
            .resourceAttribute(AttributeKey.stringKey("service.name"), "chatbot-eu")
            .build(); // or register(), for the whole process
    // end settings
    return tracing;
  }

  static SdkTracerProvider ownSdk(SpanExporter exporter) {
    // begin ownSdk
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(new PhoenixContextSpanProcessor())
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .build();
    // end ownSdk
    return provider;
  }

  @SuppressWarnings("try") // The scope is opened for what it does.
  static String underTheAgent(String sessionId, String userId, Supplier<String> model) {
    // begin agent
    PhoenixContext context =
        PhoenixContext.builder().sessionId(sessionId).userId(userId).build().withBaggage();
    try (Scope scope = context.makeCurrent()) {
      return model.get();
    }
    // end agent
  }

  @SuppressWarnings("try") // The scope is opened for what it does.
  static String inScope(String question, UnaryOperator<String> answer) {
    // begin context
    PhoenixContext context =
        PhoenixContext.builder().sessionId("chat-7").userId("42").tags("beta").build();
    try (Scope scope = context.makeCurrent()) {
      return answer.apply(question);
    }
    // end context
  }

  static void feedback(BlockingAnnotationQueue queue, String question, Consumer<String> answer) {
    // begin feedback
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(queue);
    feedback.annotateCurrent("relevance", it -> it.score(0.9)); // the active span
    try (SpanCapture capture = SpanCapture.start()) {
      answer.accept(question);
      feedback.annotateWhere(capture, span -> span.kind() == LLM, "tone", it -> it.label("calm"));
    }
    // end feedback
  }

  static Stream<String> lazily(PhoenixContext context, Stream<String> answers) {
    // begin stream
    return context.wrap(answers); // or PhoenixContext.current().wrap(answers)
    // end stream
  }

  // begin reactor
  static <T> Flux<T> inContext(PhoenixContext context, Flux<T> source) {
    Context here = context.storeInContext(Context.current());
    return Flux.from(subscriber -> here.wrap(() -> source.subscribe(subscriber)).run());
  }

  // end reactor
}
