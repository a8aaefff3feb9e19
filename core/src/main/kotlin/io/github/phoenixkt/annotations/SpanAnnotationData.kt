package io.github.phoenixkt.annotations

/**
 * An annotation of a span. See [AnnotationData]. Sent to `POST /v1/span_annotations`.
 *
 * @property spanId the id of the span, as the tracer knows it
 */
public class SpanAnnotationData
internal constructor(
    public val spanId: String,
    override val fields: AnnotationFields,
) : AnnotationData() {
    @JvmOverloads
    public constructor(
        spanId: String,
        name: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
    ) : this(
        spanId,
        AnnotationFields(
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
                identifier,
            )
            .snapshot(),
    )

    override val targetKind: TargetKind
        get() = TargetKind.SPAN

    override val targetId: String
        get() = spanId

    override fun withScore(score: Double?): SpanAnnotationData =
        SpanAnnotationData(spanId, fields.copy(score = score))

    /** Collects the values of a [SpanAnnotationData]. Not thread-safe. */
    public class Builder internal constructor(private val spanId: String, name: String) :
        IdentifiedBuilder<Builder>(name) {
        /** Returns the annotation. It is checked when it is sent. */
        public fun build(): SpanAnnotationData = SpanAnnotationData(spanId, fields())
    }

    public companion object {
        /** Returns a builder. The annotator kind is [AnnotatorKind.HUMAN] unless you set it. */
        @JvmStatic public fun builder(spanId: String, name: String): Builder = Builder(spanId, name)
    }
}
