package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanSort;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.spans.StoredSpanEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spans of a project. */
final class SpanTable extends ReadTable<StoredSpan> {
  private static final Logger LOG = LoggerFactory.getLogger(SpanTable.class);

  private final Attributes attributes;

  SpanTable(Attributes attributes) {
    this.attributes = attributes;
  }

  @Override
  List<Column<StoredSpan>> columns() {
    return List.of(
        Column.text("span_id", StoredSpan::getSpanId),
        Column.text("trace_id", StoredSpan::getTraceId),
        Column.nullableText("parent_id", StoredSpan::getParentId),
        Column.text("name", StoredSpan::getName),
        Column.text("span_kind", StoredSpan::getSpanKind),
        Column.time("start_time", StoredSpan::getStartTime),
        Column.time("end_time", StoredSpan::getEndTime),
        Column.latency(StoredSpan::getLatency),
        Column.text("status_code", StoredSpan::getStatusCode),
        Column.nullableText(
            "status_message",
            span -> span.getStatusMessage().isEmpty() ? null : span.getStatusMessage()),
        attributes.column("attributes", StoredSpan::getAttributes),
        Column.list(
            "events",
            List.of(
                Column.text("name", StoredSpanEvent::getName),
                Column.time("timestamp", StoredSpanEvent::getTimestamp),
                attributes.column("attributes", StoredSpanEvent::getAttributes)),
            StoredSpan::getEvents),
        Column.text("id", StoredSpan::getId));
  }

  @Override
  Map<String, TextFilter> filters() {
    return Map.of(
        "span_id", TextFilter.TRIMMED,
        "trace_id", TextFilter.TRIMMED,
        "parent_id", TextFilter.SINGLE,
        "name", TextFilter.VERBATIM,
        "span_kind", TextFilter.SPAN_KIND,
        "status_code", TextFilter.STATUS_CODE);
  }

  @Override
  String timeColumn() {
    return "start_time";
  }

  @Override
  Stream<StoredSpan> rows(PhoenixBlockingClient client, Selection selection, Set<String> columns) {
    return client.spans().getSpans(filter(selection).build(), selection.limit());
  }

  private static SpanFilter.Builder filter(Selection selection) {
    List<String> parents = selection.wanted("parent_id");
    return SpanFilter.builder()
        .startTime(selection.range().start())
        .endTime(selection.range().end())
        .spanIds(selection.wanted("span_id"))
        .traceIds(selection.wanted("trace_id"))
        .parentId(parents == null ? null : parents.get(0))
        .rootSpansOnly(selection.rootsOnly())
        .names(selection.wanted("name"))
        .spanKinds(selection.wanted("span_kind"))
        .statusCodes(selection.wanted("status_code"));
  }

  @Override
  Optional<TimeRange> extent(PhoenixBlockingClient client, Selection selection) {
    try {
      return end(client, selection, SortOrder.ASCENDING)
          .flatMap(
              first ->
                  end(client, selection, SortOrder.DESCENDING)
                      .map(last -> TimeRange.through(first, last)))
          .map(selection.range()::intersect);
    } catch (PhoenixException.ServerTooOld e) {
      if (!hasRows(client, selection)) {
        return Optional.empty();
      }
      if (!selection.range().isBounded()) {
        LOG.warn(
            "This Phoenix version cannot return the time range of its spans, so they are read in one"
                + " partition. Set the options startTime and endTime to read them in several. {}",
            e.getMessage());
      }
      return Optional.of(selection.range());
    }
  }

  private static Optional<Instant> end(
      PhoenixBlockingClient client, Selection selection, SortOrder order) {
    SpanFilter filter = filter(selection).sort(SpanSort.START_TIME).order(order).build();
    try (Stream<StoredSpan> spans = client.spans().getSpans(filter, 1)) {
      return spans.findFirst().map(StoredSpan::getStartTime);
    }
  }
}
