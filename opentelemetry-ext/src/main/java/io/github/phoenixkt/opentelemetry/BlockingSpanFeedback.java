package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadResults;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SpanFeedback} whose methods wait for the answer. Everything said there applies here.
 * Immutable and thread-safe.
 *
 * <pre>{@code
 * BlockingSpanFeedback feedback = BlockingSpanFeedback.of(phoenix);
 * feedback.annotateCurrent("user feedback", it -> it.label("thumbs-up").score(1));
 * feedback.annotateLastSync(capture, "user feedback", it -> it.label("thumbs-up").score(1));
 * }</pre>
 *
 * <p>Methods throw what the futures there fail with. They can be interrupted, see {@link
 * PhoenixBlockingClient}. {@code Sync} methods wait for a span for up to 30 seconds, or as long as
 * {@link #withAwaitTarget} says.
 */
public final class BlockingSpanFeedback {
  private final String writer;
  private final Duration awaitTarget;
  private final @Nullable PhoenixBlockingClient client;
  private final @Nullable QueuedFeedback queue;

  private BlockingSpanFeedback(
      String writer,
      Duration awaitTarget,
      @Nullable PhoenixBlockingClient client,
      @Nullable QueuedFeedback queue) {
    this.writer = writer;
    this.awaitTarget = awaitTarget;
    this.client = client;
    this.queue = queue;
  }

  /**
   * Feedback that a client writes.
   *
   * @param client writes the feedback; the caller closes it
   * @return feedback that waits for spans for {@link SpanFeedback#DEFAULT_AWAIT_TARGET}
   */
  public static BlockingSpanFeedback of(PhoenixBlockingClient client) {
    return new BlockingSpanFeedback(
        requireNonNull(client, "client").toString(),
        SpanFeedback.DEFAULT_AWAIT_TARGET,
        client,
        null);
  }

  /**
   * Feedback that goes through an annotation queue, see {@link
   * SpanFeedback#of(io.github.phoenixkt.java.AsyncAnnotationQueue)}. Methods without {@code Sync}
   * do not wait.
   *
   * @param queue writes the feedback; the caller closes it
   * @return feedback that waits for spans as long as the options of the queue say
   */
  public static BlockingSpanFeedback of(BlockingAnnotationQueue queue) {
    requireNonNull(queue, "queue");
    return new BlockingSpanFeedback(
        "a queue", Duration.ZERO, null, new QueuedFeedback(it -> queue.offer(it)));
  }

  /**
   * The same feedback with another time limit for spans. Make it longer than the export interval:
   * by default, a batch processor exports every 5 seconds.
   *
   * @param awaitTarget how long to keep trying while Phoenix does not know the span: 0 (try once)
   *     to 10 minutes
   * @return a new object
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if a queue writes this feedback: its options say how long
   */
  public BlockingSpanFeedback withAwaitTarget(Duration awaitTarget) {
    requireNonNull(awaitTarget, "awaitTarget");
    FeedbackRows.refuseForQueue(queue != null);
    return new BlockingSpanFeedback(
        writer, FeedbackRows.options(true, awaitTarget).getAwaitTarget(), client, null);
  }

  /**
   * Queues an annotation of the active span ({@code Span.current()}).
   *
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @throws IllegalStateException if no span is active, or it is not sampled; nothing was sent
   */
  public void annotateCurrent(
      String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    queue(FeedbackRows.ofCurrent(false, annotationName, annotation));
  }

  /**
   * Stores an annotation of the active span ({@code Span.current()}), which must have ended unless
   * the Java agent started it. Usually you want {@link #annotateCurrent} or a capture instead.
   *
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return its id
   * @throws IllegalStateException if no span is active, or it is not sampled or has not ended;
   *     nothing was sent
   * @throws io.github.phoenixkt.PhoenixException.UploadException if it was not stored
   */
  public InsertedAnnotation annotateCurrentSync(
      String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(FeedbackRows.ofCurrent(true, annotationName, annotation)).get(0);
  }

  /**
   * Queues an annotation of the span that started last ({@link SpanCapture#last()}).
   *
   * @param capture a capture that has a span
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @throws IllegalStateException if none was captured; nothing was sent
   */
  public void annotateLast(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    queue(FeedbackRows.ofLast(capture, false, annotationName, annotation));
  }

  /**
   * Stores an annotation of the span that started last ({@link SpanCapture#last()}).
   *
   * @param capture a capture that has a span
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return its id
   * @throws IllegalStateException if none was captured, or it is the active span and has not ended;
   *     nothing was sent
   * @throws io.github.phoenixkt.PhoenixException.UploadException if it was not stored
   */
  public InsertedAnnotation annotateLastSync(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(FeedbackRows.ofLast(capture, true, annotationName, annotation)).get(0);
  }

  /**
   * Queues an annotation of each captured span. More than 500 are sent in windows, each of which is
   * read back for up to 15 seconds.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each span
   * @throws IllegalStateException if none was captured, or more than the capture holds; nothing was
   *     sent
   */
  public void annotateAll(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    annotateWhere(capture, span -> true, annotationName, annotation);
  }

  /**
   * Stores an annotation of each captured span.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each span
   * @return their ids in the order in which the spans started
   * @throws IllegalStateException if none was captured, or more than the capture holds, or one is
   *     the active span and has not ended; nothing was sent
   * @throws io.github.phoenixkt.PhoenixException.UploadException if not all were stored; its report
   *     has the outcome of each
   */
  public List<InsertedAnnotation> annotateAllSync(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    return annotateWhereSync(capture, span -> true, annotationName, annotation);
  }

  /**
   * Queues an annotation of each captured span that satisfies a condition. If none does, nothing is
   * sent, which is not an error. More than 500 are sent in windows, each of which is read back for
   * up to 15 seconds.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param condition decides which spans, for instance {@code span -> span.kind() == LLM}
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each of these spans
   * @throws IllegalStateException if none was captured, or more than the capture holds; nothing was
   *     sent
   */
  public void annotateWhere(
      SpanCapture capture,
      Predicate<? super CapturedSpan> condition,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(condition, "condition");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    queue(FeedbackRows.ofThose(capture, condition, false, annotationName, annotation));
  }

  /**
   * Stores an annotation of each captured span that satisfies a condition. If none does, nothing is
   * sent, which is not an error.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param condition decides which spans, for instance {@code span -> span.kind() == LLM}
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each of these spans
   * @return their ids in the order in which the spans started; an empty list if no span satisfies
   *     the condition
   * @throws IllegalStateException if none was captured, or more than the capture holds, or one of
   *     these is the active span and has not ended; nothing was sent
   * @throws io.github.phoenixkt.PhoenixException.UploadException if not all were stored; its report
   *     has the outcome of each
   */
  public List<InsertedAnnotation> annotateWhereSync(
      SpanCapture capture,
      Predicate<? super CapturedSpan> condition,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(condition, "condition");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(FeedbackRows.ofThose(capture, condition, true, annotationName, annotation));
  }

  private void queue(List<SpanAnnotationData> rows) {
    UploadResults.inserted(upload(rows, false), false);
  }

  private List<InsertedAnnotation> store(List<SpanAnnotationData> rows) {
    return requireNonNull(UploadResults.inserted(upload(rows, true), true), "stored");
  }

  private UploadReport upload(List<SpanAnnotationData> rows, boolean sync) {
    return client == null
        ? requireNonNull(queue, "queue").await(rows, sync)
        : client.annotations().upload(rows, FeedbackRows.options(sync, awaitTarget));
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "BlockingSpanFeedback by " + writer;
  }
}
