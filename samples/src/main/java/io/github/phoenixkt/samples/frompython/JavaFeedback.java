package io.github.phoenixkt.samples.frompython;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.api.trace.Span;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What docs/from-python.md shows, between the marks; a test compares the two and runs this. */
final class JavaFeedback {
  private JavaFeedback() {}

  static void feedbackOnCaptured(
      BlockingAnnotationQueue queue,
      UnaryOperator<String> llm,
      Function<String, UserFeedback> feedbackOn) {
    // begin feedbackOnCaptured
    BlockingSpanFeedback spans = BlockingSpanFeedback.of(queue);
    try (SpanCapture capture = SpanCapture.start()) {
      String response = llm.apply("Generate a summary"); // traced, by whatever instruments it
      UserFeedback feedback = feedbackOn.apply(response);
      spans.annotateLast(capture, "user_feedback", it -> set(it, feedback));
      spans.annotateAll(capture, "user_feedback_all", it -> set(it, feedback));
    }
    // end feedbackOnCaptured
  }

  // begin setFeedback
  static void set(SpanAnnotationData.Builder annotation, UserFeedback feedback) {
    annotation
        .label(feedback.getLabel())
        .score(feedback.getScore())
        .explanation(feedback.getExplanation());
  }

  // end setFeedback

  static void feedbackOnModels(
      BlockingAnnotationQueue queue,
      UnaryOperator<String> llm,
      Function<String, UserFeedback> feedbackOn) {
    // begin feedbackOnModels
    BlockingSpanFeedback spans = BlockingSpanFeedback.of(queue);
    try (SpanCapture capture = SpanCapture.start()) {
      UserFeedback feedback = feedbackOn.apply(llm.apply("Generate a summary"));
      spans.annotateWhere(
          capture,
          span -> span.kind() == OpenInferenceSpanKind.LLM,
          "llm_feedback",
          it -> set(it, feedback));
    }
    // end feedbackOnModels
  }

  static String feedbackOnCurrent(BlockingAnnotationQueue queue) {
    // begin feedbackOnCurrent
    // To hand it to a page, which sends feedback later:
    String spanId = Span.current().getSpanContext().getSpanId();
    // Feedback that is there already needs no id:
    BlockingSpanFeedback.of(queue)
        .annotateCurrent("user feedback", it -> it.label("thumbs-up").score(1));
    // end feedbackOnCurrent
    return spanId;
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
