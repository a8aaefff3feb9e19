package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;

/**
 * Writes annotations and notes in the background. What it accepts ends in one {@link
 * io.github.phoenixkt.queue.QueueOutcome}: stored once, or reported. See {@link
 * io.github.phoenixkt.queue.AnnotationQueue}.
 *
 * <pre>{@code
 * try (var queue = phoenix.annotationQueue(AnnotationQueueOptions.builder().spool(folder).build())) {
 *   if (!queue.offer(annotation).getAccepted()) {
 *     return 503;
 *   }
 * } // close sends what waits
 * }</pre>
 */
public final class BlockingAnnotationQueue implements AutoCloseable {
  private final AsyncAnnotationQueue async;

  BlockingAnnotationQueue(AsyncAnnotationQueue async) {
    this.async = async;
  }

  /**
   * Puts an annotation into the queue without waiting; with a spool, after writing it there.
   *
   * @param annotation what to write
   * @return whether the queue took it, and what becomes of it
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
   * @throws IllegalArgumentException if it alone is larger than the queue
   */
  public Offer offer(AnnotationData annotation) {
    return async.offer(annotation);
  }

  /**
   * Puts a note into the queue without waiting.
   *
   * @param note what to write
   * @return whether the queue took it, and what becomes of it
   * @see #offer(AnnotationData)
   */
  public Offer offer(NoteData note) {
    return async.offer(note);
  }

  /**
   * Puts an annotation into the queue, and waits for room while it is full.
   *
   * @param annotation what to write
   * @return what becomes of it; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  public Offer send(AnnotationData annotation) {
    return await(() -> async.send(annotation));
  }

  /**
   * Puts a note into the queue, and waits for room while it is full.
   *
   * @param note what to write
   * @return what becomes of it; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  public Offer send(NoteData note) {
    return await(() -> async.send(note));
  }

  /**
   * Sends what was accepted so far without waiting for more.
   *
   * @param timeout how long to wait for the outcomes
   * @return whether all of it has its outcome
   */
  public boolean flush(Duration timeout) {
    return await(() -> async.flush(timeout));
  }

  /**
   * Takes no more, sends what waits, and ends the queue. Closing again gives the first report.
   *
   * @param timeout how long to send what waits
   * @return what was not confirmed
   */
  public QueueReport close(Duration timeout) {
    return await(() -> async.close(timeout));
  }

  /** Closes with the timeout of the options, and waits meanwhile. */
  @Override
  public void close() {
    async.close();
  }

  /**
   * What the queue holds, and whether it can send it.
   *
   * @return the state as it is now
   */
  public QueueState state() {
    return async.state();
  }

  @Override
  public String toString() {
    return async.toString();
  }
}
