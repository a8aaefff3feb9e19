package io.github.phoenixkt.testing;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The trace filters on latency and errors. */
record TraceFilter(
    @Nullable Double minLatency, @Nullable Double maxLatency, @Nullable Boolean error)
    implements Predicate<TraceRow> {

  static TraceFilter read(Query query, boolean known) {
    return known
        ? new TraceFilter(
            query.amount("min_latency_ms"),
            query.amount("max_latency_ms"),
            query.last("error") == null ? null : query.flag("error"))
        : new TraceFilter(null, null, null);
  }

  @Override
  public boolean test(TraceRow trace) {
    double latency = trace.latencyMillis();
    return (minLatency == null || latency >= minLatency)
        && (maxLatency == null || latency <= maxLatency)
        && (error == null || error == hasError(trace));
  }

  private static boolean hasError(TraceRow trace) {
    return trace.spans.values().stream().anyMatch(span -> span.values.statusCode().equals("ERROR"));
  }
}
