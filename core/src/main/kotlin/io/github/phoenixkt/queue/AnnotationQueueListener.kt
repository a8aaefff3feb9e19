package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData

/**
 * Told what became of everything that an [AnnotationQueue] accepted, what an earlier process left
 * in the spool included. Called on the queue's own thread, one call at a time: it must be quick and
 * must not block. If it throws, that is logged once and changes nothing else.
 */
public interface AnnotationQueueListener {
    /** Called once for each accepted annotation. */
    public fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {}

    /** Called once for each accepted note. Its identifier is the one that was sent. */
    public fun onNoteOutcome(note: NoteData, outcome: QueueOutcome) {}
}
