package io.github.phoenixkt.configs

import io.github.phoenixkt.internal.RequestValues

/**
 * A rubric of scores: an annotation has a score between two bounds.
 *
 * @property lowerBound the lowest score allowed; null for no bound
 * @property upperBound the highest score allowed; null for no bound
 * @property optimizationDirection whether higher or lower scores are better
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

    /** Builds a [ContinuousAnnotationConfig]. [build] checks the values. Not thread-safe. */
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
         * Returns the config.
         *
         * @throws IllegalArgumentException if a bound is not finite, or [lowerBound] is not below
         *   [upperBound]
         */
        public fun build(): ContinuousAnnotationConfig = ContinuousAnnotationConfig(this)
    }

    public companion object {
        /** Returns a builder of a config for annotations of this name. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * Builds a config: `continuousAnnotationConfig("grade") { lowerBound = 1.0 }`.
 *
 * @throws IllegalArgumentException if a bound is not finite, or the lower bound is not below the
 *   upper bound
 */
public fun continuousAnnotationConfig(
    name: String,
    configure: ContinuousAnnotationConfig.Builder.() -> Unit = {},
): ContinuousAnnotationConfig = ContinuousAnnotationConfig.builder(name).apply(configure).build()
