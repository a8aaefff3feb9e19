package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.TargetKind

/**
 * A note for an [AnnotationQueue]: free text on a span, a trace or a session. Needs Phoenix 15.7 or
 * newer, where a note that is sent twice is stored once.
 *
 * ```
 * queue.offer(NoteData.ofSpan(spanId, "The answer cites a page that does not exist."))
 * ```
 *
 * @property targetKind the kind of target
 * @property targetId the span, trace or session id
 * @property note the text
 * @property identifier distinguishes the notes on one target; null lets the queue choose one
 */
public class NoteData
private constructor(
    public val targetKind: TargetKind,
    public val targetId: String,
    public val note: String,
    public val identifier: String?,
) {
    internal fun identified(identifier: String): NoteData =
        NoteData(targetKind, targetId, note, identifier)

    override fun toString(): String = "note on ${targetKind.noun} $targetId"

    public companion object {
        internal fun of(
            targetKind: TargetKind,
            targetId: String,
            note: String,
            identifier: String?,
        ): NoteData = NoteData(targetKind, targetId, note, identifier)

        /** A note on a span. */
        @JvmStatic
        @JvmOverloads
        public fun ofSpan(spanId: String, note: String, identifier: String? = null): NoteData =
            NoteData(TargetKind.SPAN, spanId, note, identifier)

        /** A note on a trace. */
        @JvmStatic
        @JvmOverloads
        public fun ofTrace(traceId: String, note: String, identifier: String? = null): NoteData =
            NoteData(TargetKind.TRACE, traceId, note, identifier)

        /** A note on a session. */
        @JvmStatic
        @JvmOverloads
        public fun ofSession(
            sessionId: String,
            note: String,
            identifier: String? = null,
        ): NoteData = NoteData(TargetKind.SESSION, sessionId, note, identifier)
    }
}
