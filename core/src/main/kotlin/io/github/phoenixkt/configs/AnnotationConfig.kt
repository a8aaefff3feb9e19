package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.forMessage

/** Whether a higher score is better. */
public enum class OptimizationDirection {
    /** Lower is better. */
    MINIMIZE,

    /** Higher is better. */
    MAXIMIZE,

    /** Neither. */
    NONE,
}

/**
 * A rubric: which labels or scores an annotation of its [name] should have. Phoenix shows it to
 * people who annotate, and never checks an annotation against it: see
 * [AnnotationConfigsResource.check].
 *
 * The tree may grow: keep an `else` branch.
 *
 * @property name what the annotations are called that it is about
 * @property description for people who annotate, or null
 */
public sealed class AnnotationConfig(public val name: String, public val description: String?) {
    /** Holds [annotation] against this config without asking the server. */
    public fun check(annotation: AnnotationData): AnnotationCheck =
        when (this) {
            is CategoricalAnnotationConfig -> checkLabel(this, annotation)
            is ContinuousAnnotationConfig -> checkScore(this, annotation)
            is FreeformAnnotationConfig -> checkText(this, annotation)
            is UnknownAnnotationConfig -> AnnotationCheck(annotation, emptyList())
        }

    override fun toString(): String = "${javaClass.simpleName}(${name.forMessage()})"
}

/**
 * One of some labels.
 *
 * @property values at least one, with different labels
 * @property optimizationDirection whether a higher score is better
 */
