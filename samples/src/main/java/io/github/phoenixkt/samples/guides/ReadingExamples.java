package io.github.phoenixkt.samples.guides;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.ReadProgress;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.DeleteWindow;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.configs.AnnotationCheck;
import io.github.phoenixkt.configs.AnnotationConfig;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.java.DeleteFilter;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.sessions.SessionTurn;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import io.github.phoenixkt.traces.StoredTrace;
import io.github.phoenixkt.traces.TraceQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What docs/reading.md shows, between the marks; a test compares the two and runs this. */
final class ReadingExamples {
  private ReadingExamples() {}

  static void modelCalls(PhoenixBlockingClient phoenix) {
    // begin javaSpans
    SpanFilter filter =
        SpanFilter.builder()
            .startTime(Instant.now().minus(Duration.ofDays(1)))
            .spanKinds(List.of("LLM"))
            .build();
    try (Stream<StoredSpan> spans = phoenix.spans().getSpans(filter, "chatbot")) {
      spans.forEach(span -> System.out.println(span.getSpanId() + " " + span.getName()));
    }
    // end javaSpans
  }

  static void tracesOf(PhoenixBlockingClient phoenix, String sessionId) {
    // begin javaTraces
    TraceQuery query = TraceQuery.builder().sessionIds(List.of(sessionId)).build();
    try (Stream<StoredTrace> traces = phoenix.traces().getTraces(query, "chatbot")) {
      traces.forEach(trace -> System.out.println(trace.getTraceId() + " " + trace.getLatency()));
    }
    // end javaTraces
  }

  static void annotationsOf(PhoenixBlockingClient phoenix, List<String> spanIds) {
    // begin javaAnnotations
    AnnotationQuery query =
        AnnotationQuery.builder()
            .ids(spanIds)
            .includeAnnotationNames(List.of("correctness"))
            .build();
    try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(query, "chatbot")) {
      stored.forEach(System.out::println);
    }
    // end javaAnnotations
  }

  static void turns(PhoenixBlockingClient phoenix, String sessionId) {
    // begin javaSessions
    for (SessionTurn turn : phoenix.sessions().getSessionTurns(sessionId)) {
      System.out.println(turn.getInput() + " -> " + turn.getOutput());
    }
    // end javaSessions
  }

  static void resumed(PhoenixBlockingClient phoenix, SpanFilter filter, Consumer<StoredSpan> keep) {
    // begin javaResume
    String cursor = null;
    try (Stream<StoredSpan> spans = phoenix.spans().getSpans(filter, "chatbot")) {
      spans.forEach(keep);
    } catch (PhoenixException e) {
      ReadProgress progress = e.getReadProgress();
      cursor = progress == null ? null : progress.getNextCursor();
    }
    if (cursor != null) {
      int limit = Integer.MAX_VALUE;
      try (var rest = phoenix.spans().getSpans(filter, "chatbot", limit, cursor)) {
        rest.forEach(keep);
      }
    }
    // end javaResume
  }

  static void deleted(PhoenixBlockingClient phoenix) {
    // begin javaDelete
    var start = Instant.parse("2026-01-01T00:00:00Z");
    var january = new DeleteWindow(start, Instant.parse("2026-02-01T00:00:00Z"));
    var named = DeleteFilter.byName("correctness");
    phoenix.spans().deleteSpanAnnotations("chatbot", january, named);
    // end javaDelete
  }

  static boolean fitsConfig(PhoenixBlockingClient phoenix, AnnotationData annotation) {
    // begin javaConfigs
    AnnotationConfig tones =
        CategoricalAnnotationConfig.builder("tone").value("calm", 1).value("rude", 0).build();
    phoenix.annotationConfigs().create(tones);
    phoenix.annotationConfigs().assign("chatbot", "tone");
    AnnotationCheck check = phoenix.annotationConfigs().check(annotation);
    if (!check.getFits()) {
      System.out.println(check);
    }
    // end javaConfigs
    return check.getFits();
  }
}
