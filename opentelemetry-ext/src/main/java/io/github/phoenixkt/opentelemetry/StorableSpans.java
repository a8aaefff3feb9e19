package io.github.phoenixkt.opentelemetry;

import static io.github.phoenixkt.internal.IndexLimit.MOST_INDEXED_BYTES;

import io.github.phoenixkt.internal.BestEffortJson;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter whose spans Phoenix can store in every database. With PostgreSQL, Phoenix accepts a
 * span that has a NUL character in any of its texts or attribute keys, and loses it; the message of
 * an exception is enough. The same happens to ids that are too long for an index.
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
          MOST_INDEXED_BYTES);
    }
    // OpenTelemetry groups spans by the identity of their resource.
    Map<Resource, Resource> resources = new IdentityHashMap<>();
    return exporter.export(spans.stream().map(span -> storableSpan(span, resources)).toList());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  private static SpanData storableSpan(SpanData span, Map<Resource, Resource> resources) {
    Resource resource =
        resources.computeIfAbsent(span.getResource(), StorableSpans::storableResource);
    return resource == span.getResource() && isStorable(span) ? span : new Storable(span, resource);
  }

  /** OpenTelemetry itself allows only printable ASCII in its keys. */
  private static Resource storableResource(Resource resource) {
    return StorableAttributes.areStorable(resource.getAttributes())
        ? resource
        : Resource.create(
            StorableAttributes.storable(resource.getAttributes()), resource.getSchemaUrl());
  }

  private static boolean isStorable(SpanData span) {
    return BestEffortJson.isStorable(span.getName())
        && BestEffortJson.isStorable(span.getStatus().getDescription())
        && StorableAttributes.areStorable(span.getAttributes())
        && !IndexedIds.hasTooLong(span.getAttributes())
        && span.getEvents().stream()
            .allMatch(
                event ->
                    BestEffortJson.isStorable(event.getName())
                        && StorableAttributes.areStorable(event.getAttributes()));
  }

  private static EventData storableEvent(EventData event) {
    return EventData.create(
        event.getEpochNanos(),
        BestEffortJson.storable(event.getName()),
        StorableAttributes.storable(event.getAttributes()),
        event.getTotalAttributeCount());
  }

  private static final class Storable extends DelegatingSpanData {
    private final Resource resource;
    private final String name;
    private final StatusData status;
    private final Attributes attributes;
    private final List<EventData> events;

    Storable(SpanData span, Resource resource) {
      super(span);
      this.resource = resource;
      name = BestEffortJson.storable(span.getName());
      status =
          StatusData.create(
              span.getStatus().getStatusCode(),
              BestEffortJson.storable(span.getStatus().getDescription()));
      attributes = StorableAttributes.storable(IndexedIds.withoutTooLong(span.getAttributes()));
      events = span.getEvents().stream().map(StorableSpans::storableEvent).toList();
    }

    @Override
    public Resource getResource() {
      return resource;
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
