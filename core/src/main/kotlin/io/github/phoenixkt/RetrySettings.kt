package io.github.phoenixkt

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.settings.requireDuration
import java.time.Duration
import kotlin.math.pow

/**
 * How often, and for how long, a call that may be repeated is repeated.
 *
 * Attempt *n* waits a random time between zero and `initialDelay × multiplierⁿ⁻¹`, never more than
 * [maxDelay]. A `Retry-After` of the server takes the place of that delay. No duration may exceed
 * 24 hours.
 */
public class RetrySettings private constructor(builder: Builder) {
    /** Attempts in all, the first one included; at least 1, which means no retry. Default 4. */
    public val maxAttempts: Int = builder.maxAttempts

    /** Upper limit of the first delay; zero or more, not above [maxDelay]. Default 0.5 s. */
    public val initialDelay: Duration = builder.initialDelay

    /** Growth of the delay from one attempt to the next; at least 1. Default 2. */
    public val multiplier: Double = builder.multiplier

    /** Upper limit of every delay of our own. Default 8 s. */
    public val maxDelay: Duration = builder.maxDelay

    /** The longest `Retry-After` that is obeyed; zero or more. Default 60 s. */
    public val maxRetryAfter: Duration = builder.maxRetryAfter

    /**
     * Time for one call with all its attempts and delays, the question for the server's version,
     * what else is looked up before or after a write, and the wait for one of
     * [PhoenixSettings.maxConcurrentCalls] included; more than zero. Uploads have no such limit.
     * Default 120 s.
     */
    public val totalTimeout: Duration = builder.totalTimeout

    init {
        require(maxAttempts >= 1) { "maxAttempts is $maxAttempts: use 1 for no retry, or more" }
        require(multiplier >= 1 && multiplier.isFinite()) {
            "multiplier is $multiplier: delays cannot shrink, use 1 or more"
        }
        requireDuration("initialDelay", initialDelay, Duration.ZERO)
        requireDuration("maxDelay", maxDelay, Duration.ZERO)
        requireDuration("maxRetryAfter", maxRetryAfter, Duration.ZERO)
        requireDuration("totalTimeout", totalTimeout, Duration.ofMillis(1))
        require(initialDelay <= maxDelay) {
            "initialDelay ($initialDelay) is longer than maxDelay ($maxDelay): lower the one or raise the other"
        }
    }

    /** A builder that starts from these values. */
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

    /** Collects the values of [RetrySettings]; they are checked by [build]. Not thread-safe. */
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
         * The settings.
         *
         * @throws IllegalArgumentException when a value is out of range, or [initialDelay] exceeds
         *   [maxDelay]
         */
        public fun build(): RetrySettings = RetrySettings(this)
    }

    public companion object {
        /** A builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/**
 * How long to wait after the attempt of that number. Full jitter: anything between nothing and the
 * exponential bound, so that clients do not return in step.
 */
@InternalPhoenixApi
public fun RetrySettings.backoff(attempts: Int, runtime: PhoenixRuntime): Duration {
    val bound = initialDelay.toMillis() * multiplier.pow(attempts - 1)
    val millis = runtime.random.nextDouble() * minOf(bound, maxDelay.toMillis().toDouble())
    return Duration.ofMillis(millis.toLong())
}
