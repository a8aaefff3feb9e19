package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData

/**
 * Receives the outcome of everything that an [AnnotationQueue] accepted, including what an earlier
 * process left in the spool. Calls come one at a time, from a thread of the queue or from one that
 * offers a later value or closes the queue. A listener must be quick, because the queue sends
 * nothing meanwhile. It may offer to its queue, and may wait for another thread that does, but must
 * not wait for an outcome or for room. It may close its queue or its client: `close()` does not
 * wait then, and what is left is still sent within [AnnotationQueueOptions.closeTimeout]. If it
 * waits for a close with a timeout, another thread reports the rows that are left during that call.
 * If a listener throws, that is logged once and changes nothing else.
 */
public interface AnnotationQueueListener {
    /** Called once for each accepted annotation. */
    public fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {}

    /** Called once for each accepted note, which has the identifier that was sent. */
    public fun onNoteOutcome(note: NoteData, outcome: QueueOutcome) {}
}
