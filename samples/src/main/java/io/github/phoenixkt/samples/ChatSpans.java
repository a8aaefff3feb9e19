package io.github.phoenixkt.samples;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Spans of a small chat. Normally a tracer records them, over OpenTelemetry; here they are made by
 * hand, to have something to annotate.
 */
final class ChatSpans {
  private ChatSpans() {}

  static SpanData answer(String sessionId, String question, String answer) {
    Instant now = Instant.now();
    return SpanData.builder("answer", hex(8), hex(16), now.minusMillis(750), now)
        .spanKind("LLM")
        .statusCode("OK")
        .attributes(
            Map.of(
                "session.id",
                sessionId,
                "input.value",
                question,
                "output.value",
                answer,
                "llm.token_count.total",
                42))
        .build();
  }

  static SpanData retrieval(SpanData answer, String question, List<String> documents) {
    return SpanData.builder(
            "retrieve",
            hex(8),
            answer.getTraceId(),
            answer.getStartTime().minusMillis(120),
            answer.getStartTime())
        .spanKind("RETRIEVER")
        .statusCode("OK")
        .attributes(
            Map.of(
                "input.value",
                question,
                "retrieval.documents",
                documents.stream().map(text -> Map.of("document.content", text)).toList()))
        .build();
  }

  /** Phoenix stores spans in the background, and a confirmed annotation needs its span. */
  static void record(
      PhoenixBlockingClient phoenix, String project, List<SpanData> spans, Duration patience)
      throws InterruptedException {
    phoenix.projects().ensure(project);
    phoenix.spans().logSpans(spans, project);
    Collection<String> traceIds = spans.stream().map(SpanData::getTraceId).distinct().toList();
    SpanFilter filter = SpanFilter.builder().traceIds(traceIds).build();
    Instant deadline = Instant.now().plus(patience);
    while (count(phoenix, filter, project) < spans.size()) {
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException(
            "Phoenix took the spans but has not stored all of them within "
                + patience
                + ": it may be busy. Try again later.");
      }
      Thread.sleep(100);
    }
  }

  private static long count(PhoenixBlockingClient phoenix, SpanFilter filter, String project) {
    try (Stream<StoredSpan> stored = phoenix.spans().getSpans(filter, project)) {
      return stored.count();
    }
  }

  private static String hex(int bytes) {
    byte[] id = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}
