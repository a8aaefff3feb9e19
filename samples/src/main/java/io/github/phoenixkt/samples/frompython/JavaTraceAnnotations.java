package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.java.AsyncTracesResource;
import io.github.phoenixkt.java.BlockingTracesResource;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaTraceAnnotations {
  private JavaTraceAnnotations() {}

  static InsertedAnnotation annotateWithAll(PhoenixBlockingClient phoenix, String traceId) {
    // begin traceParameters
    TraceAnnotationData annotation =
        TraceAnnotationData.builder(traceId, "correctness")
            .annotatorKind(AnnotatorKind.HUMAN) // the default
            .label("correct")
            .score(0.95)
            .explanation("The steps hold.")
            .metadata(Map.of("rubric", 2))
            .identifier("reviewer-1")
            .build();
    InsertedAnnotation inserted = phoenix.traces().addTraceAnnotationSync(annotation);
    // without Sync: queued, and returns nothing
    // end traceParameters
    return inserted;
  }

  static AsyncTracesResource resources(PhoenixBlockingClient phoenix) {
    // begin tracesResource
    BlockingTracesResource traces = phoenix.traces(); // io.github.phoenixkt.java
    AsyncTracesResource async = phoenix.async().traces(); // CompletableFutures
    // end tracesResource
    return async;
  }

  static InsertedAnnotation annotate(PhoenixBlockingClient phoenix, String traceId) {
    // begin addTrace
    InsertedAnnotation annotation =
        phoenix
            .traces()
            .addTraceAnnotationSync(
                TraceAnnotationData.builder(traceId, "correctness")
                    .annotatorKind(AnnotatorKind.HUMAN)
                    .label("correct")
                    .score(0.95)
                    .explanation("Right, and for the right reasons.")
                    .build());
    System.out.println("stored as " + annotation.getId());
    // end addTrace
    return annotation;
  }

  static void annotateMany(PhoenixBlockingClient phoenix, String first, String second) {
    // begin logTraces
    List<TraceAnnotationData> annotations =
        List.of(
            TraceAnnotationData.builder(first, "toxicity")
                .annotatorKind(AnnotatorKind.LLM)
                .label("safe")
                .score(0.01)
                .build(),
            TraceAnnotationData.builder(second, "toxicity")
                .annotatorKind(AnnotatorKind.LLM)
                .label("safe")
                .score(0.03)
                .build());
    phoenix.traces().logTraceAnnotations(annotations);
    // end logTraces
  }

  static List<InsertedAnnotation> annotateRecords(
      PhoenixBlockingClient phoenix, String first, String second) {
    // begin logTracesFrame
    record Row(String traceId, String label, double score, String explanation) {}
    List<Row> rows =
        List.of(
            new Row(first, "correct", 0.95, "It adds up."),
            new Row(second, "incorrect", 0.2, "A step is missing."));
    List<InsertedAnnotation> results =
        phoenix
            .traces()
            .logTraceAnnotationsSync(
                rows.stream()
                    .map(
                        row ->
                            TraceAnnotationData.builder(row.traceId(), "correctness")
                                .label(row.label())
                                .score(row.score())
                                .explanation(row.explanation())
                                .build())
                    .toList());
    // end logTracesFrame
    return results;
  }

  static CompletableFuture<InsertedAnnotation> annotateMeanwhile(
      PhoenixAsyncClient async, String traceId) {
    // begin asyncTrace
    CompletableFuture<InsertedAnnotation> annotation =
        async
            .traces()
            .addTraceAnnotationSync(
                TraceAnnotationData.builder(traceId, "relevance").score(0.8).build());
    // Other work goes here, while Phoenix answers.
    // end asyncTrace
    return annotation;
  }
}
