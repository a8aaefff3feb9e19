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
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.internal.InternalAttributeKeyImpl;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
class StorableSpansTest {
  private static final String MESSAGES =
      "[{\"role\": \"user\", \"parts\": [{\"type\": \"text\", \"content\": \"said \\u0000\"}]}]";

  private static void fail(Span span) {
    span.setAttribute("input.value", "a\0b \ud83d")
        .setAttribute(stringArrayKey("tag.tags"), List.of("plain", "c\0"))
        .setAttribute("count", 7)
        .setAttribute("nested.key\0.\ud83d", "value")
        .setAttribute("metadata", "{\"m\\u0000\": [\"\\ud83d\"]}")
        .setAttribute("gen_ai.input.messages", MESSAGES)
        .recordException(new IllegalStateException("the model said \0"))
        .addEvent("event \0", Attributes.of(stringArrayKey("event key\0"), List.of("d\0")))
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
      assertThat(span.getAttributes().get(stringKey("nested.key\uFFFD.\uFFFD"))).isEqualTo("value");
      assertThat(span.getAttributes().get(stringKey("metadata")))
          .isEqualTo("{\"m\\uFFFD\": [\"\\uFFFD\"]}");
      assertThat(span.getAttributes().get(stringKey("gen_ai.input.messages")))
          .contains("\"said \\uFFFD\"");
      assertThat(span.getAttributes().get(longKey("count"))).isEqualTo(7);
      assertThat(span.getEvents())
          .extracting(EventData::getName)
          .containsExactly("exception", "event \uFFFD");
      assertThat(span.getEvents().get(1).getAttributes())
          .isEqualTo(Attributes.of(stringArrayKey("event key\uFFFD"), List.of("d\uFFFD")));
      Attributes exception = span.getEvents().get(0).getAttributes();
      assertThat(exception.get(stringKey("exception.message"))).isEqualTo("the model said \uFFFD");
      assertThat(exception.get(stringKey("exception.stacktrace")))
          .contains("the model said \uFFFD", "StorableSpansTest.fail")
          .doesNotContain("\0");
    }
  }

  static Stream<AttributeType> types() {
    return Stream.of(AttributeType.values());
  }

  private static Object valueOf(AttributeType type) {
    return switch (type) {
      case STRING -> "s";
      case BOOLEAN -> true;
      case LONG -> 1L;
      case DOUBLE -> 0.5;
      case STRING_ARRAY -> List.of("s");
      case BOOLEAN_ARRAY -> List.of(true);
      case LONG_ARRAY -> List.of(1L);
      case DOUBLE_ARRAY -> List.of(0.5);
      // Of newer versions of OpenTelemetry.
      default -> Value.of(Value.of("a"), Value.of(1));
    };
  }

  @ParameterizedTest
  @MethodSource("types")
  void aKeyIsReplacedAndKeepsItsTypeAndValue(AttributeType type) {
    AttributeKey<Object> key = InternalAttributeKeyImpl.create("a.k\0", type);
    Attributes attributes = Attributes.of(key, valueOf(type));
    assertThat(StorableAttributes.areStorable(attributes)).isFalse();
    Attributes storable = StorableAttributes.storable(attributes);
    assertThat(storable.size()).isOne();
    storable.forEach(
        (storableKey, value) -> {
          assertThat(storableKey.getKey()).isEqualTo("a.k\uFFFD");
          assertThat(storableKey.getType()).isEqualTo(type);
          assertThat(value).isEqualTo(valueOf(type));
        });
    assertThat(StorableAttributes.areStorable(storable)).isTrue();
  }

  /** Newer versions of OpenTelemetry have a type for them. */
  @Test
  @SuppressWarnings("unchecked")
  void nestedValuesAreReplacedAtEveryDepth() {
    AttributeKey<Value<?>> key = (AttributeKey<Value<?>>) (AttributeKey<?>) stringKey("nested");
    Value<?> nested =
        Value.of(
            KeyValue.of("k\0", Value.of(Value.of("v\0"), Value.of(1), Value.of(new byte[] {0}))),
            KeyValue.of("deep", Value.of(KeyValue.of("\ud83d", Value.of(true)))));
    Attributes attributes = Attributes.of(key, nested);
    assertThat(StorableAttributes.areStorable(attributes)).isFalse();
    Attributes storable = StorableAttributes.storable(attributes);
    assertThat((Object) storable.get(key))
        .isEqualTo(
            Value.of(
                KeyValue.of(
                    "k\uFFFD",
                    Value.of(Value.of("v\uFFFD"), Value.of(1), Value.of(new byte[] {0}))),
                KeyValue.of("deep", Value.of(KeyValue.of("\uFFFD", Value.of(true))))));
    assertThat(StorableAttributes.areStorable(storable)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // JSON that Phoenix parses
        "metadata                       | \\u0000             | \\uFFFD",
        "document.metadata              | \\u0000\\u0000       | \\uFFFD\\uFFFD",
        "llm.prompt_template.variables  | \\ud83d             | \\uFFFD",
        "tool.parameters                | \\uDE00\\uD83D       | \\uFFFD\\uFFFD",
        "gen_ai.output.messages         | \\\\\\u0000           | \\\\\\uFFFD",
        // and what is no such character
        "metadata                       | \\uD83D\\ude00       | \\uD83D\\ude00",
        "metadata                       | \\\\u0000            | \\\\u0000",
        "metadata                       | \\u00e9 \\n \\u000     | \\u00e9 \\n \\u000",
        // or no JSON
        "input.value                    | \\u0000             | \\u0000",
        "gen_ai_other                   | \\u0000             | \\u0000",
      })
  void escapesAreReplacedWherePhoenixParsesThem(String key, String text, String expected) {
    Attributes attributes = Attributes.of(stringKey(key), "{\"a\": \"" + text + "\"}");
    String storable = "{\"a\": \"" + expected + "\"}";
    assertThat(StorableAttributes.storable(attributes).get(stringKey(key))).isEqualTo(storable);
    assertThat(StorableAttributes.areStorable(attributes)).isEqualTo(text.equals(expected));
  }

  @Test
  void theResourceIsReplacedOnceForAllSpans() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    Resource resource =
        Resource.create(Attributes.of(stringKey("openinference.project.name"), "p\0"), "schema");
    try (SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setResource(resource)
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      tracers.get("test").spanBuilder("one").startSpan().end();
      tracers.get("test").spanBuilder("two").startSpan().end();
      List<SpanData> spans = exporter.getFinishedSpanItems();
      exporter.reset();
      new StorableSpans(exporter).export(spans);
      List<SpanData> storable = exporter.getFinishedSpanItems();
      Resource sent = storable.get(0).getResource();
      assertThat(sent.getAttribute(stringKey("openinference.project.name"))).isEqualTo("p\uFFFD");
      assertThat(sent.getSchemaUrl()).isEqualTo("schema");
      assertThat(storable.get(1).getResource()).isSameAs(sent);
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
