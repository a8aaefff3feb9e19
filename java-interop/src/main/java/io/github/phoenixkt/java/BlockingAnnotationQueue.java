package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;

/**
 * Writes annotations and notes in the background. Everything it accepts ends in one {@link
 * io.github.phoenixkt.queue.QueueOutcome}: it is stored once, or you are told why not. See {@link
 * io.github.phoenixkt.queue.AnnotationQueue}.
 *
 * <pre>{@code
 * try (var queue = phoenix.annotationQueue(AnnotationQueueOptions.builder().spool(folder).build())) {
 *   if (!queue.offer(annotation).getAccepted()) {
 *     return 503;
 *   }
 * } // close sends what waits
 * }</pre>
 *
 * <p>An interface, so that tests can replace it and applications can decorate it. It may get
 * further methods.
 */
public interface BlockingAnnotationQueue extends AutoCloseable {
  /**
   * Accepts an annotation if there is room. Does not wait for room or for Phoenix; with a spool,
   * writes to disk first.
   *
   * @param annotation the annotation
   * @return whether the queue accepted it, and its outcome
   * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
   * @throws IllegalArgumentException if it alone is larger than the queue or the spool may be
   */
  Offer offer(AnnotationData annotation);

  /**
   * Accepts a note if there is room.
   *
   * @param note the note
   * @return whether the queue accepted it, and its outcome
   * @see #offer(AnnotationData)
   */
  Offer offer(NoteData note);

  /**
   * Accepts an annotation, and waits while the queue is full.
   *
   * @param annotation the annotation
   * @return its outcome; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  Offer send(AnnotationData annotation);

  /**
   * Accepts a note, and waits while the queue is full.
   *
   * @param note the note
   * @return its outcome; not accepted only if the queue is closed
   * @see #offer(AnnotationData)
   */
  Offer send(NoteData note);

  /**
   * Sends everything accepted so far without waiting for a full batch.
   *
   * @param timeout how long to wait for the outcomes
   * @return whether all of it has an outcome
   */
  boolean flush(Duration timeout);

  /**
   * Accepts no more, sends what waits, and ends the queue. Closing again returns the first report.
   *
   * @param timeout how long to send what waits
   * @return the number of rows that Phoenix did not confirm
   */
  QueueReport close(Duration timeout);

  /** Closes with the timeout of the options, and waits meanwhile. */
  @Override
  void close();

  /**
   * What the queue holds, and whether it can send.
   *
   * @return the state at this moment
   */
  QueueState state();
}
