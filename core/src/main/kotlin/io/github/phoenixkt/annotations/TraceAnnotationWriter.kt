package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of traces. What [SpanAnnotationWriter] says of `sync` holds here too; a trace
 * exists once a span of it has arrived.
 */
public interface TraceAnnotationWriter {
    /**
     * Writes one annotation of a trace.
     *
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException when the annotation cannot be sent, see [AnnotationData]
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

    /**
     * Writes annotations of traces; what [SpanAnnotationWriter.logSpanAnnotations] says holds here
     * too.
     */
    public suspend fun logTraceAnnotations(
        traceAnnotations: Iterable<TraceAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of traces that need not be objects, for instance those of a data frame.
     *
     * @throws IllegalArgumentException also when a row is of another level
     */
    public suspend fun logTraceAnnotations(
        traceAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Leaves a note on a trace; what [SpanAnnotationWriter.addSpanNote] says holds here too. Since
     * Phoenix 14.13.
     */
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
