package io.github.phoenixkt.samples;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueueReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** What docs/queue.md shows, between the marks; a test compares the two and runs this. */
final class JavaQueueSnippets {
  private JavaQueueSnippets() {}

  static BlockingAnnotationQueue open(PhoenixBlockingClient phoenix, Path folder) {
    // begin open
    BlockingAnnotationQueue queue =
        phoenix.annotationQueue(AnnotationQueueOptions.builder().spool(folder).build());
    // end open
    return queue;
  }

  // begin endpoint
  /** The HTTP status for a click on a thumb. */
  static int rate(
      BlockingAnnotationQueue queue,
      String spanId,
      String userId,
      boolean thumbsUp,
      String comment) {
    if (spanId == null) {
      return 400; // the builder would throw a NullPointerException
    }
    try {
      Offer offer =
          queue.offer(
              SpanAnnotationData.builder(spanId, "user feedback")
                  .label(thumbsUp ? "thumbs-up" : "thumbs-down")
                  .explanation(comment)
                  .identifier(userId)
                  .build());
      return offer.getAccepted() ? 202 : 503;
    } catch (IllegalArgumentException e) { // it cannot be sent: for instance, without a span id
      return 400;
    }
  }

  // end endpoint

  static void note(BlockingAnnotationQueue queue, String spanId) {
    // begin note
    queue.offer(NoteData.ofSpan(spanId, "The answer cites a page that does not exist."));
    // end note
  }

  static void outcome(
      BlockingAnnotationQueue queue, AnnotationData annotation, Consumer<String> lost) {
    // begin outcome
    queue
        .offer(annotation)
        .outcomeFuture()
        .thenAccept(
            outcome -> {
              if (!(outcome instanceof QueueOutcome.Stored)) {
                lost.accept("not stored: " + outcome);
              }
            });
    // end outcome
  }

  static void shortProgram(PhoenixBlockingClient phoenix, String spanId) {
    // begin shortProgram
    BlockingAnnotationQueue queue =
        phoenix.annotationQueue(AnnotationQueueOptions.builder().build());
    queue.send(SpanAnnotationData.builder(spanId, "tone").label("calm").build());
    QueueReport report = queue.close(Duration.ofMinutes(1)); // sends the waiting rows first
    if (!report.getDrained()) {
      throw new IllegalStateException("Phoenix did not confirm everything: " + report);
    }
    // end shortProgram
  }

  static void feedbackOnTheLastSpan(BlockingAnnotationQueue queue, Runnable answer) {
    // begin spans
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(queue);
    try (SpanCapture capture = SpanCapture.start()) {
      answer.run();
      feedback.annotateLast(capture, "user feedback", it -> it.label("thumbs-up").score(1));
    }
    // end spans
  }
}
