package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.snapshot

/**
 * An annotation to write. At least one of [label], [score] and [explanation] is required.
 *
 * Phoenix keeps one annotation per name, target and [identifier]. Writing the same three again
 * **replaces** the whole annotation, even if another user wrote it. To keep several annotations of
 * one name, give them distinct identifiers: one per reviewer, or one per run.
 *
 * Texts are trimmed; null and blank mean absent. An annotation is checked when it is sent, and not
 * before, so that the problems of many annotations are reported together.
 *
 * More subclasses may be added: keep an `else` branch where you branch on it.
 */
public sealed class AnnotationData {
    internal abstract val fields: AnnotationFields

    /** What is judged, for instance `correctness`. */
    public val name: String
        get() = fields.name

    /** Who judged. */
    public val annotatorKind: AnnotatorKind
        get() = fields.annotatorKind

    /** A category, for instance `correct`. */
    public val label: String?
        get() = fields.label

    /** Any finite number; Phoenix sets no range. NaN and infinity cannot be sent. */
    public val score: Double?
        get() = fields.score

    /** Free text: why. */
    public val explanation: String?
        get() = fields.explanation

    /**
     * Anything JSON can hold: null, booleans, texts, numbers from −2^63 to 2^64−1, maps,
     * collections, arrays, and `JsonElement`s of kotlinx.serialization. Dates, UUIDs and enums are
     * sent as text. Values of other classes cannot be sent: convert the trees of other JSON
     * libraries to maps.
     *
     * This is a copy of what was given, nested maps, lists and arrays included.
     */
    public val metadata: Map<String, Any?>?
        get() = fields.metadata

    /** Distinguishes annotations of one name on one target; null is a value of its own. */
    public val identifier: String?
        get() = fields.identifier

    /** What the annotation is put on. */
    public abstract val targetKind: TargetKind

    /** The id of the span, trace or session. */
    public abstract val targetId: String

    /** The position of the retrieved document, from 0; null except for documents. */
    public open val documentPosition: Int?
        get() = null

    /** Returns this annotation with another score. */
    public abstract fun withScore(score: Double?): AnnotationData

    override fun equals(other: Any?): Boolean =
        other is AnnotationData &&
            targetKind == other.targetKind &&
            targetId == other.targetId &&
            documentPosition == other.documentPosition &&
            fields == other.fields

    override fun hashCode(): Int = listOf(targetId, documentPosition, fields).hashCode()

    override fun toString(): String {
        val target =
            listOfNotNull(targetId.forMessage(), documentPosition?.let { "document $it" })
                .joinToString(" ")
        return "${name.forMessage()} on ${targetKind.noun} $target by $annotatorKind: " +
            "label=${label?.forMessage()}, score=$score, identifier=${identifier?.forMessage()}"
    }

    /** The part that all builders share. */
    public abstract class Builder<B : Builder<B>> internal constructor(private val name: String) {
        private var annotatorKind = AnnotatorKind.HUMAN
        private var label: String? = null
        private var score: Double? = null
        private var explanation: String? = null
        private var metadata: Map<String, Any?>? = null

        /** Sets who judged; [AnnotatorKind.HUMAN] by default. */
        public fun annotatorKind(kind: AnnotatorKind): B = set { annotatorKind = kind }

        /** Sets the category; null or blank for none. */
        public fun label(label: String?): B = set { this.label = label }

        /** Sets the score; null for none. */
        public fun score(score: Double?): B = set { this.score = score }

        /** Sets the score; whole numbers need no `.0` in Java. */
        public fun score(score: Double): B = score(score as Double?)

        /** Sets the explanation; null or blank for none. */
        public fun explanation(explanation: String?): B = set { this.explanation = explanation }

        /** Sets the metadata; null for none. */
        public fun metadata(metadata: Map<String, Any?>?): B = set { this.metadata = metadata }

        internal open fun fields(): AnnotationFields =
            AnnotationFields(name, annotatorKind, label, score, explanation, metadata).snapshot()

        @Suppress("UNCHECKED_CAST")
        internal inline fun set(change: () -> Unit): B {
            change()
            return this as B
        }
    }

    /** A builder for targets whose annotations have identifiers: all but documents. */
    public abstract class IdentifiedBuilder<B : IdentifiedBuilder<B>>
    internal constructor(name: String) : Builder<B>(name) {
        private var identifier: String? = null

        /** Sets what distinguishes annotations of one name on one target; null for none. */
        public fun identifier(identifier: String?): B = set { this.identifier = identifier }

        internal override fun fields(): AnnotationFields =
            super.fields().copy(identifier = identifier)
    }
}

/** What an annotation says, on whatever target. */
internal data class AnnotationFields(
    val name: String,
    val annotatorKind: AnnotatorKind,
    val label: String?,
    val score: Double?,
    val explanation: String?,
    val metadata: Map<String, Any?>?,
    val identifier: String? = null,
) {
    /** These fields with a copy of the metadata, which the caller may change later. */
    fun snapshot(): AnnotationFields = copy(metadata = metadata?.let { snapshot(it) })
}
