package io.github.phoenixkt.annotations

/**
 * An annotation of a trace. See [AnnotationData]. Sent to `POST /v1/trace_annotations`.
 *
 * @property traceId the id of the trace, as the tracer knows it
 */
public class TraceAnnotationData
internal constructor(
    public val traceId: String,
    override val fields: AnnotationFields,
) : AnnotationData() {
    @JvmOverloads
    public constructor(
        traceId: String,
        name: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
    ) : this(
        traceId,
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
        get() = TargetKind.TRACE

    override val targetId: String
        get() = traceId

    override fun withScore(score: Double?): TraceAnnotationData =
        TraceAnnotationData(traceId, fields.copy(score = score))

    /** Collects the values of a [TraceAnnotationData]. Not thread-safe. */
    public class Builder internal constructor(private val traceId: String, name: String) :
        IdentifiedBuilder<Builder>(name) {
        /** Returns the annotation. It is checked when it is sent. */
        public fun build(): TraceAnnotationData = TraceAnnotationData(traceId, fields())
    }

    public companion object {
        /** Returns a builder. The annotator kind is [AnnotatorKind.HUMAN] unless you set it. */
        @JvmStatic
        public fun builder(traceId: String, name: String): Builder = Builder(traceId, name)
    }
}
