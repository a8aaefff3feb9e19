package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.SortOrder;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.traces.StoredTrace;
import io.github.phoenixkt.traces.TraceQuery;
import io.github.phoenixkt.traces.TraceSpan;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The traces of a project. */
final class TraceTable extends ReadTable<StoredTrace> {
  private static final List<Column<TraceSpan>> SPAN =
      List.of(
          Column.text("span_id", TraceSpan::getSpanId),
          Column.nullableText("parent_id", TraceSpan::getParentId),
          Column.text("name", TraceSpan::getName),
          Column.text("span_kind", TraceSpan::getSpanKind),
          Column.text("status_code", TraceSpan::getStatusCode),
          Column.time("start_time", TraceSpan::getStartTime),
          Column.time("end_time", TraceSpan::getEndTime));

  @Override
  List<Column<StoredTrace>> columns() {
    return List.of(
        Column.text("trace_id", StoredTrace::getTraceId),
        Column.text("project_id", StoredTrace::getProjectId),
        Column.time("start_time", StoredTrace::getStartTime),
        Column.time("end_time", StoredTrace::getEndTime),
        Column.latency(StoredTrace::getLatency),
        Column.count("token_count_prompt", StoredTrace::getTokenCountPrompt),
        Column.count("token_count_completion", StoredTrace::getTokenCountCompletion),
        Column.count("token_count_total", StoredTrace::getTokenCountTotal),
        Column.list(
            "spans", SPAN, trace -> Objects.requireNonNullElse(trace.getSpans(), List.of())),
        Column.text("id", StoredTrace::getId));
  }

  @Override
  String timeColumn() {
    return "start_time";
  }

  @Override
  Stream<StoredTrace> rows(PhoenixBlockingClient client, Selection selection, Set<String> columns) {
    return client
        .traces()
        .getTraces(
            query(selection).includeSpans(columns.contains("spans")).build(), selection.limit());
  }

  private static TraceQuery.Builder query(Selection selection) {
    return TraceQuery.builder()
        .startTime(selection.range().start())
        .endTime(selection.range().end());
  }

  @Override
  Optional<TimeRange> extent(PhoenixBlockingClient client, Selection selection) {
    return end(client, selection, SortOrder.ASCENDING)
        .flatMap(
            first ->
                end(client, selection, SortOrder.DESCENDING)
                    .map(last -> TimeRange.through(first, last)))
        .map(selection.range()::intersect);
  }

  private static Optional<Instant> end(
      PhoenixBlockingClient client, Selection selection, SortOrder order) {
    try (Stream<StoredTrace> traces =
        client.traces().getTraces(query(selection).order(order).build(), 1)) {
      return traces.findFirst().map(StoredTrace::getStartTime);
    }
  }
}
