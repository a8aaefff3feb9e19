package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData

/**
 * Receives the outcome of everything that an [AnnotationQueue] accepted, including what an earlier
 * process left in the spool. Calls come one at a time, from a thread of the queue or from one that
 * offers a later value or closes the queue. A listener must be quick, because the queue sends
 * nothing meanwhile. If it throws, that is logged once and changes nothing else.
 *
 * A listener may call its queue:
 * - It may offer, and may wait for another thread that does. It must not wait for an outcome or for
 *   room.
 * - [AnnotationQueue.flush] does not wait for anything if a listener calls it.
 * - The blocking `close()` of its queue or its client does not wait either. What is left is still
 *   sent within [AnnotationQueueOptions.closeTimeout].
 * - If it waits for a close with a timeout, another thread reports the rows that are left during
 *   that call.
 *
 * On another thread, `flush` and `close` wait for the listener to return, up to their timeout. A
 * listener must not wait for such a thread for longer than that.
 */
public interface AnnotationQueueListener {
    /** Called once for each accepted annotation. */
    public fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {}

    /** Called once for each accepted note, which has the identifier that was sent. */
    public fun onNoteOutcome(note: NoteData, outcome: QueueOutcome) {}
}
