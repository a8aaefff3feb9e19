package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.support.RealPhoenix;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class StorableSpansTest {
  private static void fail(Span span) {
    span.setAttribute("input.value", "a\0b \ud83d")
        .setAttribute(stringArrayKey("tag.tags"), List.of("plain", "c\0"))
        .setAttribute("count", 7)
        .recordException(new IllegalStateException("the model said \0"))
        .addEvent("event \0")
        .setStatus(StatusCode.ERROR, "the model said \0")
        .end();
  }

  /** PostgreSQL compresses other texts. */
  private static String random(int length) {
    return new Random(length)
        .ints(length, '!', '~')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void whatPhoenixCannotStoreIsReplacedInAllTexts() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new StorableSpans(exporter)))
            .build()) {
      fail(tracers.get("test").spanBuilder("name \0").startSpan());
      SpanData span = exporter.getFinishedSpanItems().get(0);
      assertThat(span.getName()).isEqualTo("name \uFFFD");
      assertThat(span.getStatus().getDescription()).isEqualTo("the model said \uFFFD");
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span.getAttributes().get(stringKey("input.value"))).isEqualTo("a\uFFFDb \uFFFD");
      assertThat(span.getAttributes().get(stringArrayKey("tag.tags")))
          .containsExactly("plain", "c\uFFFD");
      assertThat(span.getAttributes().get(longKey("count"))).isEqualTo(7);
      assertThat(span.getEvents())
          .extracting(EventData::getName)
          .containsExactly("exception", "event \uFFFD");
      Attributes exception = span.getEvents().get(0).getAttributes();
      assertThat(exception.get(stringKey("exception.message"))).isEqualTo("the model said \uFFFD");
      assertThat(exception.get(stringKey("exception.stacktrace")))
          .contains("the model said \uFFFD", "StorableSpansTest.fail")
          .doesNotContain("\0");
    }
  }

  @Test
  void idsThatPhoenixCannotIndexAreLeftOut() {
    String tooLong = "ü".repeat(1_301);
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new StorableSpans(exporter)))
            .build()) {
      tracers
          .get("test")
          .spanBuilder("span")
          .setAttribute("session.id", tooLong)
          .setAttribute("gen_ai.conversation.id", tooLong)
          .setAttribute(" user. id", tooLong)
          .setAttribute(stringArrayKey("user.id"), List.of("x".repeat(1_400), "y".repeat(1_400)))
          .setAttribute("input.value", tooLong)
          .startSpan()
          .addEvent("event", Attributes.of(stringKey("session.id"), tooLong))
          .end();
      SpanData span = exporter.getFinishedSpanItems().get(0);
      assertThat(span.getAttributes()).isEqualTo(Attributes.of(stringKey("input.value"), tooLong));
      assertThat(span.getEvents().get(0).getAttributes().size()).isEqualTo(1);
    }
  }

  @Test
  void otherSpansAreSentAsTheyAre() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      tracers.get("test").spanBuilder("größe").setAttribute("a", "\uD83D\uDE00").startSpan().end();
      List<SpanData> spans = exporter.getFinishedSpanItems();
      exporter.reset();
      new StorableSpans(exporter).export(spans);
      assertThat(exporter.getFinishedSpanItems().get(0)).isSameAs(spans.get(0));
    }
  }

  /** PostgreSQL would lose the span, and feedback on it would wait in vain. */
  @ParameterizedTest
  @CsvSource({
    "SQLITE, session.id",
    "POSTGRESQL, session.id",
    "POSTGRESQL, user.id",
    "POSTGRESQL, gen_ai.conversation.id"
  })
  void aSpanWithSuchTextsArrives(RealPhoenix server, String name) {
    assumeTrue(server.missing() == null, server.missing());
    PhoenixSettings settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(server.endpoint())
            .project("storable-" + UUID.randomUUID())
            .build();
    try (PhoenixTracing tracing = PhoenixTracing.builder().settings(settings).build();
        PhoenixBlockingClient client = PhoenixBlockingClient.create(settings)) {
      Span span = tracing.tracer("test").spanBuilder("name \0").startSpan();
      span.setAttribute(name, random(2_800));
      try (Scope scope = span.makeCurrent()) {
        fail(span);
        assertThat(tracing.flush(Duration.ofSeconds(30))).isTrue();
        assertThat(
                BlockingSpanFeedback.of(client)
                    .annotateCurrentSync("seen", it -> it.label("yes"))
                    .getId())
            .isNotBlank();
      }
    }
  }
}
