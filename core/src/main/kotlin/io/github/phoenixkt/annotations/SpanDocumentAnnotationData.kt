package io.github.phoenixkt.annotations

/**
 * An annotation of one retrieved document of a retriever or reranker span. See [AnnotationData].
 * Annotations of documents have no identifier: Phoenix keeps one per name, span and position. Sent
 * to `POST /v1/document_annotations`, since Phoenix 11.30.
 *
 * @property spanId the id of the retriever or reranker span, as the tracer knows it
 * @property documentPosition the position of the document, from 0, in the span's list of documents
 */
public class SpanDocumentAnnotationData
internal constructor(
    public val spanId: String,
    override val documentPosition: Int,
    override val fields: AnnotationFields,
) : AnnotationData() {
    @JvmOverloads
    public constructor(
        spanId: String,
        documentPosition: Int,
        name: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
    ) : this(
        spanId,
        documentPosition,
        AnnotationFields(
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
            )
            .snapshot(),
    )

    override val targetKind: TargetKind
        get() = TargetKind.DOCUMENT

    override val targetId: String
        get() = spanId

    override fun withScore(score: Double?): SpanDocumentAnnotationData =
        SpanDocumentAnnotationData(spanId, documentPosition, fields.copy(score = score))

    /** Collects the values of a [SpanDocumentAnnotationData]. Not thread-safe. */
    public class Builder
    internal constructor(
        private val spanId: String,
        private val documentPosition: Int,
        name: String,
    ) : AnnotationData.Builder<Builder>(name) {
        /** Returns the annotation. It is checked when it is sent. */
        public fun build(): SpanDocumentAnnotationData =
            SpanDocumentAnnotationData(spanId, documentPosition, fields())
    }

    public companion object {
        /** Returns a builder. The annotator kind is [AnnotatorKind.HUMAN] unless you set it. */
        @JvmStatic
        public fun builder(spanId: String, documentPosition: Int, name: String): Builder =
            Builder(spanId, documentPosition, name)
    }
}
