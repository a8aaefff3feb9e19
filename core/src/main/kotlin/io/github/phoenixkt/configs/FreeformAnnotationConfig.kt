package io.github.phoenixkt.configs

import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.forMessage

/**
 * A rubric of free text: an annotation has an explanation, and may have a score.
 *
 * @property optimizationDirection whether higher or lower scores are better, or null; since Phoenix
 *   16.0
 * @property threshold the score that separates good from bad, or null; since Phoenix 16.0
 * @property lowerBound the lowest score allowed; null for no bound; since Phoenix 16.0
 * @property upperBound the highest score allowed; null for no bound; since Phoenix 16.0
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
            "The threshold of the config \"${name.forMessage()}\" is $threshold: use a finite number."
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

    /** Builds a [FreeformAnnotationConfig]. [build] checks the values. Not thread-safe. */
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
         * Returns the config.
         *
         * @throws IllegalArgumentException if a number is not finite, or [lowerBound] is not below
         *   [upperBound]
         */
        public fun build(): FreeformAnnotationConfig = FreeformAnnotationConfig(this)
    }

    public companion object {
        /** Returns a builder of a config for annotations of this name. */
        @JvmStatic public fun builder(name: String): Builder = Builder(name)
    }
}

/**
 * Builds a config: `freeformAnnotationConfig("why") { description = "In one sentence" }`.
 *
 * @throws IllegalArgumentException if a number is not finite, or the lower bound is not below the
 *   upper bound
 */
public fun freeformAnnotationConfig(
    name: String,
    configure: FreeformAnnotationConfig.Builder.() -> Unit = {},
): FreeformAnnotationConfig = FreeformAnnotationConfig.builder(name).apply(configure).build()
