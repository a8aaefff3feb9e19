package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.forMessage

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

    internal abstract val content: RequestValues

    override fun equals(other: Any?): Boolean =
        other is AnnotationConfig && javaClass == other.javaClass && content == other.content

    override fun hashCode(): Int = content.hashCode()

    override fun toString(): String = content.describe(javaClass.simpleName)
}

/**
 * One of some labels.
 *
 * @property values at least one, with different labels
 * @property optimizationDirection whether a higher score is better
 */
public class CategoricalAnnotationConfig private constructor(builder: Builder) :
    AnnotationConfig(builder.name, builder.description) {
    public val values: List<CategoricalValue> = builder.values.toList()
    public val optimizationDirection: OptimizationDirection = builder.optimizationDirection

    override val content: RequestValues
        get() =
            RequestValues(
                "name" to name,
                "values" to values,
                "optimizationDirection" to optimizationDirection,
                "description" to description,
            )

    init {
        require(values.isNotEmpty()) {
            "The config \"${name.forMessage()}\" has no values: give at least one."
        }
        require(values.all { it.label.isNotEmpty() }) {
            "A value of the config \"${name.forMessage()}\" has no label."
        }
        requireDifferent(name, values.map { it.label })
    }

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder(name).also {
            it.values = values
            it.optimizationDirection = optimizationDirection
            it.description = description
        }

    /**
     * Collects the values of a [CategoricalAnnotationConfig]; they are checked by [build]. Not
     * thread-safe.
     */
    public class Builder internal constructor(internal val name: String) {
        /** See [CategoricalAnnotationConfig.values]. */
        @get:JvmSynthetic @set:JvmSynthetic public var values: List<CategoricalValue> = emptyList()

        /** See [CategoricalAnnotationConfig.optimizationDirection]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var optimizationDirection: OptimizationDirection = OptimizationDirection.NONE

        /** See [CategoricalAnnotationConfig.description]. */
        @get:JvmSynthetic @set:JvmSynthetic public var description: String? = null

        /** Adds a label without a score. */
        public fun value(label: String): Builder = apply {
            values = values + CategoricalValue(label)
        }

        /** Adds a label and its score, which is finite. */
        public fun value(label: String, score: Double): Builder = apply {
            values = values + CategoricalValue(label, score)
        }

        /** Sets [CategoricalAnnotationConfig.values]. */
        public fun values(values: List<CategoricalValue>): Builder = apply { this.values = values }

        /** Sets [CategoricalAnnotationConfig.optimizationDirection]. */
        public fun optimizationDirection(optimizationDirection: OptimizationDirection): Builder =
            apply {
                this.optimizationDirection = optimizationDirection
            }

        /** Sets [CategoricalAnnotationConfig.description]. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /**
         * The config.
         *
         * @throws IllegalArgumentException if there are no values, or two of one label
         */
        public fun build(): CategoricalAnnotationConfig = CategoricalAnnotationConfig(this)
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/** Builds a config: `categoricalAnnotationConfig("tone") { value("calm", 1.0) }`. */
public fun categoricalAnnotationConfig(
    name: String,
    configure: CategoricalAnnotationConfig.Builder.() -> Unit,
): CategoricalAnnotationConfig = CategoricalAnnotationConfig.builder(name).apply(configure).build()

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
public class ContinuousAnnotationConfig private constructor(builder: Builder) :
    AnnotationConfig(builder.name, builder.description) {
    public val lowerBound: Double? = builder.lowerBound
    public val upperBound: Double? = builder.upperBound
    public val optimizationDirection: OptimizationDirection = builder.optimizationDirection

    override val content: RequestValues
        get() =
            RequestValues(
                "name" to name,
                "lowerBound" to lowerBound,
                "upperBound" to upperBound,
                "optimizationDirection" to optimizationDirection,
                "description" to description,
            )

    init {
        requireBounds(name, lowerBound, upperBound)
    }

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder(name).also {
            it.lowerBound = lowerBound
            it.upperBound = upperBound
            it.optimizationDirection = optimizationDirection
            it.description = description
        }

    /**
     * Collects the values of a [ContinuousAnnotationConfig]; they are checked by [build]. Not
     * thread-safe.
     */
    public class Builder internal constructor(internal val name: String) {
        /** See [ContinuousAnnotationConfig.lowerBound]. */
        @get:JvmSynthetic @set:JvmSynthetic public var lowerBound: Double? = null

        /** See [ContinuousAnnotationConfig.upperBound]. */
        @get:JvmSynthetic @set:JvmSynthetic public var upperBound: Double? = null

        /** See [ContinuousAnnotationConfig.optimizationDirection]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var optimizationDirection: OptimizationDirection = OptimizationDirection.NONE

        /** See [ContinuousAnnotationConfig.description]. */
        @get:JvmSynthetic @set:JvmSynthetic public var description: String? = null

        /** Sets [ContinuousAnnotationConfig.lowerBound]. */
        public fun lowerBound(lowerBound: Double): Builder = apply { this.lowerBound = lowerBound }

        /** Sets [ContinuousAnnotationConfig.upperBound]. */
        public fun upperBound(upperBound: Double): Builder = apply { this.upperBound = upperBound }

        /** Sets [ContinuousAnnotationConfig.optimizationDirection]. */
        public fun optimizationDirection(optimizationDirection: OptimizationDirection): Builder =
            apply {
                this.optimizationDirection = optimizationDirection
            }

        /** Sets [ContinuousAnnotationConfig.description]. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /**
         * The config.
         *
         * @throws IllegalArgumentException if the bounds are invalid
         */
        public fun build(): ContinuousAnnotationConfig = ContinuousAnnotationConfig(this)
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/** Builds a config: `continuousAnnotationConfig("grade") { lowerBound = 1.0 }`. */
public fun continuousAnnotationConfig(
    name: String,
    configure: ContinuousAnnotationConfig.Builder.() -> Unit = {},
): ContinuousAnnotationConfig = ContinuousAnnotationConfig.builder(name).apply(configure).build()

/**
 * Free text, in the explanation.
 *
 * @property optimizationDirection this and the numbers below: since Phoenix 16.0
 * @property threshold the score that divides good from bad
 * @property lowerBound the lowest score, or null for no bound
 * @property upperBound the highest score, or null for no bound
 */
public class FreeformAnnotationConfig private constructor(builder: Builder) :
    AnnotationConfig(builder.name, builder.description) {
    public val optimizationDirection: OptimizationDirection? = builder.optimizationDirection
    public val threshold: Double? = builder.threshold
    public val lowerBound: Double? = builder.lowerBound
    public val upperBound: Double? = builder.upperBound

    override val content: RequestValues
        get() =
            RequestValues(
                "name" to name,
                "optimizationDirection" to optimizationDirection,
                "threshold" to threshold,
                "lowerBound" to lowerBound,
                "upperBound" to upperBound,
                "description" to description,
            )

    init {
        requireBounds(name, lowerBound, upperBound)
        require(threshold?.isFinite() != false) {
            "The threshold of the config \"${name.forMessage()}\" is $threshold, which is no finite number."
        }
    }

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder(name).also {
            it.optimizationDirection = optimizationDirection
            it.threshold = threshold
            it.lowerBound = lowerBound
            it.upperBound = upperBound
            it.description = description
        }

    /**
     * Collects the values of a [FreeformAnnotationConfig]; they are checked by [build]. Not
     * thread-safe.
     */
    public class Builder internal constructor(internal val name: String) {
        /** See [FreeformAnnotationConfig.optimizationDirection]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var optimizationDirection: OptimizationDirection? = null

        /** See [FreeformAnnotationConfig.threshold]. */
        @get:JvmSynthetic @set:JvmSynthetic public var threshold: Double? = null

        /** See [FreeformAnnotationConfig.lowerBound]. */
        @get:JvmSynthetic @set:JvmSynthetic public var lowerBound: Double? = null

        /** See [FreeformAnnotationConfig.upperBound]. */
        @get:JvmSynthetic @set:JvmSynthetic public var upperBound: Double? = null

        /** See [FreeformAnnotationConfig.description]. */
        @get:JvmSynthetic @set:JvmSynthetic public var description: String? = null

        /** Sets [FreeformAnnotationConfig.optimizationDirection]. */
        public fun optimizationDirection(optimizationDirection: OptimizationDirection): Builder =
            apply {
                this.optimizationDirection = optimizationDirection
            }

        /** Sets [FreeformAnnotationConfig.threshold]. */
        public fun threshold(threshold: Double): Builder = apply { this.threshold = threshold }

        /** Sets [FreeformAnnotationConfig.lowerBound]. */
        public fun lowerBound(lowerBound: Double): Builder = apply { this.lowerBound = lowerBound }

        /** Sets [FreeformAnnotationConfig.upperBound]. */
        public fun upperBound(upperBound: Double): Builder = apply { this.upperBound = upperBound }

        /** Sets [FreeformAnnotationConfig.description]. */
        public fun description(description: String?): Builder = apply {
            this.description = description
        }

        /**
         * The config.
         *
         * @throws IllegalArgumentException if a number is invalid
         */
        public fun build(): FreeformAnnotationConfig = FreeformAnnotationConfig(this)
    }

    public companion object {
        /** Starts a config of annotations that are called [name]. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/** Builds a config: `freeformAnnotationConfig("why") { description = "In one sentence" }`. */
public fun freeformAnnotationConfig(
    name: String,
    configure: FreeformAnnotationConfig.Builder.() -> Unit = {},
): FreeformAnnotationConfig = FreeformAnnotationConfig.builder(name).apply(configure).build()

/**
 * A config of the server's that this library does not know, or would not write; read only.
 *
 * @property type the type in Phoenix's word, for instance `CATEGORICAL`
 */
public class UnknownAnnotationConfig
internal constructor(name: String, description: String?, public val type: String) :
    AnnotationConfig(name, description) {
    override val content: RequestValues
        get() = RequestValues("name" to name, "type" to type, "description" to description)
}

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