public class CategoricalAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    public val values: List<CategoricalValue>,
    public val optimizationDirection: OptimizationDirection = OptimizationDirection.NONE,
    description: String? = null,
) : AnnotationConfig(name, description) {
    init {
        require(values.isNotEmpty()) { "The config \"${name.forMessage()}\" has no values: give at least one." }
        require(values.all { it.label.isNotEmpty() }) {
            "A value of the config \"${name.forMessage()}\" has no label."
        }
        requireDifferent(name, values.map { it.label })
    }

    /** Collects the values of a [CategoricalAnnotationConfig]. Not thread-safe. */
    public class Builder internal constructor(private val name: String) {
        private val values = mutableListOf<CategoricalValue>()
        private var direction = OptimizationDirection.NONE
        private var description: String? = null

        /** Adds a label without a score. */
        public fun value(label: String): Builder = apply { values += CategoricalValue(label) }

        /** Adds a label and its score, which is finite. */
        public fun value(label: String, score: Double): Builder = apply {
            values += CategoricalValue(label, score)
        }

        /** Sets whether a higher score is better; [OptimizationDirection.NONE] unless set. */
        public fun optimizationDirection(direction: OptimizationDirection): Builder = apply {
            this.direction = direction
        }

        /** Sets what people who annotate read; null for none. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /** The config; throws [IllegalArgumentException] without any value. */
        public fun build(): CategoricalAnnotationConfig =
            CategoricalAnnotationConfig(name, values.toList(), direction, description)
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * A label, and the score that goes with it.
 *
 * @property label what the annotation says
 * @property score finite, or null for none
 */
public class CategoricalValue
@JvmOverloads
constructor(public val label: String, public val score: Double? = null) {
    init {
        require(score?.isFinite() != false) {
            "The score of \"${label.forMessage()}\" is $score, which is no finite number."
        }
    }

    override fun equals(other: Any?): Boolean =
        other is CategoricalValue && label == other.label && score == other.score

    override fun hashCode(): Int = label.hashCode() * 31 + score.hashCode()

    override fun toString(): String = label.forMessage() + score?.let { " ($it)" }.orEmpty()
}

/**
 * A score, within bounds that are both inclusive and both optional.
 *
 * @property lowerBound the lowest score, or null for no bound
 * @property upperBound the highest score, or null for no bound
 * @property optimizationDirection whether a higher score is better
 */
public class ContinuousAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    public val lowerBound: Double? = null,
    public val upperBound: Double? = null,
    public val optimizationDirection: OptimizationDirection = OptimizationDirection.NONE,
    description: String? = null,
) : AnnotationConfig(name, description) {
    init {
        requireBounds(name, lowerBound, upperBound)
    }

    /** Collects the values of a [ContinuousAnnotationConfig]. Not thread-safe. */
    public class Builder internal constructor(private val name: String) {
        private var lowerBound: Double? = null
        private var upperBound: Double? = null
        private var direction = OptimizationDirection.NONE
        private var description: String? = null

        /** Sets the lowest score; without it there is no bound. */
        public fun lowerBound(score: Double): Builder = apply { lowerBound = score }

        /** Sets the highest score; without it there is no bound. */
        public fun upperBound(score: Double): Builder = apply { upperBound = score }

        /** Sets whether a higher score is better; [OptimizationDirection.NONE] unless set. */
        public fun optimizationDirection(direction: OptimizationDirection): Builder = apply {
            this.direction = direction
        }

        /** Sets what people who annotate read; null for none. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /** The config; throws [IllegalArgumentException] when the bounds are none. */
        public fun build(): ContinuousAnnotationConfig =
            ContinuousAnnotationConfig(name, lowerBound, upperBound, direction, description)
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * Free text, in the explanation.
 *
 * @property optimizationDirection this and the numbers below: since Phoenix 16.0
 * @property threshold the score that divides good from bad
 * @property lowerBound the lowest score, or null for no bound
 * @property upperBound the highest score, or null for no bound
 */
public class FreeformAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    description: String? = null,
    public val optimizationDirection: OptimizationDirection? = null,
    public val threshold: Double? = null,
    public val lowerBound: Double? = null,
    public val upperBound: Double? = null,
) : AnnotationConfig(name, description) {
    init {
        requireBounds(name, lowerBound, upperBound)
        require(threshold?.isFinite() != false) {
            "The threshold of the config \"${name.forMessage()}\" is $threshold, which is no finite number."
        }
    }

    /** Collects the values of a [FreeformAnnotationConfig]. Not thread-safe. */
    public class Builder internal constructor(private val name: String) {
        private var description: String? = null
        private var direction: OptimizationDirection? = null
        private var threshold: Double? = null
        private var lowerBound: Double? = null
        private var upperBound: Double? = null

        /** Sets what people who annotate read; null for none. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /** Sets whether a higher score is better; since Phoenix 16.0. */
        public fun optimizationDirection(direction: OptimizationDirection): Builder = apply {
            this.direction = direction
        }

        /** Sets the score that divides good from bad; since Phoenix 16.0. */
        public fun threshold(score: Double): Builder = apply { threshold = score }

        /** Sets the lowest score; without it there is no bound. Since Phoenix 16.0. */
        public fun lowerBound(score: Double): Builder = apply { lowerBound = score }

        /** Sets the highest score; without it there is no bound. Since Phoenix 16.0. */
        public fun upperBound(score: Double): Builder = apply { upperBound = score }

        /** The config; throws [IllegalArgumentException] when the bounds are none. */
        public fun build(): FreeformAnnotationConfig =
            FreeformAnnotationConfig(
                name,
                description,
                direction,
                threshold,
                lowerBound,
                upperBound,
            )
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * A config of the server's that this library does not know, or would not write; read only.
 *
 * @property type the type in Phoenix's word, for instance `CATEGORICAL`
 */
public class UnknownAnnotationConfig
internal constructor(name: String, description: String?, public val type: String) :
    AnnotationConfig(name, description)

/**
 * A config as Phoenix has it.
 *
 * @property id changes when an update changes the type; the old one keeps its meaning
 * @property config the rubric itself
 */
public class StoredAnnotationConfig
internal constructor(public val id: String, public val config: AnnotationConfig) {
    /** The name of the [config]. */
    public val name: String
        get() = config.name

    override fun toString(): String = "$config, id=$id"
}

internal fun requireDifferent(name: String, labels: List<String>) {
    val twice = labels.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
    require(twice.isEmpty()) {
        "The config \"${name.forMessage()}\" has the labels ${twice.forMessage()} more than once."
    }
}

private fun requireBounds(name: String, lower: Double?, upper: Double?) {
    require(lower?.isFinite() != false && upper?.isFinite() != false) {
        "A bound of the config \"${name.forMessage()}\" is no finite number."
    }
    if (lower == null || upper == null) return
    require(lower != upper) {
        "Both bounds of the config \"${name.forMessage()}\" are $lower; they must differ."
    }
    require(lower < upper) {
        "The config \"${name.forMessage()}\" ends ($upper) before it starts ($lower)."
    }
}
