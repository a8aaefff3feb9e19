package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.IdForm
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.transport.Capability

/**
 * What an annotation is put on.
 *
 * The enum may grow: keep an `else` branch. Everything the library knows about a kind of target is
 * in its entry here. "Add a target" in `CONTRIBUTING.md` lists the other places.
 *
 * @property word what the target is called in routes, messages and identifiers of notes
 * @property idColumns the names of the id: first that of Phoenix's annotation routes, then others
 *   that frames may have for it
 * @property frameColumn the name of the id in frames that are read: that of the frames of spans or
 *   sessions, which can be joined by it
 * @property globalIdTypes the types of Phoenix's own ids of the target and of its annotations
 * @property write since when its annotations can be written
 * @property read since when its annotations can be read; null if they cannot
 * @property delete since when its annotations can be deleted; null if they cannot
 * @property note since when it can have notes, whose name is then reserved; null if it cannot
 * @property supportsIdentifier whether its annotations have an identifier
 * @property hasPosition whether a position is part of its key
 * @property idForm what its ids look like; null if they are any text
 * @property toData one annotation from the id, the position and everything else
 */
public enum class TargetKind(
    @property:InternalPhoenixApi public val word: String,
    @property:InternalPhoenixApi public val idColumns: List<String>,
    internal val globalIdTypes: List<String>,
    internal val write: Capability,
    internal val read: Capability? = null,
    internal val delete: Capability? = null,
    internal val note: Capability? = null,
    internal val supportsIdentifier: Boolean = true,
    @property:InternalPhoenixApi public val hasPosition: Boolean = false,
    @property:InternalPhoenixApi public val frameColumn: String = idColumns.first(),
    internal val idForm: IdForm? = IdForm.SPAN,
    internal val toData: (id: String, position: Int?, fields: AnnotationFields) -> AnnotationData,
) {
    /** A span: one unit of work in a trace. */
    SPAN(
        word = "span",
        idColumns = listOf("span_id", "context.span_id"),
        globalIdTypes = listOf("Span", "SpanAnnotation"),
        write = Capability(9, 0, 0, "span annotations with an identifier"),
        read = Capability(9, 0, 0, "reading span annotations"),
        delete = Capability.DELETE_ANNOTATIONS,
        note = Capability(12, 21, 0, "notes on spans"),
        frameColumn = "context.span_id",
        toData = { id, _, fields -> SpanAnnotationData(id, fields) },
    ),

    /**
     * A retrieved document of a span, by its position. Phoenix has no route to read or delete
     * annotations of documents.
     */
    DOCUMENT(
        word = "document",
        idColumns = SPAN.idColumns,
        globalIdTypes = listOf("DocumentAnnotation"),
        write = Capability(11, 30, 0, "document annotations"),
        supportsIdentifier = false,
        hasPosition = true,
        toData = { id, position, fields -> SpanDocumentAnnotationData(id, position ?: -1, fields) },
    ),

    /** A trace: one request with all its spans. */
    TRACE(
        word = "trace",
        idColumns = listOf("trace_id", "context.trace_id"),
        globalIdTypes = listOf("Trace", "TraceAnnotation"),
        write = Capability(9, 0, 0, "trace annotations with an identifier"),
        read = Capability(12, 0, 0, "reading trace annotations"),
        delete = Capability.DELETE_ANNOTATIONS,
        note = Capability(14, 13, 0, "notes on traces"),
        frameColumn = "context.trace_id",
        idForm = IdForm.TRACE,
        toData = { id, _, fields -> TraceAnnotationData(id, fields) },
    ),

    /** A session: the traces of one conversation. */
    SESSION(
        word = "session",
        idColumns = listOf("session_id", "attributes.session.id", "session.id"),
        globalIdTypes = listOf("ProjectSession", "ProjectSessionAnnotation"),
        write = Capability(12, 0, 0, "session annotations"),
        read = Capability(12, 0, 0, "reading session annotations"),
        delete = Capability.DELETE_ANNOTATIONS,
        note = Capability(14, 17, 0, "notes on sessions"),
        idForm = null,
        toData = { id, _, fields -> SessionAnnotationData(id, fields) },
    );

    /** The field of the id in requests and responses. */
    internal val targetField: String = idColumns.first()

    /** What the id is an id of: a document goes by its span. */
    internal val noun: String = targetField.removeSuffix("_id")

    internal val path: String = "${word}_annotations"

    internal val notesPath: String = "${word}_notes"

    /** Whether Phoenix keeps the name `note` for its notes. */
    internal val reservesNote: Boolean = note != null

    internal companion object {
        /** The reserved name of notes; exactly this spelling, `Note` is an ordinary name. */
        const val NOTE_NAME: String = "note"
    }
}
