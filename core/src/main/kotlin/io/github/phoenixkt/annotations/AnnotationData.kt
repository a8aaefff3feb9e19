package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.snapshot

/**
 * An annotation to write. At least one of [label], [score] and [explanation] is required.
 *
 * Phoenix keeps one annotation per name, target and [identifier]: writing the same three again
 * **replaces** the whole row, even if another user wrote it. Give distinct identifiers (one per
 * reviewer, one per run) to keep several of one name.
 *
 * Texts are trimmed; null and blank mean absent. Nothing is checked here but when the annotation is
 * sent, so that all problems of many rows are told at once.
 *
 * The tree may grow: keep an `else` branch where you branch on it.
 *
 * @property name what is judged, for instance `correctness`
 * @property annotatorKind who judged
 * @property label a category, for instance `correct`
 * @property score any finite number; Phoenix sets no range. NaN and infinity cannot be sent
 * @property explanation free text: why
 * @param metadata anything JSON can hold: null, flags, texts, numbers from −2^63 to 2^64−1, maps,
 *   collections, arrays, and `JsonElement`s of kotlinx.serialization. Dates, UUIDs, enums and the
 *   like become text. What is of another class is told as a problem: convert trees of other JSON
 *   libraries to maps
 * @property identifier tells annotations of one name on one target apart; null is a value of its
 *   own
 */
public sealed class AnnotationData(
    public val name: String,
    public val annotatorKind: AnnotatorKind,
    public val label: String?,
    public val score: Double?,
    public val explanation: String?,
    metadata: Map<String, Any?>?,
    public val identifier: String?,
) {
    /** A copy of what was given, nested maps, lists and arrays included. */
    public val metadata: Map<String, Any?>? = metadata?.let(::snapshot)

    /** What the annotation is put on. */
    public abstract val targetKind: TargetKind

    /** The span, trace or session id. */
    public abstract val targetId: String

    /** Which retrieved document of the span, from 0; null except for documents. */
    public open val documentPosition: Int?
        get() = null

    /** This annotation with another score. */
    public abstract fun withScore(score: Double?): AnnotationData

    override fun equals(other: Any?): Boolean =
        other is AnnotationData && targetKind == other.targetKind && fields() == other.fields()

    override fun hashCode(): Int = fields().hashCode()

    override fun toString(): String {
        val target =
            listOfNotNull(targetId.forMessage(), documentPosition?.let { "document $it" })
                .joinToString(" ")
        return "${name.forMessage()} on ${targetKind.noun} $target by $annotatorKind: " +
            "label=${label?.forMessage()}, score=$score, identifier=${identifier?.forMessage()}"
    }

    private fun fields() =
        listOf(
            targetId,
            documentPosition,
            name,
            annotatorKind,
            label,
            score,
            explanation,
            metadata,
            identifier,
        )

    /** What the builders of all annotations share. */
    public abstract class Builder<B : Builder<B>> internal constructor() {
        internal var annotatorKind = AnnotatorKind.HUMAN
        internal var label: String? = null
        internal var score: Double? = null
        internal var explanation: String? = null
        internal var metadata: Map<String, Any?>? = null

        /** Who judged; [AnnotatorKind.HUMAN] unless set. */
        public fun annotatorKind(kind: AnnotatorKind): B = apply { annotatorKind = kind }.self()

        /** Sets the category; null or blank for none. */
        public fun label(label: String?): B = apply { this.label = label }.self()

        /** Sets the score; null for none. */
        public fun score(score: Double?): B = apply { this.score = score }.self()

        /** Sets the score; whole numbers need no `.0` in Java. */
        public fun score(score: Double): B = score(score as Double?)

        /** Sets the free text; null or blank for none. */
        public fun explanation(explanation: String?): B = apply {
            this.explanation = explanation
        }
            .self()

        /** Sets the metadata; null for none. */
        public fun metadata(metadata: Map<String, Any?>?): B = apply {
            this.metadata = metadata
        }
            .self()

        @Suppress("UNCHECKED_CAST") private fun self(): B = this as B
    }

    /** A builder for the levels that know identifiers: all but documents. */
    public abstract class IdentifiedBuilder<B : IdentifiedBuilder<B>> internal constructor() :
        Builder<B>() {
        internal var identifier: String? = null

        /** Sets what tells annotations of one name on one target apart; null for none. */
        @Suppress("UNCHECKED_CAST")
        public fun identifier(identifier: String?): B = apply { this.identifier = identifier } as B
    }
}

/**
 * An annotation of a span. See [AnnotationData]. Source: `POST /v1/span_annotations`.
 *
 * @property spanId the span, by the id that the tracer knows
 */
public class SpanAnnotationData
@JvmOverloads
constructor(
    public val spanId: String,
    name: String,
    annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
    label: String? = null,
    score: Double? = null,
    explanation: String? = null,
    metadata: Map<String, Any?>? = null,
    identifier: String? = null,
) : AnnotationData(name, annotatorKind, label, score, explanation, metadata, identifier) {
    override val targetKind: TargetKind
        get() = TargetKind.SPAN

    override val targetId: String
        get() = spanId

    override fun withScore(score: Double?): SpanAnnotationData =
        SpanAnnotationData(
            spanId,
            name,
            annotatorKind,
            label,
            score,
            explanation,
            metadata,
            identifier,
        )

    /** Collects the values of a [SpanAnnotationData]. Not thread-safe. */
    public class Builder
    internal constructor(private val spanId: String, private val name: String) :
        IdentifiedBuilder<Builder>() {
        /** The annotation; it is checked when it is sent. */
        public fun build(): SpanAnnotationData =
            SpanAnnotationData(
                spanId,
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
                identifier,
            )
    }

    public companion object {
        /** Starts an annotation by a [AnnotatorKind.HUMAN]. */
        @JvmStatic public fun builder(spanId: String, name: String): Builder = Builder(spanId, name)
    }
}

