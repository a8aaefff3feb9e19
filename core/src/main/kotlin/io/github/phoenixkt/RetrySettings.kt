package io.github.phoenixkt

import io.github.phoenixkt.settings.requireDuration
import java.time.Duration

/**
 * How often and for how long the client repeats a request that failed.
 *
 * The client repeats a request only if that is safe, and only after a failed connection, a timeout
 * or a response with the status 408, 429, 502, 503 or 504.
 *
 * Before retry *n*, the client waits for a random time between zero and `initialDelay ×
 * multiplierⁿ⁻¹`, but at most [maxDelay]. If the server sends `Retry-After`, the client waits for
 * that time instead. No duration may exceed 24 hours.
 */
public class RetrySettings private constructor(builder: Builder) {
    /**
     * The most attempts of a request, including the first. At least 1, which means no retries.
     * Default: 4.
     */
    public val maxAttempts: Int = builder.maxAttempts

    /** The upper limit of the first delay, from zero to [maxDelay]. Default: 0.5 s. */
    public val initialDelay: Duration = builder.initialDelay

    /** The factor by which the limit grows from one delay to the next, at least 1. Default: 2. */
    public val multiplier: Double = builder.multiplier

    /** The upper limit of every delay, except for a `Retry-After`. Default: 8 s. */
    public val maxDelay: Duration = builder.maxDelay

    /**
     * The longest `Retry-After` that a call waits for, zero or more. If the server asks for more,
     * the call fails at once. Uploads and the annotation queue have limits of their own: see
     * [io.github.phoenixkt.upload.UploadOptions.outageTolerance] and
     * [io.github.phoenixkt.queue.AnnotationQueue]. Default: 60 s.
     */
    public val maxRetryAfter: Duration = builder.maxRetryAfter

    /**
     * The time limit of one call, more than zero. It includes all attempts and delays, the wait for
     * one of [PhoenixSettings.maxConcurrentCalls], and the requests that the client makes before or
     * after a write, such as the one for the server's version. Uploads have no such limit. Default:
     * 120 s.
     */
    public val totalTimeout: Duration = builder.totalTimeout

    init {
        require(maxAttempts >= 1) { "maxAttempts is $maxAttempts: use 1 (no retries) or more" }
        require(multiplier >= 1 && multiplier.isFinite()) {
            "multiplier is $multiplier: use 1 or more"
        }
        requireDuration("initialDelay", initialDelay, Duration.ZERO)
        requireDuration("maxDelay", maxDelay, Duration.ZERO)
        requireDuration("maxRetryAfter", maxRetryAfter, Duration.ZERO)
        requireDuration("totalTimeout", totalTimeout, Duration.ofMillis(1))
        require(initialDelay <= maxDelay) {
            "initialDelay ($initialDelay) is longer than maxDelay ($maxDelay): lower initialDelay or raise maxDelay"
        }
    }

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.maxAttempts = maxAttempts
            it.initialDelay = initialDelay
            it.multiplier = multiplier
            it.maxDelay = maxDelay
            it.maxRetryAfter = maxRetryAfter
            it.totalTimeout = totalTimeout
        }

    override fun toString(): String =
        "RetrySettings(maxAttempts=$maxAttempts, initialDelay=$initialDelay, multiplier=$multiplier, " +
            "maxDelay=$maxDelay, maxRetryAfter=$maxRetryAfter, totalTimeout=$totalTimeout)"

    /** Builds [RetrySettings]. [build] checks the values. Not thread-safe. */
    @Suppress("MagicNumber") // Each default stands beside its name.
    public class Builder internal constructor() {
        /** See [RetrySettings.maxAttempts]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxAttempts: Int = 4

        /** See [RetrySettings.initialDelay]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var initialDelay: Duration = Duration.ofMillis(500)

        /** See [RetrySettings.multiplier]. */
        @get:JvmSynthetic @set:JvmSynthetic public var multiplier: Double = 2.0

        /** See [RetrySettings.maxDelay]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxDelay: Duration = Duration.ofSeconds(8)

        /** See [RetrySettings.maxRetryAfter]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var maxRetryAfter: Duration = Duration.ofSeconds(60)

        /** See [RetrySettings.totalTimeout]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var totalTimeout: Duration = Duration.ofSeconds(120)

        /** Sets [RetrySettings.maxAttempts]. */
        public fun maxAttempts(maxAttempts: Int): Builder = apply { this.maxAttempts = maxAttempts }

        /** Sets [RetrySettings.initialDelay]. */
        public fun initialDelay(initialDelay: Duration): Builder = apply {
            this.initialDelay = initialDelay
        }

        /** Sets [RetrySettings.multiplier]. */
        public fun multiplier(multiplier: Double): Builder = apply { this.multiplier = multiplier }

        /** Sets [RetrySettings.maxDelay]. */
        public fun maxDelay(maxDelay: Duration): Builder = apply { this.maxDelay = maxDelay }

        /** Sets [RetrySettings.maxRetryAfter]. */
        public fun maxRetryAfter(maxRetryAfter: Duration): Builder = apply {
            this.maxRetryAfter = maxRetryAfter
        }

        /** Sets [RetrySettings.totalTimeout]. */
        public fun totalTimeout(totalTimeout: Duration): Builder = apply {
            this.totalTimeout = totalTimeout
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException if a value is out of range, or [initialDelay] exceeds
         *   [maxDelay]
         */
        public fun build(): RetrySettings = RetrySettings(this)
    }

    public companion object {
        /** Returns a builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
