package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.InvalidAnnotationsException;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Writes annotations and notes in the background. Everything it accepts ends in one {@link
 * QueueOutcome}: it is stored once, or you are told why not. See {@link AnnotationQueue}.
 *
 * <pre>{@code
 * if (!queue.offer(annotation).getAccepted()) {
 *   log.warn("The queue is full or closed: {}", queue.state());
 * }
 * }</pre>
 *
 * <p>To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncAnnotationQueue extends AutoCloseable {
  /**
   * Accepts an annotation if there is room. Does not wait for room or for Phoenix; with a spool,
   * writes to disk first.
   *
   * @param annotation the annotation
   * @return whether the queue accepted it, and its outcome
   * @throws InvalidAnnotationsException if it cannot be sent
   * @throws IllegalArgumentException if it alone is larger than the queue or the spool may be
   */
  Offer offer(AnnotationData annotation);

  /** Accepts a note if there is room. See {@link #offer(AnnotationData)}. */
  Offer offer(NoteData note);

  /**
   * Accepts an annotation once there is room.
   *
   * <p>Fails with {@link InvalidAnnotationsException} if it cannot be sent; with {@link
   * IllegalArgumentException} if it alone is larger than the queue or the spool may be.
   *
   * @param annotation the annotation
   * @return completes with its outcome; not accepted only if the queue is closed
   */
  CompletableFuture<Offer> send(AnnotationData annotation);

  /** Accepts a note once there is room. See {@link #send(AnnotationData)}. */
  CompletableFuture<Offer> send(NoteData note);

  /**
   * Sends everything accepted so far without waiting for a full batch. Does not wait for anything
   * if a listener of the queue or of the client calls it.
   *
   * @param timeout how long to wait for the outcomes
   * @return completes with whether all of it has an outcome and the listener has been told
   */
  CompletableFuture<Boolean> flush(Duration timeout);

  /**
   * Accepts no more, sends what waits, and ends the queue. Closing again returns the first report.
   *
   * @param timeout how long to send what waits
   * @return completes with the number of rows that Phoenix did not confirm
   */
  CompletableFuture<QueueReport> close(Duration timeout);

  /** Closes the queue with the timeout of the options. Blocks the calling thread meanwhile. */
  @Override
  void close();

  /**
   * Returns what the queue holds, and whether it can send.
   *
   * @return the state at this moment
   */
  QueueState state();
}
