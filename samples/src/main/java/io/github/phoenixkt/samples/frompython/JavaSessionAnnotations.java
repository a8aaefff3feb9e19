package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.java.AsyncSessionsResource;
import io.github.phoenixkt.java.BlockingSessionsResource;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import java.util.List;
import java.util.Map;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaSessionAnnotations {
  private JavaSessionAnnotations() {}

  static InsertedAnnotation annotateWithAll(PhoenixBlockingClient phoenix, String sessionId) {
    // begin sessionParameters
    SessionAnnotationData annotation =
        SessionAnnotationData.builder(sessionId, "helpfulness")
            .annotatorKind(AnnotatorKind.HUMAN) // the default
            .label("helpful")
            .score(0.9)
            .explanation("All questions were answered.")
            .metadata(Map.of("channel", "web"))
            .identifier("reviewer-1")
            .build();
    InsertedAnnotation inserted = phoenix.sessions().addSessionAnnotationSync(annotation);
    // without Sync: queued, and returns nothing
    // end sessionParameters
    return inserted;
  }

  static AsyncSessionsResource resources(PhoenixBlockingClient phoenix) {
    // begin sessionsResource
    BlockingSessionsResource sessions = phoenix.sessions(); // io.github.phoenixkt.java
    AsyncSessionsResource async = phoenix.async().sessions(); // CompletableFutures
    // end sessionsResource
    return async;
  }

  static InsertedAnnotation annotate(PhoenixBlockingClient phoenix, String sessionId) {
    // begin addSession
    InsertedAnnotation annotation =
        phoenix
            .sessions()
            .addSessionAnnotationSync(
                SessionAnnotationData.builder(sessionId, "helpfulness")
                    .annotatorKind(AnnotatorKind.HUMAN)
                    .label("helpful")
                    .score(0.9)
                    .explanation("Clear answers, no detours.")
                    .build());
    System.out.println("stored as " + annotation.getId());
    // end addSession
    return annotation;
  }

  static void annotateMany(PhoenixBlockingClient phoenix, String first, String second) {
    // begin logSessions
    List<SessionAnnotationData> annotations =
        List.of(
            SessionAnnotationData.builder(first, "toxicity")
                .annotatorKind(AnnotatorKind.LLM)
                .label("safe")
                .score(0.05)
                .build(),
            SessionAnnotationData.builder(second, "toxicity")
                .annotatorKind(AnnotatorKind.LLM)
                .label("safe")
                .score(0.02)
                .build());
    phoenix.sessions().logSessionAnnotations(annotations);
    // end logSessions
  }

  static void annotateRecords(PhoenixBlockingClient phoenix, String first, String second) {
    // begin logSessionsFrame
    record Row(String sessionId, String label, double score) {}
    List<Row> rows = List.of(new Row(first, "positive", 0.9), new Row(second, "negative", 0.3));
    phoenix
        .sessions()
        .logSessionAnnotations(
            rows.stream()
                .map(
                    row ->
                        SessionAnnotationData.builder(row.sessionId(), "sentiment")
                            .annotatorKind(AnnotatorKind.LLM)
                            .label(row.label())
                            .score(row.score())
                            .build())
                .toList());
    // end logSessionsFrame
  }
}
