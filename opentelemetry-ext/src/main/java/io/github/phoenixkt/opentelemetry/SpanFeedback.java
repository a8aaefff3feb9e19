package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.upload.UploadReport;
import io.github.phoenixkt.upload.UploadResults;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Feedback on spans without handling their ids: on the active span, or on the spans of a {@link
 * SpanCapture}. Methods return futures; {@link BlockingSpanFeedback} waits. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * SpanFeedback feedback = SpanFeedback.of(phoenix);
 * feedback.annotateCurrent("user feedback", it -> it.label("thumbs-up").score(1));
 * feedback.annotateLastSync(capture, "user feedback", it -> it.label("thumbs-up").score(1));
 * }</pre>
 *
 * <p><b>Queued or stored.</b> Methods without {@code Sync} <em>queue</em> the annotation: Phoenix
 * answers at once, keeps it for about ten minutes until the span arrives, and then drops it
 * silently. Methods with {@code Sync} complete once the annotation is <em>stored</em>. A span that
 * has just ended is still in the exporter's batch and unknown to Phoenix, so these methods {@link
 * #withAwaitTarget keep trying}. Servers from 9.0 to 12.1 can lose queued rows: there, every method
 * waits until the annotation is stored. Services should use a {@linkplain #of(AsyncAnnotationQueue)
 * queue of the client} instead, which loses nothing silently.
 *
 * <p><b>Spans that have not ended.</b> Phoenix receives a span after its end. Queued feedback can
 * be given earlier. A {@code Sync} method for the active span, inside its own block, could never
 * succeed and fails at once; other spans may end while it waits. Whether a span of the
 * OpenTelemetry Java agent has ended is not visible: there, the method fails after the wait.
 *
 * <p><b>Errors.</b> If nothing was sent, futures fail with an {@link IllegalStateException} (there
 * is no span to annotate, the active span is not sampled, or a capture has overflowed), with an
 * {@link io.github.phoenixkt.annotations.InvalidAnnotationsException} (the annotation cannot be
 * sent), or with whatever {@code annotation} or {@code condition} throws. They fail with a {@link
 * io.github.phoenixkt.PhoenixException.UploadException} if not everything was written, for instance
 * because a span did not arrive in time; its report has the outcome of each span. A null argument
 * throws a {@link NullPointerException} at once.
 *
 * <p>Methods look up the spans on the calling thread, before they return. Cancelling a future
 * cancels its requests, see {@link PhoenixAsyncClient}.
 */
public final class SpanFeedback {
  /** How long {@code Sync} methods keep trying while Phoenix does not know the span: 30 seconds. */
  public static final Duration DEFAULT_AWAIT_TARGET = Duration.ofSeconds(30);

  private final String writer;
  private final Duration awaitTarget;
  private final @Nullable PhoenixAsyncClient client;
  private final @Nullable QueuedFeedback queue;

