package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of sessions. `sync` means the same as in [SpanAnnotationWriter]. A session
 * exists once a span with the attribute `session.id` has arrived. Since Phoenix 12.0.
 */
public interface SessionAnnotationWriter {
    /**
     * Writes one annotation of a session.
     *
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException if the annotation cannot be sent, see [AnnotationData]
     */
    public suspend fun addSessionAnnotation(
        sessionId: String,
        annotationName: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
        sync: Boolean = false,
    ): InsertedAnnotation? =
        addSessionAnnotation(
            SessionAnnotationData(
                sessionId,
                annotationName,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
                identifier,
            ),
            sync,
        )

    /** Writes one annotation of a session. */
    public suspend fun addSessionAnnotation(
        annotation: SessionAnnotationData,
        sync: Boolean = false,
    ): InsertedAnnotation?

    /**
     * Writes annotations of sessions; what [SpanAnnotationWriter.logSpanAnnotations] says holds
     * here too.
     */
    public suspend fun logSessionAnnotations(
        sessionAnnotations: Iterable<SessionAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of sessions from rows that are not objects, for instance those of a data
     * frame. Otherwise like the other `logSessionAnnotations`.
     *
     * @throws IllegalArgumentException also if a row annotates something else than a session
     */
    public suspend fun logSessionAnnotations(
        sessionAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /** Adds a note to a session, like [SpanAnnotationWriter.addSpanNote]. Since Phoenix 14.17. */
    public suspend fun addSessionNote(
        sessionId: String,
        note: String,
        identifier: String? = null,
    ): InsertedNote
}

internal class SessionAnnotations(
    private val transport: Transport,
    private val writer: AnnotationWriter,
    private val notes: NoteWriter,
) : SessionAnnotationWriter {
    override suspend fun addSessionAnnotation(annotation: SessionAnnotationData, sync: Boolean) =
        writer.add(annotation, sync)

    override suspend fun logSessionAnnotations(
        sessionAnnotations: Iterable<SessionAnnotationData>,
        sync: Boolean,
    ) = logSessionAnnotations(AnnotationRows.of(sessionAnnotations.toList()), sync)

    override suspend fun logSessionAnnotations(
        sessionAnnotations: AnnotationRows,
        sync: Boolean,
    ) = logAnnotations(transport, TargetKind.SESSION, sessionAnnotations, sync)

    override suspend fun addSessionNote(sessionId: String, note: String, identifier: String?) =
        notes.add(TargetKind.SESSION, sessionId, note, identifier)
}
