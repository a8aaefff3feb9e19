package io.github.phoenixkt.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.support.RealPhoenix;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Phoenix itself makes of the spans. */
@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class RealPhoenixTest {
  private static final String NAME = "user feedback";

  @ParameterizedTest
  @EnumSource(names = {"SQLITE", "POSTGRESQL"})
  void modelsAreLlmsInTheirSessionsAndGetTheFeedback(RealPhoenix server) throws Exception {
    assumeTrue(server.missing() == null, server.missing());
    PhoenixSettings settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(server.endpoint())
            .project("langchain4j-" + UUID.randomUUID())
            .build();
    String blockingSession = "blocking-" + UUID.randomUUID();
    String streamingSession = "streaming-" + UUID.randomUUID();
    try (OpenAiStub openAi = new OpenAiStub();
        PhoenixTracing tracing = PhoenixTracing.builder().settings(settings).build();
        PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(settings)) {
      var listener = PhoenixChatModelListener.of(tracing.openTelemetry());
      BlockingSpanFeedback feedback = BlockingSpanFeedback.of(phoenix);

      ChatModel blocking = Models.blocking(openAi, listener);
      SpanCapture ofBlocking =
          chain(
              tracing,
              blockingSession,
              () -> blocking.chat(SystemMessage.from("Be brief."), UserMessage.from("why\0?")));

      StreamingChatModel streaming = CallerContext.keep(Models.streaming(openAi, listener));
      var assistant =
          AiServices.builder(Models.StreamingAssistant.class)
              .streamingChatModel(streaming)
              .tools(new Models.Weather(tracing.tracer("tools")))
              .build();
      SpanCapture ofStreaming =
          chain(
              tracing,
              streamingSession,
              () -> {
                CompletableFuture<Object> done = new CompletableFuture<>();
                assistant
                    .chat("weather in Oslo?")
                    .onPartialResponse(part -> {})
                    .onCompleteResponse(done::complete)
                    .onError(done::completeExceptionally)
                    .start();
                return done.get(60, TimeUnit.SECONDS);
              });
      assertThat(tracing.flush(Duration.ofSeconds(60))).isTrue();

      List<String> models = new java.util.ArrayList<>();
      for (SpanCapture capture : List.of(ofBlocking, ofStreaming)) {
        List<InsertedAnnotation> given =
            feedback.annotateWhereSync(
                capture,
                span -> span.kind() == OpenInferenceSpanKind.LLM,
                NAME,
                it -> it.annotatorKind(AnnotatorKind.HUMAN).label("thumbs-up").score(1));
        List<String> ids =
            capture.ofKind(OpenInferenceSpanKind.LLM).stream().map(CapturedSpan::spanId).toList();
        assertThat(given).hasSameSizeAs(ids);
        models.addAll(ids);
      }
      assertThat(models).hasSize(3);

      List<StoredSpan> spans = awaitSpans(phoenix, 6);
      List<String> all = spans.stream().map(StoredSpan::getSpanId).toList();
      assertThat(phoenix.spans().getSpanAnnotations(all))
          .extracting(StoredAnnotation::getTargetId)
          .containsExactlyInAnyOrderElementsOf(models);
      assertThat(spans)
          .filteredOn(span -> span.getSpanKind().equals("LLM"))
          .extracting(StoredSpan::getSpanId)
          .containsExactlyInAnyOrderElementsOf(models);
      assertThat(spans)
          .filteredOn(span -> span.getAttributes().get("session.id").equals(blockingSession))
          .hasSize(2);
      assertThat(spans)
          .filteredOn(span -> span.getAttributes().get("session.id").equals(streamingSession))
          .hasSize(4);

      assertThat(attributes(spans, models.get(0)))
          .containsEntry("llm.model_name", "stub-model")
          .containsEntry("llm.provider", "openai")
          .containsEntry("llm.system", "openai")
          .containsEntry("llm.token_count.total", 18L)
          .containsEntry("llm.input_messages.0.message.role", "system")
          .containsEntry("llm.input_messages.0.message.content", "Be brief.")
          .containsEntry("llm.input_messages.1.message.content", "why\uFFFD?")
          .containsEntry("llm.output_messages.0.message.content", "Echo: why\uFFFD?")
          .containsEntry("input.value", "why\uFFFD?")
          .containsEntry("output.value", "Echo: why\uFFFD?");
      String call = "llm.output_messages.0.message.tool_calls.0.tool_call.";
      assertThat(attributes(spans, models.get(1)))
          .containsEntry(call + "id", "call-1")
          .containsEntry(call + "function.name", "weather")
          .containsEntry(call + "function.arguments", "{\"city\":\"Oslo\"}")
          .containsKey("llm.tools.0.tool.json_schema");
      assertThat(attributes(spans, models.get(2)))
          .containsEntry("llm.input_messages.2.message.role", "tool")
          .containsEntry("llm.input_messages.2.message.tool_call_id", "call-1")
          .containsEntry("llm.input_messages.2.message.content", "Rain in Oslo");
    }
  }

  /** A span around the work, as an application has it, and what was captured. */
  private static SpanCapture chain(
      PhoenixTracing tracing, String session, java.util.concurrent.Callable<?> work)
      throws Exception {
    try (Scope scope = PhoenixContext.session(session).makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      Span chain =
          tracing
              .tracer("test")
              .spanBuilder("chain")
              .setAttribute("openinference.span.kind", "CHAIN")
              .startSpan();
      try (Scope current = chain.makeCurrent()) {
        work.call();
      } finally {
        chain.end();
      }
      return capture;
    }
  }

  /** Phoenix stores the spans of one trace in any order. */
  private static List<StoredSpan> awaitSpans(PhoenixBlockingClient phoenix, int count)
      throws InterruptedException {
    Instant end = Instant.now().plusSeconds(60);
    List<StoredSpan> spans = phoenix.spans().getSpans().toList();
    while (spans.size() < count && Instant.now().isBefore(end)) {
      TimeUnit.MILLISECONDS.sleep(100);
      spans = phoenix.spans().getSpans().toList();
    }
    assertThat(spans).hasSize(count);
    return spans;
  }

  private static java.util.Map<String, Object> attributes(List<StoredSpan> spans, String id) {
    return spans.stream()
        .filter(span -> span.getSpanId().equals(id))
        .findFirst()
        .orElseThrow()
        .getAttributes();
  }
}
