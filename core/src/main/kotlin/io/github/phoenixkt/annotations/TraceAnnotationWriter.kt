package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of traces. `sync` means the same as in [SpanAnnotationWriter]. A trace exists
 * once one of its spans has arrived.
 */
public interface TraceAnnotationWriter {
    /**
     * Writes one annotation of a trace.
     *
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException if the annotation cannot be sent, see [AnnotationData]
     */
    public suspend fun addTraceAnnotation(
        traceId: String,
        annotationName: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
        sync: Boolean = false,
    ): InsertedAnnotation? =
        addTraceAnnotation(
            TraceAnnotationData(
                traceId,
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

    /** Writes one annotation of a trace. */
    public suspend fun addTraceAnnotation(
        annotation: TraceAnnotationData,
        sync: Boolean = false,
    ): InsertedAnnotation?

    /** Writes annotations of traces, like [SpanAnnotationWriter.logSpanAnnotations]. */
    public suspend fun logTraceAnnotations(
        traceAnnotations: Iterable<TraceAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of traces from rows that are not objects, for instance those of a data
     * frame. Otherwise like the other `logTraceAnnotations`.
     *
     * @throws IllegalArgumentException also if a row annotates something else than a trace
     */
    public suspend fun logTraceAnnotations(
        traceAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /** Adds a note to a trace, like [SpanAnnotationWriter.addSpanNote]. Since Phoenix 14.13. */
    public suspend fun addTraceNote(
        traceId: String,
        note: String,
        identifier: String? = null,
    ): InsertedNote
}

internal class TraceAnnotations(
    private val transport: Transport,
    private val writer: AnnotationWriter,
    private val notes: NoteWriter,
) : TraceAnnotationWriter {
    override suspend fun addTraceAnnotation(annotation: TraceAnnotationData, sync: Boolean) =
        writer.add(annotation, sync)

    override suspend fun logTraceAnnotations(
        traceAnnotations: Iterable<TraceAnnotationData>,
        sync: Boolean,
    ) = logTraceAnnotations(AnnotationRows.of(traceAnnotations.toList()), sync)

    override suspend fun logTraceAnnotations(
        traceAnnotations: AnnotationRows,
        sync: Boolean,
    ) = logAnnotations(transport, TargetKind.TRACE, traceAnnotations, sync)

    override suspend fun addTraceNote(traceId: String, note: String, identifier: String?) =
        notes.add(TargetKind.TRACE, traceId, note, identifier)
}
