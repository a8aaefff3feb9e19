package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of spans.
 *
 * Without `sync` Phoenix only queues: it answers before it knows whether the span exists, keeps the
 * annotation for about ten minutes in memory for a span that has not arrived yet, and then drops it
 * without a word. With `sync` it answers once the annotation is stored, or with an error when the
 * span is unknown.
 *
 * Calls of one process on the same base URL that write the same name, span and identifier are kept
 * in order: a value that was queued before does not replace one that is confirmed later, and a call
 * waits, within its total timeout, while an upload has the annotation in Phoenix's queue. Between
 * processes neither can be promised, see [io.github.phoenixkt.upload.Delivery].
 *
 * Servers from 9.0 to 12.1 can lose queued rows: there every write goes with `sync`, and still
 * returns null when it was not asked for. Errors are [io.github.phoenixkt.PhoenixException]s.
 */
public interface SpanAnnotationWriter {
    /**
     * Writes one annotation of a span.
     *
     * ```
     * client.spans.addSpanAnnotation(spanId, "correctness", label = "correct", score = 0.85)
     * ```
     *
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException when the annotation cannot be sent, see [AnnotationData]
     */
    public suspend fun addSpanAnnotation(
        spanId: String,
        annotationName: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
        sync: Boolean = false,
    ): InsertedAnnotation? =
        addSpanAnnotation(
            SpanAnnotationData(
                spanId,
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

    /** Writes one annotation of a span. */
    public suspend fun addSpanAnnotation(
        annotation: SpanAnnotationData,
        sync: Boolean = false,
    ): InsertedAnnotation?

    /**
     * Writes annotations of spans, 100 per request. All are checked before the first is sent, and
     * of rows with the same span, name and identifier only the last is.
     *
     * What the server refuses costs no other row: the request is narrowed to the rows to blame.
     * Without `sync`, lists of more than 500 rows go in windows, and each is looked up before the
     * next: Phoenix loses what it is sent too fast.
     *
     * @return with `sync` the stored annotations in the order of [spanAnnotations] (those of one
     *   key share an id and the last wins), else null
     * @throws IllegalArgumentException when there are none
     * @throws InvalidAnnotationsException when some cannot be sent; nothing was sent
     * @throws io.github.phoenixkt.PhoenixException.UploadException when not all were written; it
     *   says which were
     */
    public suspend fun logSpanAnnotations(
        spanAnnotations: Iterable<SpanAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of spans that need not be objects, for instance those of a data frame.
     *
     * @throws IllegalArgumentException also when a row is of another level
     */
    public suspend fun logSpanAnnotations(
        spanAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Leaves a note on a span. Notes add up; with an [identifier] (Phoenix 15.7 and later) a note
     * replaces the one that has the same. Always synchronous; the span must exist. Since Phoenix
     * 12.21.
     *
     * Without an [identifier], the note gets one of ours where the server knows them. A call that
     * fails tells it, in [io.github.phoenixkt.PhoenixException.noteIdentifier] or, when the client
     * was closed, in the message: sent again with it, the note is stored once. A cancellation, for
     * instance by a time limit around the call, cannot tell it: give an identifier of your own
     * where that may happen.
     */
    public suspend fun addSpanNote(
        spanId: String,
        note: String,
        identifier: String? = null,
    ): InsertedNote
}

internal class SpanAnnotations(
    private val transport: Transport,
    private val writer: AnnotationWriter,
    private val notes: NoteWriter,
) : SpanAnnotationWriter {
    override suspend fun addSpanAnnotation(annotation: SpanAnnotationData, sync: Boolean) =
        writer.add(annotation, sync)

    override suspend fun logSpanAnnotations(
        spanAnnotations: Iterable<SpanAnnotationData>,
        sync: Boolean,
    ) = logSpanAnnotations(AnnotationRows.of(spanAnnotations.toList()), sync)

    override suspend fun logSpanAnnotations(
        spanAnnotations: AnnotationRows,
        sync: Boolean,
    ) = logAnnotations(transport, TargetKind.SPAN, spanAnnotations, sync)

    override suspend fun addSpanNote(spanId: String, note: String, identifier: String?) =
        notes.add(TargetKind.SPAN, spanId, note, identifier)
}
