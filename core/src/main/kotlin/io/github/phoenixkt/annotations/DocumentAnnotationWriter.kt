package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.logAnnotations

/**
 * Writes annotations of retrieved documents. What [SpanAnnotationWriter] says of `sync` holds here
 * too; a position that the span does not have is refused with `sync` and dropped without a word
 * otherwise. Since Phoenix 11.30.
 *
 * Documents cannot be read back: a call with `sync` that follows a queued one of the same
 * annotation within ten seconds takes a second longer, and where Phoenix is busy the older value
 * may show until Phoenix has stored what is in its queue.
 */
public interface DocumentAnnotationWriter {
    /**
     * Writes one annotation of a retrieved document.
     *
     * ```
     * client.spans.addDocumentAnnotation(retrieverSpanId, 0, "relevance", AnnotatorKind.LLM, label = "relevant", score = 0.95)
     * ```
     *
     * @param documentPosition which document of the retriever or reranker span, from 0
     * @return the stored annotation with `sync`, else null
     * @throws InvalidAnnotationsException when the annotation cannot be sent, see [AnnotationData]
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
     * Writes annotations of retrieved documents; what [SpanAnnotationWriter.logSpanAnnotations]
     * says holds here too.
     */
    public suspend fun logDocumentAnnotations(
        documentAnnotations: Iterable<SpanDocumentAnnotationData>,
        sync: Boolean = false,
    ): List<InsertedAnnotation>?

    /**
     * Writes annotations of retrieved documents that need not be objects, for instance those of a
     * data frame.
     *
     * @throws IllegalArgumentException also when a row is of another level
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
