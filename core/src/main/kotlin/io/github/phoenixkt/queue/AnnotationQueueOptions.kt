package io.github.phoenixkt.queue

import io.github.phoenixkt.settings.requireDuration
import java.nio.file.Path
import java.time.Duration

/**
 * The settings of an [AnnotationQueue].
 *
 * @property maxRows the number of annotations and notes that may wait or be under way; at least 1
 * @property maxBytes their total size in bytes, as sent; at least 1,024
 * @property flushRows the number of waiting rows at which a batch is sent
 * @property flushBytes the number of waiting bytes at which a batch is sent
 * @property flushAfter the longest time that a row waits for a batch to fill
 * @property awaitTarget how long to keep trying after Phoenix first reports that the target does
 *   not exist. The time of an outage, from the first failed attempt until the next response of
 *   Phoenix, does not count
 * @property maxAge rows older than this are not sent but get the outcome [QueueOutcome.Expired]; at
 *   least [awaitTarget]
 * @property closeTimeout how long [AnnotationQueue.close] keeps sending
 * @property requestTimeout the limit of one request, which detects a silent server; null for the
 *   client's own limit
 * @property spool the folder where accepted rows are kept until they have an outcome, so that they
 *   survive the process; null keeps them in memory only. Only one queue can use a folder at a time
 * @property maxSpoolBytes the maximum size of the file in that folder
 * @property drainOnShutdown whether to close the queue when the JVM shuts down
 * @property listener receives the outcome of each annotation and note
 */
public class AnnotationQueueOptions private constructor(builder: Builder) {
    public val maxRows: Int = builder.maxRows
    public val maxBytes: Long = builder.maxBytes
    public val flushRows: Int = builder.flushRows
    public val flushBytes: Long = builder.flushBytes
    public val flushAfter: Duration = builder.flushAfter
    public val awaitTarget: Duration = builder.awaitTarget
    public val maxAge: Duration = builder.maxAge
    public val closeTimeout: Duration = builder.closeTimeout
    public val requestTimeout: Duration? = builder.requestTimeout
    public val spool: Path? = builder.spool
    public val maxSpoolBytes: Long = builder.maxSpoolBytes
    public val drainOnShutdown: Boolean = builder.drainOnShutdown
    public val listener: AnnotationQueueListener? = builder.listener

    init {
        require(maxRows >= 1) { "maxRows must be at least 1 but is $maxRows." }
        require(maxBytes >= SMALLEST_BOUND) {
            "maxBytes must be at least $SMALLEST_BOUND but is $maxBytes."
        }
        require(flushRows >= 1) { "flushRows must be at least 1 but is $flushRows." }
        require(flushBytes >= 1) { "flushBytes must be at least 1 but is $flushBytes." }
        require(maxSpoolBytes >= SMALLEST_BOUND) {
            "maxSpoolBytes must be at least $SMALLEST_BOUND but is $maxSpoolBytes."
        }
        listOf(
                "flushAfter" to flushAfter,
                "awaitTarget" to awaitTarget,
                "maxAge" to maxAge,
                "closeTimeout" to closeTimeout,
            )
            .forEach { (name, value) ->
                require(!value.isNegative) { "$name must not be negative but is $value." }
                require(value <= LONGEST) { "$name must be at most $LONGEST but is $value." }
            }
        require(maxAge >= awaitTarget) {
            "maxAge must be at least awaitTarget ($awaitTarget) but is $maxAge."
        }
        requestTimeout?.let { requireDuration("requestTimeout", it, Duration.ofMillis(1)) }
    }

    /** Returns a builder with these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.maxRows = maxRows
            it.maxBytes = maxBytes
            it.flushRows = flushRows
            it.flushBytes = flushBytes
            it.flushAfter = flushAfter
            it.awaitTarget = awaitTarget
            it.maxAge = maxAge
            it.closeTimeout = closeTimeout
            it.requestTimeout = requestTimeout
            it.spool = spool
            it.maxSpoolBytes = maxSpoolBytes
            it.drainOnShutdown = drainOnShutdown
            it.listener = listener
        }

    /** Builds [AnnotationQueueOptions]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [AnnotationQueueOptions.maxRows]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxRows: Int = 10_000

        /** See [AnnotationQueueOptions.maxBytes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxBytes: Long = 16L * 1024 * 1024

        /** See [AnnotationQueueOptions.flushRows]. */
        @get:JvmSynthetic @set:JvmSynthetic public var flushRows: Int = 100

