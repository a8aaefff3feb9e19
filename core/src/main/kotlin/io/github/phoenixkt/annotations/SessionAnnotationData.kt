package io.github.phoenixkt.annotations

/**
 * An annotation of a session. See [AnnotationData]. A session exists once a span with the attribute
 * `session.id` has arrived. Sent to `POST /v1/session_annotations`, since Phoenix 12.0.
 *
 * @property sessionId the id of the session: the attribute `session.id` of its spans
 */
public class SessionAnnotationData
internal constructor(
    public val sessionId: String,
    override val fields: AnnotationFields,
) : AnnotationData() {
    @JvmOverloads
    public constructor(
        sessionId: String,
        name: String,
        annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
        label: String? = null,
        score: Double? = null,
        explanation: String? = null,
        metadata: Map<String, Any?>? = null,
        identifier: String? = null,
    ) : this(
        sessionId,
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
        get() = TargetKind.SESSION

    override val targetId: String
        get() = sessionId

    override fun withScore(score: Double?): SessionAnnotationData =
        SessionAnnotationData(sessionId, fields.copy(score = score))

    /** Collects the values of a [SessionAnnotationData]. Not thread-safe. */
    public class Builder internal constructor(private val sessionId: String, name: String) :
        IdentifiedBuilder<Builder>(name) {
        /** Returns the annotation. It is checked when it is sent. */
        public fun build(): SessionAnnotationData = SessionAnnotationData(sessionId, fields())
    }

    public companion object {
        /** Returns a builder. The annotator kind is [AnnotatorKind.HUMAN] unless you set it. */
        @JvmStatic
        public fun builder(sessionId: String, name: String): Builder = Builder(sessionId, name)
    }
}
