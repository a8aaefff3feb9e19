package io.github.phoenixkt.samples;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;

import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.context.Scope;
import java.util.function.UnaryOperator;

/**
 * What the README shows besides the quick start, between the marks; a test compares the two and
 * runs this.
 */
@SuppressWarnings("try") // A scope is opened for what it does, not for its name.
final class JavaReadmeSnippets {
  private JavaReadmeSnippets() {}

  static void tracedAnswer(
      BlockingAnnotationQueue queue, String question, UnaryOperator<String> model) {
    // begin javaSession
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(queue);
    try (Scope session = PhoenixContext.session("user-42-conv-7").makeCurrent();
        SpanCapture capture = SpanCapture.start()) {
      model.apply(question);
      feedback.annotateWhere(
          capture,
          span -> span.kind() == LLM,
          "user feedback",
          it -> it.label("thumbs-up").score(1));
    }
    // end javaSession
  }
}