        /** See [AnnotationQueueOptions.flushBytes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var flushBytes: Long = 256L * 1024

        /** See [AnnotationQueueOptions.flushAfter]. */
        @get:JvmSynthetic @set:JvmSynthetic public var flushAfter: Duration = Duration.ofMillis(500)

        /** See [AnnotationQueueOptions.awaitTarget]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var awaitTarget: Duration = Duration.ofMinutes(10)

        /** See [AnnotationQueueOptions.maxAge]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxAge: Duration = Duration.ofHours(1)

        /** See [AnnotationQueueOptions.closeTimeout]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var closeTimeout: Duration = Duration.ofSeconds(10)

        /** See [AnnotationQueueOptions.requestTimeout]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var requestTimeout: Duration? = Duration.ofSeconds(30)

        /** See [AnnotationQueueOptions.spool]. */
        @get:JvmSynthetic @set:JvmSynthetic public var spool: Path? = null

        /** See [AnnotationQueueOptions.maxSpoolBytes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxSpoolBytes: Long = 256L * 1024 * 1024

        /** See [AnnotationQueueOptions.drainOnShutdown]. */
        @get:JvmSynthetic @set:JvmSynthetic public var drainOnShutdown: Boolean = false

        /** See [AnnotationQueueOptions.listener]. */
        @get:JvmSynthetic @set:JvmSynthetic public var listener: AnnotationQueueListener? = null

        /** Sets [AnnotationQueueOptions.maxRows]. */
        public fun maxRows(maxRows: Int): Builder = apply { this.maxRows = maxRows }

        /** Sets [AnnotationQueueOptions.maxBytes]. */
        public fun maxBytes(maxBytes: Long): Builder = apply { this.maxBytes = maxBytes }

        /** Sets [AnnotationQueueOptions.flushRows]. */
        public fun flushRows(flushRows: Int): Builder = apply { this.flushRows = flushRows }

        /** Sets [AnnotationQueueOptions.flushBytes]. */
        public fun flushBytes(flushBytes: Long): Builder = apply { this.flushBytes = flushBytes }

        /** Sets [AnnotationQueueOptions.flushAfter]. */
        public fun flushAfter(flushAfter: Duration): Builder = apply {
            this.flushAfter = flushAfter
        }

        /** Sets [AnnotationQueueOptions.awaitTarget]. */
        public fun awaitTarget(awaitTarget: Duration): Builder = apply {
            this.awaitTarget = awaitTarget
        }

        /** Sets [AnnotationQueueOptions.maxAge]. */
        public fun maxAge(maxAge: Duration): Builder = apply { this.maxAge = maxAge }

        /** Sets [AnnotationQueueOptions.closeTimeout]. */
        public fun closeTimeout(closeTimeout: Duration): Builder = apply {
            this.closeTimeout = closeTimeout
        }

        /** Sets [AnnotationQueueOptions.requestTimeout]. */
        public fun requestTimeout(requestTimeout: Duration?): Builder = apply {
            this.requestTimeout = requestTimeout
        }

        /** Sets [AnnotationQueueOptions.spool]. */
        public fun spool(spool: Path?): Builder = apply { this.spool = spool }

        /** Sets [AnnotationQueueOptions.maxSpoolBytes]. */
        public fun maxSpoolBytes(maxSpoolBytes: Long): Builder = apply {
            this.maxSpoolBytes = maxSpoolBytes
        }

        /** Sets [AnnotationQueueOptions.drainOnShutdown]. */
        public fun drainOnShutdown(drainOnShutdown: Boolean): Builder = apply {
            this.drainOnShutdown = drainOnShutdown
        }

        /** Sets [AnnotationQueueOptions.listener]. */
        public fun listener(listener: AnnotationQueueListener?): Builder = apply {
            this.listener = listener
        }

        /**
         * Builds the options.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        public fun build(): AnnotationQueueOptions = AnnotationQueueOptions(this)
    }

    public companion object {
        private const val SMALLEST_BOUND = 1_024L

        /** Long enough for "never", and times can still be added. */
        private val LONGEST = Duration.ofDays(10_000)

        /** Returns a builder with the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds options: `annotationQueueOptions { maxRows = 50_000 }`. */
public fun annotationQueueOptions(
    configure: AnnotationQueueOptions.Builder.() -> Unit
): AnnotationQueueOptions = AnnotationQueueOptions.builder().apply(configure).build()
