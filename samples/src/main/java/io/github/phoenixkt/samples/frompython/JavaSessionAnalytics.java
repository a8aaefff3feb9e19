package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.sessions.SessionStats;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.SpanQuery;
import io.github.phoenixkt.spans.StoredSpan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  static List<SessionStats> longestSessions(PhoenixBlockingClient phoenix) {
    // begin analytics
    List<SessionStats> stats;
    try (Stream<StoredSpan> spans =
        phoenix.spans().getSpans(SpanFilter.builder().build(), 10_000)) {
      stats = spans.collect(SessionStats.collector()); // by session.id, or else by the metadata
    }
    stats.forEach(System.out::println);

    List<SessionStats> longest = SessionStats.longest(stats, 10);
    longest.forEach(System.out::println);
    // end analytics
    return longest;
  }
}
