package io.github.phoenixkt.samples.chat;

import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import java.util.UUID;

/** An answer, and what its reader thinks of it. Thread-safe. */
final class Answer {
  static final String FEEDBACK = "user_feedback";

  // Not the span's: what the page knows is of no use elsewhere.
  private final String id = UUID.randomUUID().toString();
  private final String question;
  private final String text;
  private final SpanCapture spans;
  private Thumb thumb;
  private String comment = "";

  Answer(String question, String text, SpanCapture spans) {
    this.question = question;
    this.text = text;
    this.spans = spans;
  }

  enum Thumb {
    UP("thumbs-up", 1),
    DOWN("thumbs-down", 0);

    private final String label;
    private final double score;

    Thumb(String label, double score) {
      this.label = label;
      this.score = score;
    }
  }

  String id() {
    return id;
  }

  String question() {
    return question;
  }

  String text() {
    return text;
  }

  /** Null before the first. */
  synchronized Thumb thumb() {
    return thumb;
  }

  synchronized String comment() {
    return comment;
  }

  /**
   * Puts a thumb on the span of the model's call that made this answer, and returns once the queue
   * has accepted it. The queue waits for the span, which may still be in the exporter's batch, and
   * for a Phoenix that is down.
   *
   * <p>A user has one opinion of an answer: by the identifier, the next one replaces it.
   */
  synchronized void rate(
      Thumb newThumb, String newComment, String userId, BlockingSpanFeedback feedback) {
    feedback.annotateWhere(
        spans,
        span -> span.kind() == OpenInferenceSpanKind.LLM,
        FEEDBACK,
        it ->
            it.label(newThumb.label)
                .score(newThumb.score)
                .explanation(newComment)
                .identifier(userId));
    thumb = newThumb;
    comment = newComment;
  }
}
