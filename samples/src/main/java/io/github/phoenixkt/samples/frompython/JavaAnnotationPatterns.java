package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.SessionAnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.annotations.TraceAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaAnnotationPatterns {
  private JavaAnnotationPatterns() {}

  static PhoenixBlockingClient makeClient() {
    // begin makeClient
    PhoenixBlockingClient phoenix = PhoenixBlockingClient.fromEnvironment();
    // end makeClient
    return phoenix;
  }

  static InsertedAnnotation annotateSpan(PhoenixBlockingClient phoenix, String spanId) {
    // begin addSpan
    InsertedAnnotation annotation =
        phoenix
            .spans()
            .addSpanAnnotationSync(
                SpanAnnotationData.builder(spanId, "quality")
                    .annotatorKind(AnnotatorKind.HUMAN)
                    .label("high_quality")
                    .score(0.95)
                    .explanation("Correct, and easy to read.")
                    .metadata(Map.of("reviewer", "alice"))
                    .build());
    // end addSpan
    return annotation;
  }

  static void annotateDocument(PhoenixBlockingClient phoenix, String retrieverSpanId) {
    // begin addDocument
    int first = 0; // the position of the document within its span
    phoenix
        .spans()
        .addDocumentAnnotation(
            SpanDocumentAnnotationData.builder(retrieverSpanId, first, "relevance")
                .annotatorKind(AnnotatorKind.LLM)
                .label("relevant")
                .score(0.95)
                .build());
    // end addDocument
  }

  static void annotateTrace(PhoenixBlockingClient phoenix, String traceId) {
    // begin addTraceQueued
    phoenix
        .traces()
        .addTraceAnnotation(
            TraceAnnotationData.builder(traceId, "correctness")
                .annotatorKind(AnnotatorKind.HUMAN)
                .label("correct")
                .score(1.0)
                .build());
    // end addTraceQueued
  }

  static InsertedNote noteOnSpan(PhoenixBlockingClient phoenix, String spanId) {
    // begin addNote
    InsertedNote note =
        phoenix.spans().addSpanNote(spanId, "Odd token at the end, to be reviewed.");
    // end addNote
    return note;
  }

  static void annotateSession(PhoenixBlockingClient phoenix, String sessionId) {
    // begin addSessionQueued
    phoenix
        .sessions()
        .addSessionAnnotation(
            SessionAnnotationData.builder(sessionId, "user_satisfaction")
                .annotatorKind(AnnotatorKind.HUMAN)
                .label("satisfied")
                .score(0.85)
                .build());
    // end addSessionQueued
  }

  static void annotateRetrieval(
      PhoenixBlockingClient phoenix, String retrieverSpanId, String llmSpanId, String traceId) {
    // begin retrieval
    record Verdict(String label, double score) {}
    List<Verdict> verdicts =
        List.of(
            new Verdict("relevant", 0.95),
            new Verdict("relevant", 0.80),
            new Verdict("irrelevant", 0.10));
    phoenix
        .spans()
        .logDocumentAnnotations(
            IntStream.range(0, verdicts.size())
                .mapToObj(
                    position ->
                        SpanDocumentAnnotationData.builder(retrieverSpanId, position, "relevance")
                            .annotatorKind(AnnotatorKind.LLM)
                            .label(verdicts.get(position).label())
                            .score(verdicts.get(position).score())
                            .build())
                .toList());
    phoenix
        .spans()
        .addSpanAnnotation(
            SpanAnnotationData.builder(llmSpanId, "faithfulness")
                .annotatorKind(AnnotatorKind.LLM)
                .label("faithful")
                .score(0.90)
                .build());
    phoenix
        .traces()
        .addTraceAnnotation(
            TraceAnnotationData.builder(traceId, "correctness")
                .label("correct")
                .score(1.0)
                .build());
    // end retrieval
  }
}
