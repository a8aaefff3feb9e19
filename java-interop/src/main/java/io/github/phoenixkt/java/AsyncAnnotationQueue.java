package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Writes annotations and notes in the background. What it accepts ends in one {@link
 * io.github.phoenixkt.queue.QueueOutcome}: stored once, or reported. See {@link AnnotationQueue}.
 *
 * <pre>{@code
 * if (queue.offer(annotation).getAccepted()) {
 *   // it is stored, or reported to the listener of the options
 * }
 * }</pre>
 */
public final class AsyncAnnotationQueue implements AutoCloseable {
  private final Calls calls;
  private final AnnotationQueue queue;

  AsyncAnnotationQueue(Calls calls, AnnotationQueue queue) {
    this.calls = calls;
    this.queue = queue;
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
    return queue.offer(requireNonNull(annotation, "annotation"));
  }

  /**
   * Puts a note into the queue without waiting.
   *
   * @param note what to write
   * @return whether the queue took it, and what becomes of it
   * @see #offer(AnnotationData)
   */
  public Offer offer(NoteData note) {
    return queue.offer(requireNonNull(note, "note"));
  }

  /**
   * Puts an annotation into the queue once there is room.
   *
   * @param annotation what to write
   * @return what becomes of it; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  public CompletableFuture<Offer> send(AnnotationData annotation) {
    requireNonNull(annotation, "annotation");
    return calls.call(k -> queue.send(annotation, k));
  }

  /**
   * Puts a note into the queue once there is room.
   *
   * @param note what to write
   * @return what becomes of it; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  public CompletableFuture<Offer> send(NoteData note) {
    requireNonNull(note, "note");
    return calls.call(k -> queue.send(note, k));
  }

  /**
   * Sends what was accepted so far without waiting for more.
   *
   * @param timeout how long to wait for the outcomes
   * @return true once all of it has its outcome, false if that takes longer
   */
  public CompletableFuture<Boolean> flush(Duration timeout) {
    requireNonNull(timeout, "timeout");
    return calls.call(k -> queue.flush(timeout, k));
  }

  /**
   * Takes no more, sends what waits, and ends the queue. Closing again gives the first report.
   *
   * @param timeout how long to send what waits
   * @return what was not confirmed
   */
  public CompletableFuture<QueueReport> close(Duration timeout) {
    requireNonNull(timeout, "timeout");
    return calls.call(k -> queue.close(timeout, k));
  }

  /** Closes with the timeout of the options, and waits meanwhile. */
  @Override
  public void close() {
    queue.close();
  }

  /**
   * What the queue holds, and whether it can send it.
   *
   * @return the state as it is now
   */
  public QueueState state() {
    return queue.getState();
  }

  @Override
  public String toString() {
    return queue.toString();
  }
}
