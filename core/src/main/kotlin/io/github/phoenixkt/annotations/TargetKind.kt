package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Capability

/**
 * What an annotation is put on.
 *
 * This is also the one table of Phoenix's annotation routes: a further level of annotation is a
 * further row here, a data class, and a test.
 */
public enum class TargetKind(
    internal val path: String,
    internal val targetField: String,
    internal val write: Capability,
    internal val read: Capability? = null,
    internal val note: Capability? = null,
    internal val supportsIdentifier: Boolean = true,
    internal val reservesNote: Boolean = true,
) {
    /** A span: one unit of work in a trace. */
    SPAN(
        "span_annotations",
        "span_id",
        Capability.SPAN_ANNOTATIONS,
        Capability.READ_SPAN_ANNOTATIONS,
        Capability.SPAN_NOTES,
    ),

    /**
     * A retrieved document of a span, by its position. Phoenix has no route to read or delete
     * these.
     */
    DOCUMENT(
        "document_annotations",
        "span_id",
        Capability.DOCUMENT_ANNOTATIONS,
        supportsIdentifier = false,
        reservesNote = false,
    ),

    /** A trace: one request with all its spans. */
    TRACE(
        "trace_annotations",
        "trace_id",
        Capability.TRACE_ANNOTATIONS,
        Capability.READ_TRACE_ANNOTATIONS,
        Capability.TRACE_NOTES,
    ),

    /** A session: the traces of one conversation. */
    SESSION(
        "session_annotations",
        "session_id",
        Capability.SESSION_ANNOTATIONS,
        Capability.READ_SESSION_ANNOTATIONS,
        Capability.SESSION_NOTES,
    );

    /**
     * The word for the target in messages and in identifiers of notes: `span`, `trace`, `session`.
     */
    internal val noun: String = targetField.removeSuffix("_id")

    internal val notesPath: String
        get() = "${noun}_notes"

    internal companion object {
        /** The reserved name of notes; exactly this spelling, `Note` is an ordinary name. */
        const val NOTE_NAME: String = "note"
    }
}
