package io.github.phoenixkt.opentelemetry;

import io.github.phoenixkt.internal.BestEffortJson;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter whose spans Phoenix can store in every database. With PostgreSQL, Phoenix accepts a
 * span that has a NUL character in any of its texts, and loses it; the message of an exception is
 * enough. The same happens to ids that are too long for an index.
 */
final class StorableSpans implements SpanExporter {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixTracing.class);

  private final SpanExporter exporter;

  StorableSpans(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    long tooLong =
        spans.stream().filter(span -> IndexedIds.hasTooLong(span.getAttributes())).count();
    if (tooLong > 0) {
      logger.warn(
          "The session.id, user.id or gen_ai.conversation.id of {} spans is left out: it takes more than {} bytes, and Phoenix on PostgreSQL would lose the spans",
          tooLong,
          IndexedIds.MOST_BYTES);
    }
    return exporter.export(
        spans.stream().allMatch(StorableSpans::isStorableSpan)
            ? spans
            : spans.stream().map(StorableSpans::storableSpan).toList());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  private static boolean isStorableSpan(SpanData span) {
    return BestEffortJson.isStorable(span.getName())
        && BestEffortJson.isStorable(span.getStatus().getDescription())
        && areStorable(span.getAttributes())
        && !IndexedIds.hasTooLong(span.getAttributes())
        && span.getEvents().stream()
            .allMatch(
                event ->
                    BestEffortJson.isStorable(event.getName())
                        && areStorable(event.getAttributes()));
  }

  private static boolean areStorable(Attributes attributes) {
    return attributes.asMap().values().stream().allMatch(StorableSpans::isStorable);
  }

  private static boolean isStorable(Object value) {
    return value instanceof String text
        ? BestEffortJson.isStorable(text)
        : !(value instanceof List<?> list) || list.stream().allMatch(StorableSpans::isStorable);
  }

  private static SpanData storableSpan(SpanData span) {
    return isStorableSpan(span) ? span : new Storable(span);
  }

  private static Attributes storableAttributes(Attributes attributes) {
    AttributesBuilder storable = Attributes.builder();
    attributes.forEach((key, value) -> put(storable, key, value));
    return storable.build();
  }

  @SuppressWarnings("unchecked") // Attributes hold values of the types of their keys.
  private static <T> void put(AttributesBuilder attributes, AttributeKey<T> key, Object value) {
    attributes.put(key, (T) storableValue(value));
  }

  private static Object storableValue(Object value) {
    if (value instanceof String text) {
      return BestEffortJson.storable(text);
    }
    return value instanceof List<?> list
        ? list.stream().map(StorableSpans::storableValue).toList()
        : value;
  }

  private static EventData storableEvent(EventData event) {
    return EventData.create(
        event.getEpochNanos(),
        BestEffortJson.storable(event.getName()),
        storableAttributes(event.getAttributes()),
        event.getTotalAttributeCount());
  }

  private static final class Storable extends DelegatingSpanData {
    private final String name;
    private final StatusData status;
    private final Attributes attributes;
    private final List<EventData> events;

    Storable(SpanData span) {
      super(span);
      name = BestEffortJson.storable(span.getName());
      status =
          StatusData.create(
              span.getStatus().getStatusCode(),
              BestEffortJson.storable(span.getStatus().getDescription()));
      attributes = storableAttributes(IndexedIds.withoutTooLong(span.getAttributes()));
      events = span.getEvents().stream().map(StorableSpans::storableEvent).toList();
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public StatusData getStatus() {
      return status;
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public List<EventData> getEvents() {
      return events;
    }
  }
}
