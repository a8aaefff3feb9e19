package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData
import java.time.Duration

/**
 * Writes annotations and notes in the background, for services that give feedback while they handle
 * a request. Everything it accepts ends in one [QueueOutcome]: it is stored once, or you are told
 * why not.
 *
 * ```
 * val queue = client.annotationQueue { spool = Path.of("/var/lib/app/phoenix") }
 *
 * if (!queue.offer(annotation).accepted) return ServiceUnavailable
 * // at shutdown
 * queue.close()
 * ```
 *
 * Phoenix confirms each write. Annotations go in batches, the oldest first; notes go one by one and
 * need Phoenix 15.7 or newer. If Phoenix does not know the target yet, the queue tries again for
 * [AnnotationQueueOptions.awaitTarget]. While the server is down or refuses the API key, the queue
 * keeps what it holds and sends a single row every few seconds until it gets through. If the server
 * sends `Retry-After`, the queue waits for that time instead, but for at most one minute. An
 * annotation replaces a waiting one with the same name, target and identifier.
 *
 * With [AnnotationQueueOptions.spool], [offer] and [send] write to disk before they accept. If the
 * process is killed, the next queue on the same folder sends what was left.
 *
 * Thread-safe: create one queue per client and share it. [io.github.phoenixkt.PhoenixClient.close]
 * closes the queues of the client first.
 *
 * This is an interface so that tests can replace it and applications can decorate it. It may get
 * further functions.
 */
public interface AnnotationQueue : AutoCloseable {
    /** What the queue holds, and whether it can send. */
    public val state: QueueState

    /**
     * Accepts an annotation if there is room. Does not wait for room or for Phoenix; with a spool,
     * writes to disk first.
     *
     * @return whether the queue accepted it, and its outcome
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
     * @throws IllegalArgumentException if it alone is larger than the queue or the spool may be
     */
    public fun offer(annotation: AnnotationData): Offer

    /** Accepts a note if there is room, like `offer` of an annotation. */
    public fun offer(note: NoteData): Offer

    /**
     * Accepts an annotation, and suspends while the queue is full.
     *
     * @return its outcome; not accepted only if the queue is closed
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if it cannot be sent
     * @throws IllegalArgumentException if it alone is larger than the queue or the spool may be
     */
    public suspend fun send(annotation: AnnotationData): Offer

    /** Accepts a note, and suspends while the queue is full, like `send` of an annotation. */
    public suspend fun send(note: NoteData): Offer

    /**
     * Sends everything accepted so far without waiting for a full batch, and suspends until all of
     * it has an outcome and the listener has been told. Does not suspend if a listener of the queue
     * or of the client calls it.
     *
     * @return false if that took longer than [timeout], or if a listener calls this while rows wait
     */
    public suspend fun flush(timeout: Duration): Boolean

    /**
     * Accepts no more, sends what waits, and ends the queue. Rows that Phoenix did not confirm
     * within [timeout] get the outcome [QueueOutcome.Unfinished]. The listener is told of every row
     * before this returns; a call of the listener that lasts longer than [timeout] and two more
     * seconds is not waited for. Closing again returns the first report.
     */
    public suspend fun close(timeout: Duration): QueueReport

    /**
     * Closes with [AnnotationQueueOptions.closeTimeout], and blocks the thread meanwhile. An
     * interrupt ends the wait but not the sending.
     */
    override fun close()
}