  private SpanFeedback(
      String writer,
      Duration awaitTarget,
      @Nullable PhoenixAsyncClient client,
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
   * @return feedback that waits for spans for {@link #DEFAULT_AWAIT_TARGET}
   */
  public static SpanFeedback of(PhoenixAsyncClient client) {
    return new SpanFeedback(
        requireNonNull(client, "client").toString(), DEFAULT_AWAIT_TARGET, client, null);
  }

  /**
   * Feedback that goes through an annotation queue, which keeps it while Phoenix is down and, with
   * a spool, if the process is killed. See {@link #of(AnnotationQueue)}.
   *
   * @param queue writes the feedback; the caller closes it
   * @return feedback that waits for spans as long as the options of the queue say
   */
  public static SpanFeedback of(AsyncAnnotationQueue queue) {
    requireNonNull(queue, "queue");
    return new SpanFeedback(
        "a queue", Duration.ZERO, null, new QueuedFeedback(it -> queue.offer(it)));
  }

  /**
   * Feedback that goes through an annotation queue, which keeps it while Phoenix is down and, with
   * a spool, if the process is killed.
   *
   * <p>Without {@code Sync}, a method completes once the queue has accepted the annotation. With
   * it, it completes once Phoenix has stored it; cancelling that future does not remove the
   * annotation from the queue. Futures fail with an {@link
   * io.github.phoenixkt.PhoenixException.UploadException} if the queue does not accept the
   * annotation, because it is full or closed, and, with {@code Sync}, if the annotation has another
   * {@linkplain io.github.phoenixkt.queue.QueueOutcome outcome} than {@code Stored}.
   *
   * @param queue writes the feedback; the caller closes it
   * @return feedback that waits for spans as long as the options of the queue say
   */
  public static SpanFeedback of(AnnotationQueue queue) {
    requireNonNull(queue, "queue");
    return new SpanFeedback(
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
  public SpanFeedback withAwaitTarget(Duration awaitTarget) {
    requireNonNull(awaitTarget, "awaitTarget");
    FeedbackRows.refuseForQueue(queue != null);
    return new SpanFeedback(
        writer, FeedbackRows.options(true, awaitTarget).getAwaitTarget(), client, null);
  }

  /**
   * Queues an annotation of the active span ({@code Span.current()}).
   *
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return completes once Phoenix has accepted it
   */
  public CompletableFuture<@Nullable Void> annotateCurrent(
      String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return queue(() -> FeedbackRows.ofCurrent(false, annotationName, annotation));
  }

  /**
   * Stores an annotation of the active span ({@code Span.current()}), which must have ended unless
   * the Java agent started it. Usually you want {@link #annotateCurrent} or a capture instead.
   *
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return completes with its id once it is stored
   */
  public CompletableFuture<InsertedAnnotation> annotateCurrentSync(
      String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(
        () -> FeedbackRows.ofCurrent(true, annotationName, annotation), stored -> stored.get(0));
  }

  /**
   * Queues an annotation of the span that started last ({@link SpanCapture#last()}).
   *
   * @param capture a capture that has a span
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return completes once Phoenix has accepted it
   */
  public CompletableFuture<@Nullable Void> annotateLast(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return queue(() -> FeedbackRows.ofLast(capture, false, annotationName, annotation));
  }

  /**
   * Stores an annotation of the span that started last ({@link SpanCapture#last()}).
   *
   * @param capture a capture that has a span
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on
   * @return completes with its id once it is stored
   */
  public CompletableFuture<InsertedAnnotation> annotateLastSync(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(
        () -> FeedbackRows.ofLast(capture, true, annotationName, annotation),
        stored -> stored.get(0));
  }

  /**
   * Queues an annotation of each captured span. More than 500 are sent in windows, each of which is
   * read back for up to 15 seconds.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each span
   * @return completes once Phoenix has accepted all
   */
  public CompletableFuture<@Nullable Void> annotateAll(
      SpanCapture capture, String annotationName, Consumer<SpanAnnotationData.Builder> annotation) {
    return annotateWhere(capture, span -> true, annotationName, annotation);
  }

  /**
   * Stores an annotation of each captured span.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each span
   * @return completes with their ids, in the order in which the spans started, once all are stored
   */
  public CompletableFuture<List<InsertedAnnotation>> annotateAllSync(
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
   * @return completes once Phoenix has accepted all
   */
  public CompletableFuture<@Nullable Void> annotateWhere(
      SpanCapture capture,
      Predicate<? super CapturedSpan> condition,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(condition, "condition");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return queue(() -> FeedbackRows.ofThose(capture, condition, false, annotationName, annotation));
  }

  /**
   * Stores an annotation of each captured span that satisfies a condition. If none does, nothing is
   * sent, which is not an error.
   *
   * @param capture a capture that has spans and has not overflowed
   * @param condition decides which spans, for instance {@code span -> span.kind() == LLM}
   * @param annotationName the name of the annotation
   * @param annotation sets label, score and so on; called once for each of these spans
   * @return completes with their ids, in the order in which the spans started, once all are stored;
   *     an empty list if no span satisfies the condition
   */
  public CompletableFuture<List<InsertedAnnotation>> annotateWhereSync(
      SpanCapture capture,
      Predicate<? super CapturedSpan> condition,
      String annotationName,
      Consumer<SpanAnnotationData.Builder> annotation) {
    requireNonNull(capture, "capture");
    requireNonNull(condition, "condition");
    requireNonNull(annotationName, "annotationName");
    requireNonNull(annotation, "annotation");
    return store(
        () -> FeedbackRows.ofThose(capture, condition, true, annotationName, annotation),
        stored -> stored);
  }

  private CompletableFuture<@Nullable Void> queue(Supplier<List<SpanAnnotationData>> rows) {
    return write(
        rows,
        false,
        report -> {
          UploadResults.inserted(report, false);
          return null;
        });
  }

  private <T> CompletableFuture<T> store(
      Supplier<List<SpanAnnotationData>> rows, Function<List<InsertedAnnotation>, T> result) {
    return write(
        rows,
        true,
        report -> result.apply(requireNonNull(UploadResults.inserted(report, true), "stored")));
  }

  private <T extends @Nullable Object> CompletableFuture<T> write(
      Supplier<List<SpanAnnotationData>> rows, boolean sync, Function<UploadReport, T> result) {
    CompletableFuture<UploadReport> upload;
    try {
      upload = upload(rows.get(), sync);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return dependent(upload, result);
  }

  private CompletableFuture<UploadReport> upload(List<SpanAnnotationData> rows, boolean sync) {
    return client == null
        ? requireNonNull(queue, "queue").write(rows, sync)
        : client.annotations().upload(rows, FeedbackRows.options(sync, awaitTarget));
  }

  /** As {@code thenApply}, but cancelling it cancels the upload, and failures are not wrapped. */
  private static <T extends @Nullable Object> CompletableFuture<T> dependent(
      CompletableFuture<UploadReport> upload, Function<UploadReport, T> result) {
    CompletableFuture<T> future = new CompletableFuture<>();
    future.whenComplete((value, failure) -> upload.cancel(true));
    upload.whenComplete(
        (report, failure) -> {
          try {
            if (failure == null) {
              future.complete(result.apply(report));
            } else {
              future.completeExceptionally(failure);
            }
          } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "SpanFeedback by " + writer;
  }
}
