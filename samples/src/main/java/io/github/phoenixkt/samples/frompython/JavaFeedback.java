package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanFilter;
import io.github.phoenixkt.spans.StoredSpan;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaFeedback {
  private JavaFeedback() {}

  static void feedbackOnCaptured(
      PhoenixBlockingClient phoenix, List<String> spanIds, UserFeedback feedback) {
    // begin feedbackOnCaptured
    if (!spanIds.isEmpty()) {
      String last = spanIds.get(spanIds.size() - 1);
      phoenix.annotations().addSpanAnnotation(feedbackOn(last, "user_feedback", feedback));
      phoenix
          .annotations()
          .logSpanAnnotations(
              spanIds.stream().map(it -> feedbackOn(it, "user_feedback_all", feedback)).toList());
    }
    // end feedbackOnCaptured
  }

  // begin feedbackOn
  static SpanAnnotationData feedbackOn(String spanId, String name, UserFeedback feedback) {
    return SpanAnnotationData.builder(spanId, name)
        .annotatorKind(AnnotatorKind.HUMAN)
        .label(feedback.getLabel())
        .score(feedback.getScore())
        .explanation(feedback.getExplanation())
        .build();
  }

  // end feedbackOn

  static void feedbackOnModels(
      PhoenixBlockingClient phoenix, List<String> spanIds, UserFeedback feedback) {
    // begin feedbackOnModels
    SpanFilter models = SpanFilter.builder().spanIds(spanIds).spanKinds(List.of("LLM")).build();
    List<SpanAnnotationData> annotations;
    try (Stream<StoredSpan> spans = phoenix.spans().getSpans(models)) {
      annotations = spans.map(it -> feedbackOn(it.getSpanId(), "llm_feedback", feedback)).toList();
    }
    if (!annotations.isEmpty()) {
      phoenix.annotations().logSpanAnnotations(annotations);
    }
    // end feedbackOnModels
  }

  static InsertedAnnotation correctness(PhoenixBlockingClient phoenix, String spanId) {
    // begin fields
    SpanAnnotationData annotation =
        SpanAnnotationData.builder(spanId, "correctness")
            .annotatorKind(AnnotatorKind.HUMAN) // or LLM, CODE
            .label("correct")
            .score(0.85)
            .explanation("It answers what was asked.")
            .metadata(Map.of("model", "gpt-4", "threshold_ms", 500, "confidence", "high"))
            .identifier("user-123") // optional; written again, it replaces
            .build();
    InsertedAnnotation stored = phoenix.spans().addSpanAnnotationSync(annotation);
    // end fields
    return stored;
  }

  static void thumbsUp(PhoenixBlockingClient phoenix, String spanId) {
    // begin thumbsUp
    phoenix
        .annotations()
        .addSpanAnnotation(
            SpanAnnotationData.builder(spanId, "user feedback")
                .annotatorKind(AnnotatorKind.HUMAN)
                .label("thumbs-up")
                .score(1.0)
                .build());
    // end thumbsUp
  }

  static PhoenixBlockingClient clientWithKey(String baseUrl, String key) {
    // begin clientWithKey
    PhoenixBlockingClient phoenix =
        PhoenixBlockingClient.create(
            PhoenixSettings.builder()
                .endpoint(baseUrl)
                .apiKey(key) // sent as Authorization: Bearer …
                .header("api_key", key)
                .build());
    // end clientWithKey
    return phoenix;
  }

  // begin postFeedback
  static String postFeedback(
      PhoenixBlockingClient phoenix,
      String spanId,
      String name,
      String label,
      double score,
      String explanation,
      Map<String, ?> metadata) {
    return phoenix
        .spans()
        .addSpanAnnotationSync(
            SpanAnnotationData.builder(spanId, name)
                .annotatorKind(AnnotatorKind.HUMAN)
                .label(label)
                .score(score)
                .explanation(explanation)
                .metadata(metadata)
                .build())
        .getId(); // what fails is an exception
  }

  // end postFeedback

  static void postAsCurlDoes(PhoenixBlockingClient phoenix, String spanId) {
    // begin curl
    phoenix
        .spans()
        .addSpanAnnotation(
            SpanAnnotationData.builder(spanId, "correctness")
                .annotatorKind(AnnotatorKind.HUMAN)
                .label("correct")
                .score(0.85)
                .explanation("It answers what was asked.")
                .metadata(Map.of("model", "gpt-4", "threshold_ms", 500, "confidence", "high"))
                .build());
    // end curl
  }

  static PhoenixBlockingClient clientOfCloud(String key) {
    // begin environment
    PhoenixBlockingClient phoenix =
        PhoenixBlockingClient.create(
            PhoenixSettings.builder()
                .endpoint("https://app.phoenix.arize.com")
                .header("api_key", key)
                .build());
    // end environment
    return phoenix;
  }
}