/**
 * An annotation of one retrieved document of a retriever or reranker span. See [AnnotationData].
 * Documents have no identifier: one annotation per name, span and position. Source: `POST
 * /v1/document_annotations`, since Phoenix 11.30.
 *
 * @property spanId the retriever or reranker span, by the id that the tracer knows
 * @property documentPosition which document, from 0, in the order in which the span lists them
 */
public class SpanDocumentAnnotationData
@JvmOverloads
constructor(
    public val spanId: String,
    override val documentPosition: Int,
    name: String,
    annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
    label: String? = null,
    score: Double? = null,
    explanation: String? = null,
    metadata: Map<String, Any?>? = null,
) : AnnotationData(name, annotatorKind, label, score, explanation, metadata, identifier = null) {
    override val targetKind: TargetKind
        get() = TargetKind.DOCUMENT

    override val targetId: String
        get() = spanId

    override fun withScore(score: Double?): SpanDocumentAnnotationData =
        SpanDocumentAnnotationData(
            spanId,
            documentPosition,
            name,
            annotatorKind,
            label,
            score,
            explanation,
            metadata,
        )

    /** Collects the values of a [SpanDocumentAnnotationData]. Not thread-safe. */
    public class Builder
    internal constructor(
        private val spanId: String,
        private val documentPosition: Int,
        private val name: String,
    ) : AnnotationData.Builder<Builder>() {
        /** The annotation; it is checked when it is sent. */
        public fun build(): SpanDocumentAnnotationData =
            SpanDocumentAnnotationData(
                spanId,
                documentPosition,
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
            )
    }

    public companion object {
        /** Starts an annotation by a [AnnotatorKind.HUMAN]. */
        @JvmStatic
        public fun builder(spanId: String, documentPosition: Int, name: String): Builder =
            Builder(spanId, documentPosition, name)
    }
}

/**
 * An annotation of a trace. See [AnnotationData]. Source: `POST /v1/trace_annotations`.
 *
 * @property traceId the trace, by the id that the tracer knows
 */
public class TraceAnnotationData
@JvmOverloads
constructor(
    public val traceId: String,
    name: String,
    annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
    label: String? = null,
    score: Double? = null,
    explanation: String? = null,
    metadata: Map<String, Any?>? = null,
    identifier: String? = null,
) : AnnotationData(name, annotatorKind, label, score, explanation, metadata, identifier) {
    override val targetKind: TargetKind
        get() = TargetKind.TRACE

    override val targetId: String
        get() = traceId

    override fun withScore(score: Double?): TraceAnnotationData =
        TraceAnnotationData(
            traceId,
            name,
            annotatorKind,
            label,
            score,
            explanation,
            metadata,
            identifier,
        )

    /** Collects the values of a [TraceAnnotationData]. Not thread-safe. */
    public class Builder
    internal constructor(private val traceId: String, private val name: String) :
        IdentifiedBuilder<Builder>() {
        /** The annotation; it is checked when it is sent. */
        public fun build(): TraceAnnotationData =
            TraceAnnotationData(
                traceId,
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
                identifier,
            )
    }

    public companion object {
        /** Starts an annotation by a [AnnotatorKind.HUMAN]. */
        @JvmStatic
        public fun builder(traceId: String, name: String): Builder = Builder(traceId, name)
    }
}

/**
 * An annotation of a session. See [AnnotationData]. The session exists once a span with the
 * attribute `session.id` has arrived. Source: `POST /v1/session_annotations`, since Phoenix 12.0.
 *
 * @property sessionId the session, by the id in the attribute `session.id` of its spans
 */
public class SessionAnnotationData
@JvmOverloads
constructor(
    public val sessionId: String,
    name: String,
    annotatorKind: AnnotatorKind = AnnotatorKind.HUMAN,
    label: String? = null,
    score: Double? = null,
    explanation: String? = null,
    metadata: Map<String, Any?>? = null,
    identifier: String? = null,
) : AnnotationData(name, annotatorKind, label, score, explanation, metadata, identifier) {
    override val targetKind: TargetKind
        get() = TargetKind.SESSION

    override val targetId: String
        get() = sessionId

    override fun withScore(score: Double?): SessionAnnotationData =
        SessionAnnotationData(
            sessionId,
            name,
            annotatorKind,
            label,
            score,
            explanation,
            metadata,
            identifier,
        )

    /** Collects the values of a [SessionAnnotationData]. Not thread-safe. */
    public class Builder
    internal constructor(private val sessionId: String, private val name: String) :
        IdentifiedBuilder<Builder>() {
        /** The annotation; it is checked when it is sent. */
        public fun build(): SessionAnnotationData =
            SessionAnnotationData(
                sessionId,
                name,
                annotatorKind,
                label,
                score,
                explanation,
                metadata,
                identifier,
            )
    }

    public companion object {
        /** Starts an annotation by a [AnnotatorKind.HUMAN]. */
        @JvmStatic
        public fun builder(sessionId: String, name: String): Builder = Builder(sessionId, name)
    }
}
