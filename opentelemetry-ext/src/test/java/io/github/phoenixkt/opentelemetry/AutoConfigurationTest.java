package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class AutoConfigurationTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  private AutoConfiguredOpenTelemetrySdkBuilder sdk() {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(
            () ->
                Map.of(
                    "otel.traces.exporter", "none",
                    "otel.metrics.exporter", "none",
                    "otel.logs.exporter", "none"))
        .addTracerProviderCustomizer(
            (builder, config) -> builder.addSpanProcessor(SimpleSpanProcessor.create(exporter)))
        .disableShutdownHook();
  }

  /**
   * Gives what was captured: its spans stay readable, while closing the SDK empties the exporter.
   */
  private static List<CapturedSpan> trace(AutoConfiguredOpenTelemetrySdkBuilder builder) {
    try (var sdk = builder.build().getOpenTelemetrySdk();
        var capture = SpanCapture.start();
        Scope session =
            PhoenixContext.builder().sessionId("chat-7").tags("a", "b").build().makeCurrent()) {
      sdk.getTracer("test").spanBuilder("answer").startSpan().end();
      return capture.spans();
    }
  }

  @Test
  void theProcessorIsThereByItselfAndOnce() {
    try (var sdk = sdk().build().getOpenTelemetrySdk()) {
      var times =
          Pattern.compile("PhoenixContextSpanProcessor@\\w+")
              .matcher(sdk.toString())
              .results()
              .map(MatchResult::group)
              .distinct()
              .count();
      assertThat(times).as(sdk.toString()).isEqualTo(1);
      assertThat(sdk.toString()).contains("NotOfPhoenixClient{ParentBased");
    }
    assertThat(trace(sdk()))
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.attribute(OpenInferenceAttributes.SESSION_ID)).isEqualTo("chat-7"));
  }

  @Test
  void aProcessorThatIsRegisteredBesideItChangesNothing() {
    List<CapturedSpan> captured =
        trace(
            sdk()
                .addTracerProviderCustomizer(
                    (builder, config) ->
                        builder.addSpanProcessor(new PhoenixContextSpanProcessor())));
    assertThat(captured).hasSize(1);
    assertThat(captured.get(0).attributes().size()).isEqualTo(2);
    assertThat(captured.get(0).attribute(OpenInferenceAttributes.TAGS)).containsExactly("a", "b");
  }

  @Test
  void spansOfTheClientsOwnRequestsAreDropped() {
    try (var sdk = sdk().build().getOpenTelemetrySdk()) {
      var tracer = sdk.getTracer("engine");
      try (Scope own = OwnRequests.CONTEXT.makeCurrent()) {
        tracer.spanBuilder("request").startSpan().end();
        tracer.spanBuilder("request without a parent").setNoParent().startSpan().end();
      }
      tracer.spanBuilder("request in it").setParent(OwnRequests.CONTEXT).startSpan().end();
      tracer.spanBuilder("after").startSpan().end();
      assertThat(exporter.getFinishedSpanItems())
          .extracting(SpanData::getName)
          .containsExactly("after");
    }
  }
}
