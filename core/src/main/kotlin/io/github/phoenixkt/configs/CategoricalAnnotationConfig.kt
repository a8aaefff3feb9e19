package io.github.phoenixkt.configs

import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.forMessage

/**
 * A rubric of labels: an annotation has one of them.
 *
 * @property values the labels, at least one; no two are the same
 * @property optimizationDirection whether higher or lower scores are better
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
            "A value of the config \"${name.forMessage()}\" has no label: give it one."
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

    /** Builds a [CategoricalAnnotationConfig]. [build] checks the values. Not thread-safe. */
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

        /**
         * Adds a label with a score.
         *
         * @throws IllegalArgumentException if the score is not finite
         */
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
         * Returns the config.
         *
         * @throws IllegalArgumentException if there are no values, or two have the same label
         */
        public fun build(): CategoricalAnnotationConfig = CategoricalAnnotationConfig(this)
    }

    public companion object {
        /** Returns a builder of a config for annotations of this name. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * Builds a config: `categoricalAnnotationConfig("tone") { value("calm", 1.0) }`.
 *
 * @throws IllegalArgumentException if there are no values, or two have the same label
 */
public fun categoricalAnnotationConfig(
    name: String,
    configure: CategoricalAnnotationConfig.Builder.() -> Unit,
): CategoricalAnnotationConfig = CategoricalAnnotationConfig.builder(name).apply(configure).build()

/**
 * A label of a [CategoricalAnnotationConfig].
 *
 * @property label the label
 * @property score the score of annotations with this label, a finite number; null for none
 */
public class CategoricalValue
@JvmOverloads
constructor(public val label: String, public val score: Double? = null) {
    init {
        require(score?.isFinite() != false) {
            "The score of \"${label.forMessage()}\" is $score: use a finite number."
        }
    }

    override fun equals(other: Any?): Boolean =
        other is CategoricalValue && label == other.label && score == other.score

    override fun hashCode(): Int = label.hashCode() * 31 + score.hashCode()

    override fun toString(): String = label.forMessage() + score?.let { " ($it)" }.orEmpty()
}

internal fun requireDifferent(name: String, labels: List<String>) {
    val twice = labels.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
    require(twice.isEmpty()) {
        "The config \"${name.forMessage()}\" has these labels more than once: ${twice.forMessage()}."
    }
}
