package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData

/**
 * Receives the outcome of everything that an [AnnotationQueue] accepted, including what an earlier
 * process left in the spool. Calls come one at a time, from a thread of the queue or from the one
 * that offers a later value or closes the queue. A listener must be quick and must not block. It
 * may close its queue: during that call, another thread reports the rows that are left. If a
 * listener throws, that is logged once and changes nothing else.
 */
public interface AnnotationQueueListener {
    /** Called once for each accepted annotation. */
    public fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {}

    /** Called once for each accepted note, which has the identifier that was sent. */
    public fun onNoteOutcome(note: NoteData, outcome: QueueOutcome) {}
}
