package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.spans.StoredSpan;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaSessionAnalytics {
  private JavaSessionAnalytics() {}

  static List<Map<String, Object>> spansOfSession(PhoenixBlockingClient phoenix, String sessionId) {
    // begin queryBySession
    SpanQuery query =
        new SpanQuery()
            .where("metadata['session_id'] == '" + sessionId + "'")
            .select("name", "latency_ms", "llm.token_count.total");
    List<Map<String, Object>> spans;
    try (Stream<Map<String, Object>> found = phoenix.spans().querySpans(query, 1_000)) {
      spans = found.toList();
    }
    for (Map<String, Object> span : spans) {
      System.out.println(span.get("name") + ": " + span.get("latency_ms") + " ms");
      System.out.println("  " + span.get("llm.token_count.total") + " tokens");
    }
    // end queryBySession
    return spans;
  }

  static List<Duration> latenciesOfSession(PhoenixBlockingClient phoenix, String sessionId) {
    // begin filterBySession
    SpanFilter filter = SpanFilter.builder().attribute("session.id", sessionId).build();
    List<StoredSpan> spans;
    try (Stream<StoredSpan> found = phoenix.spans().getSpans(filter, 1_000)) {
      spans = found.toList();
    }
    for (StoredSpan span : spans) {
      System.out.println(span.getName() + ": " + span.getLatency().toMillis() + " ms");
      Object tokens = span.getAttributes().getOrDefault("llm.token_count.total", 0);
      System.out.println("  " + tokens + " tokens");
    }
    // end filterBySession
    return spans.stream().map(StoredSpan::getLatency).toList();
  }

  // begin analytics
  record SessionStats(String sessionId, long turns, Duration mean, Duration sum, long tokens) {
    static SessionStats of(String sessionId, List<StoredSpan> spans) {
      Duration sum =
          spans.stream().map(StoredSpan::getLatency).reduce(Duration.ZERO, Duration::plus);
      return new SessionStats(
          sessionId,
          spans.stream().map(StoredSpan::getTraceId).distinct().count(),
          sum.dividedBy(spans.size()),
          sum,
          spans.stream()
              .map(it -> it.getAttributes().get("llm.token_count.total"))
              .mapToLong(it -> it instanceof Number tokens ? tokens.longValue() : 0)
              .sum());
    }
  }

  static List<SessionStats> longestSessions(PhoenixBlockingClient phoenix) {
    try (Stream<StoredSpan> spans =
        phoenix.spans().getSpans(SpanFilter.builder().build(), 10_000)) {
      return spans
          .filter(it -> it.getAttributes().get("session.id") instanceof String)
          .collect(Collectors.groupingBy(it -> (String) it.getAttributes().get("session.id")))
          .entrySet()
          .stream()
          .map(it -> SessionStats.of(it.getKey(), it.getValue()))
          .sorted(Comparator.comparing(SessionStats::turns).reversed())
          .limit(10)
          .toList();
    }
  }
  // end analytics
}
