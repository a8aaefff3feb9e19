package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class PhoenixTracingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final OtlpServer server;

  PhoenixTracingTest() throws Exception {
    server = new OtlpServer();
  }

  @AfterEach
  void end() {
    server.close();
    assertThat(Context.current()).isSameAs(Context.root());
  }

  private PhoenixSettings.Builder settings() {
    return PhoenixSettings.builder()
        .environment(PhoenixEnvironment.empty())
        .endpoint(server.url() + "/s/team");
  }

  private static void span(PhoenixTracing tracing, String name) {
    tracing.tracer("test").spanBuilder(name).startSpan().end();
  }

  @Test
  void spansGoToTheTracesRouteOfTheEndpointAsProtobuf() throws Exception {
    try (var tracing = PhoenixTracing.builder().settings(settings().build()).build()) {
      span(tracing, "größe");
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
    OtlpServer.Export export = server.next();
    assertThat(export.path()).isEqualTo("/s/team/v1/traces");
    assertThat(export.header("Content-Type")).containsExactly("application/x-protobuf");
    assertThat(export.header("Authorization")).isEmpty();
    assertThat(export.holds("größe")).isTrue();
    assertThat(export.holds("openinference.project.name")).isTrue();
    assertThat(export.holds("default")).isTrue();
  }

  @Test
  void theProjectIsThatOfTheBuilderElseThatOfTheSettings() throws Exception {
    PhoenixSettings ofShop = settings().project("shop").build();
    Map<String, String> expected = new HashMap<>();
    expected.put("chatbot", "chatbot");
    expected.put(" ", "shop");
    expected.put(null, "shop");
    for (var project : expected.entrySet()) {
      try (var tracing =
          PhoenixTracing.builder()
              .settings(ofShop)
              .resourceAttribute(stringKey("service.name"), "checkout-service")
              .project(project.getKey())
              .build()) {
        assertThat(tracing)
            .hasToString(
                "PhoenixTracing(project=%s, endpoint=%s/s/team)", project.getValue(), server.url());
        span(tracing, "one");
      }
      OtlpServer.Export export = server.next();
      assertThat(export.holds(project.getValue())).as("%s", project).isTrue();
      assertThat(export.holds("checkout-service")).isTrue();
    }
  }

  @Test
  void sessionsAndCapturesWorkWithoutFurtherAdo() throws Exception {
    SpanCapture capture = SpanCapture.start();
    try (var tracing = PhoenixTracing.builder().settings(settings().build()).build()) {
      try (capture;
          Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
        span(tracing, "answer");
      }
      assertThat(capture.last().name()).isEqualTo("answer");
    }
    assertThat(server.next().holds("chat-7")).isTrue();
  }

  @Test
  void processorsAndSamplersOfOnesOwnAreAsked() {
    var exporter = InMemorySpanExporter.create();
    var tracings = PhoenixTracing.builder().settings(settings().build());
    tracings.addSpanProcessor(SimpleSpanProcessor.create(exporter));
    try (var tracing = tracings.build();
        Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
      span(tracing, "seen");
      assertThat(exporter.getFinishedSpanItems())
          .singleElement()
          .satisfies(it -> assertThat(it.getAttributes().get(stringKey("session.id"))).isNotNull());
    }
    try (var tracing =
        PhoenixTracing.builder()
            .settings(settings().build())
            .sampler(Sampler.alwaysOff())
            .build()) {
      Span span = tracing.tracer("test").spanBuilder("unseen").startSpan();
      assertThat(span.isRecording()).isFalse();
      span.end();
      assertThat(tracing.flush(PATIENCE)).as("nothing to export").isTrue();
    }
  }

  /** OpenTelemetry's own limit of 128 would cut a chat of some twenty messages. */
  @Test
  void longChatsKeepTheirMessages() {
    var exporter = InMemorySpanExporter.create();
    try (var tracing =
        PhoenixTracing.builder()
            .settings(settings().build())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      Span span = tracing.openTelemetry().getTracer("test").spanBuilder("chat").startSpan();
      for (int i = 0; i < 1_000; i++) {
        span.setAttribute(OpenInferenceAttributes.llmInputMessageContent(i), "message " + i);
      }
      span.end();
      assertThat(exporter.getFinishedSpanItems().get(0).getAttributes().size()).isEqualTo(1_000);
    }
  }

  @Test
  void simpleSendsSpansSoonAfterTheirEnd() throws Exception {
    try (var tracing = PhoenixTracing.builder().settings(settings().build()).simple().build()) {
      span(tracing, "first");
      assertThat(server.next().holds("first")).isTrue();
      span(tracing, "second");
      assertThat(server.next().holds("second")).isTrue();
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void simpleLosesNothingOfManySpansInARow() {
    try (var tracing = PhoenixTracing.builder().settings(settings().build()).simple().build()) {
      for (int i = 0; i < 500; i++) {
        span(tracing, "span " + i);
      }
      assertThat(tracing.flush(PATIENCE)).isTrue();
    }
  }

  @Test
  void theExportDelayIsThatOfTheBatches() throws Exception {
    try (var tracing =
        PhoenixTracing.builder()
            .settings(settings().build())
            .exportDelay(Duration.ofMillis(1))
            .build()) {
      span(tracing, "unasked");
      assertThat(server.next().holds("unasked")).isTrue();
    }
    try (var tracing =
        PhoenixTracing.builder()
            .settings(settings().build())
            .exportDelay(Duration.ofHours(1))
            .build()) {
      span(tracing, "one");
      span(tracing, "two");
      assertThat(tracing.flush(PATIENCE)).isTrue();
      OtlpServer.Export both = server.next();
      assertThat(both.holds("one") && both.holds("two")).isTrue();
    }
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    var builder = PhoenixTracing.builder();
    for (Duration delay :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMinutes(61)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.exportDelay(delay))
          .withMessage("exportDelay is %s: it must be between PT0.001S and PT1H.", delay);
    }
    try (var tracing = builder.settings(settings().build()).build()) {
      for (Duration timeout :
          new Duration[] {Duration.ofSeconds(-1), Duration.ofSeconds(Long.MAX_VALUE)}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> tracing.flush(timeout))
            .withMessage("timeout is %s: it must be between PT0S and PT24H.", timeout);
      }
    }
  }

  @Test
  void afterClosingNothingIsTracedAndNothingFails() throws Exception {
    var tracing = PhoenixTracing.builder().settings(settings().build()).build();
    span(tracing, "in time");
    tracing.close();
    assertThat(server.next().holds("in time")).isTrue();
    tracing.close();
    span(tracing, "too late");
    assertThat(tracing.flush(PATIENCE)).isTrue();
    assertThat(server.waiting()).isZero();
  }
}
