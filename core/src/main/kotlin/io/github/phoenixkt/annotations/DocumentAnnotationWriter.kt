package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of retrieved documents. `sync` means the same as in [SpanAnnotationWriter].
 * With `sync`, Phoenix rejects a position that the span does not have. Without `sync`, it silently
 * drops the annotation. Since Phoenix 11.30.
 *
 * Annotations of documents cannot be read back. A call with `sync` that follows a queued write of
 * the same annotation within ten seconds therefore takes a second longer. If Phoenix is busy, the
 * older value may be visible until Phoenix has stored its queue.
 */
public interface DocumentAnnotationWriter {
    /**
     * Writes one annotation of a retrieved document.
     *
     * ```
     * client.spans.addDocumentAnnotation(retrieverSpanId, 0, "relevance", AnnotatorKind.LLM, label = "relevant", score = 0.95)
     * ```
     *
     * @param documentPosition the position of the document, from 0, in the list of the retriever or
     *   reranker span
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException if the annotation cannot be sent, see [AnnotationData]
     */
    public suspend fun addDocumentAnnotation(
        spanId: String,
        documentPosition: Int,
        annotationName: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        sync: Boolean = false,
    ): InsertedAnnotation? =
        addDocumentAnnotation(
            SpanDocumentAnnotationData(
                spanId,
                documentPosition,
                annotationName,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
            ),
            sync,
        )

    /** Writes one annotation of a retrieved document. */
    public suspend fun addDocumentAnnotation(
        annotation: SpanDocumentAnnotationData,
        sync: Boolean = false,
    ): InsertedAnnotation?

    /**
     * Writes annotations of retrieved documents, like [SpanAnnotationWriter.logSpanAnnotations].
     */
    public suspend fun logDocumentAnnotations(
        documentAnnotations: Iterable<SpanDocumentAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of retrieved documents from rows that are not objects, for instance those
     * of a data frame. Otherwise like the other `logDocumentAnnotations`.
     *
     * @throws IllegalArgumentException also if a row annotates something else than a retrieved
     *   document
     */
    public suspend fun logDocumentAnnotations(
        documentAnnotations: AnnotationRows,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?
}

internal class DocumentAnnotations(
    private val transport: Transport,
    private val writer: AnnotationWriter,
) : DocumentAnnotationWriter {
    override suspend fun addDocumentAnnotation(
        annotation: SpanDocumentAnnotationData,
        sync: Boolean,
    ) = writer.add(annotation, sync)

    override suspend fun logDocumentAnnotations(
        documentAnnotations: Iterable<SpanDocumentAnnotationData>,
        sync: Boolean,
    ) = logDocumentAnnotations(AnnotationRows.of(documentAnnotations.toList()), sync)

    override suspend fun logDocumentAnnotations(
        documentAnnotations: AnnotationRows,
        sync: Boolean,
    ) = logAnnotations(transport, TargetKind.DOCUMENT, documentAnnotations, sync)
}
