package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of spans.
 *
 * Without `sync`, Phoenix only queues the annotation. It answers before it knows whether the span
 * exists, keeps the annotation in memory for about ten minutes in case the span arrives, and then
 * drops it; nothing reports that. With `sync`, Phoenix answers when the annotation is stored, or
 * with an error if it does not know the span.
 *
 * Calls of one process on the same base URL that write the same name, span and identifier are kept
 * in order: a value that was queued earlier does not replace one that is confirmed later. While an
 * upload has the annotation in Phoenix's queue, a call waits, up to its total timeout. Between
 * processes there is no such order, see [io.github.phoenixkt.upload.Delivery].
 *
 * Phoenix 9.0 to 12.1 can lose queued rows. On these servers, every write is confirmed, but the
 * functions still return null unless `sync` is true. Errors are
 * [io.github.phoenixkt.PhoenixException]s.
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
     * @throws InvalidAnnotationsException if the annotation cannot be sent, see [AnnotationData]
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
     * Writes annotations of spans, 100 per request. All are checked before the first request. Of
     * annotations with the same span, name and identifier only the last is sent.
     *
     * If Phoenix rejects a row, the other rows of its request are still written. Without `sync`,
     * more than 500 rows are sent in windows, and each window is read back before the next is sent:
     * Phoenix loses rows that arrive too fast.
     *
     * @return with `sync` the stored annotations in the order of [spanAnnotations], else null.
     *   Annotations with the same span, name and identifier have the same id.
     * @throws IllegalArgumentException if there are no annotations
     * @throws InvalidAnnotationsException if some cannot be sent; nothing was sent
     * @throws io.github.phoenixkt.PhoenixException.UploadException if some were not written; its
     *   report has the outcome of each
     */
    public suspend fun logSpanAnnotations(
        spanAnnotations: Iterable<SpanAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of spans from rows that are not objects, for instance those of a data
     * frame. Otherwise like the other `logSpanAnnotations`.
     *
     * @throws IllegalArgumentException also if a row annotates something else than a span
     */
    public suspend fun logSpanAnnotations(
        spanAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Adds a note to a span. A span can have several notes. A note with an [identifier] (since
     * Phoenix 15.7) replaces the note that has the same identifier. The call returns when the note
     * is stored; the span must exist. Since Phoenix 12.21.
     *
     * Without an [identifier], this library generates one if the server supports it. If the call
     * fails, [io.github.phoenixkt.PhoenixException.noteIdentifier] has it; if the client was
     * closed, the message has it. Send the note again with this identifier, and it is stored once.
     * If the call is cancelled, for instance by a time limit, you do not learn the identifier: give
     * your own where that may happen.
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
