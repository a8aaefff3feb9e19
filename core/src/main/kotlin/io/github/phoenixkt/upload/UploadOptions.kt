package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.settings.requireDuration
import java.time.Duration

/** How sure an upload makes that rows are stored. */
public enum class Delivery {
    /**
     * Phoenix answers before it checks the row. It drops a row whose target does not appear within
     * about ten minutes.
     *
     * Within one process, writes to the same base URL keep their order. Between processes, a queued
     * row can replace a value that was confirmed later.
     */
    QUEUED,

    /** Phoenix answers with the id of each row. */
    CONFIRMED,

    /**
     * Rows are queued and then read back. Missing rows are written again with confirmation. As
     * reliable as [CONFIRMED], and up to three times as fast for thousands of rows. Rows that
     * cannot be read back (documents, old servers) are confirmed.
     *
     * While a row is in Phoenix's queue, other calls of this process that write the same name,
     * target and identifier wait. Other processes do not wait, and the queued row may replace what
     * they confirm. If several processes write the same annotations at once, use [CONFIRMED].
     */
    VERIFIED,
}

/** What to do with rows that cannot be sent. */
public enum class BadRows {
    /**
     * Send nothing, and throw an [io.github.phoenixkt.annotations.InvalidAnnotationsException] with
     * all problems.
     */
    FAIL,

    /** Send the others; the outcome is [RowOutcome.Skipped]. */
    SKIP,
}

/** What to do with rows that have the same name, target and identifier. */
public enum class Duplicates {
    /** The last one is sent; the others are [RowOutcome.Superseded]. */
    LAST_WINS,

    /** They cannot be sent. */
    FAIL,
}

private const val USUAL_CHUNK = 100

/**
 * Options of an upload.
 *
 * @property delivery how sure to make that rows are stored
 * @property project where the targets are, for reading back; its name or id, null for that of the
 *   settings
 * @property chunkSize rows per request, 1 to 1,000, and not more than [queueWindow]. Default 100,
 *   or [queueWindow] if that is less
 * @property queueWindow the most rows that Phoenix may hold in its queue, 1 to 2,500, over all
 *   clients of a server; if N processes upload at once, give each 2,500 / N
 * @property onInvalid what to do with rows that cannot be sent, except rows without a result (see
 *   [onEmpty])
 * @property onEmpty what to do with rows without label, score and explanation
 * @property duplicates what to do with rows of the same key
 * @property awaitTarget how long to retry rows whose target is missing; at most 10 minutes
 * @property outageTolerance how long to wait if Phoenix goes down during the upload: no connection,
 *   a broken connection, a timeout, or 429, 502, 503 or 504. The upload then continues, or stops
 *   when this time is over. The upload leaves the server alone for as long as a `Retry-After` asks;
 *   a 429 that asks for a longer wait than this stops it at once. Not used if the server has never
 *   answered this client. Default 2 minutes; at most 24 hours; zero does not wait
 * @property progress receives the progress
 */
public class UploadOptions private constructor(builder: Builder) {
    public val delivery: Delivery = builder.delivery
    public val project: String? = builder.project
    public val chunkSize: Int = builder.chunkSize
    private val givenChunkSize: Int? = builder.givenChunkSize
    public val queueWindow: Int = builder.queueWindow
    public val onInvalid: BadRows = builder.onInvalid
    public val onEmpty: BadRows = builder.onEmpty
    public val duplicates: Duplicates = builder.duplicates
    public val awaitTarget: Duration = builder.awaitTarget
    public val outageTolerance: Duration = builder.outageTolerance
    public val progress: UploadProgressListener? = builder.progress

    init {
        requireStorable("project", project)
        require(chunkSize in 1..1_000) { "chunkSize must be from 1 to 1000 but is $chunkSize." }
        require(queueWindow in 1..2_500) {
            "queueWindow must be from 1 to 2500 but is $queueWindow: more at once can make Phoenix lose all of them."
        }
        require(chunkSize <= queueWindow) {
            "chunkSize is $chunkSize, but no request can have more rows than queueWindow, which is $queueWindow: " +
                "lower chunkSize, or leave it out."
        }
        require(awaitTarget in Duration.ZERO..Duration.ofMinutes(10)) {
            "awaitTarget must be from 0 to 10 minutes but is $awaitTarget."
        }
        requireDuration("outageTolerance", outageTolerance, Duration.ZERO)
    }

    /** Returns a builder with these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.delivery = delivery
            it.project = project
            it.givenChunkSize = givenChunkSize
            it.queueWindow = queueWindow
            it.onInvalid = onInvalid
            it.onEmpty = onEmpty
            it.duplicates = duplicates
            it.awaitTarget = awaitTarget
            it.outageTolerance = outageTolerance
            it.progress = progress
        }

    /** Collects the values of [UploadOptions]; they are checked by [build]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [UploadOptions.delivery]. */
        @get:JvmSynthetic @set:JvmSynthetic public var delivery: Delivery = Delivery.VERIFIED

        /** See [UploadOptions.project]. */
        @get:JvmSynthetic @set:JvmSynthetic public var project: String? = null

        /** See [UploadOptions.chunkSize]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var chunkSize: Int
            get() = givenChunkSize ?: minOf(USUAL_CHUNK, queueWindow)
            set(value) {
                givenChunkSize = value
            }

        internal var givenChunkSize: Int? = null

        /** See [UploadOptions.queueWindow]. */
        @get:JvmSynthetic @set:JvmSynthetic public var queueWindow: Int = 2_500

        /** See [UploadOptions.onInvalid]. */
        @get:JvmSynthetic @set:JvmSynthetic public var onInvalid: BadRows = BadRows.FAIL

        /** See [UploadOptions.onEmpty]. */
        @get:JvmSynthetic @set:JvmSynthetic public var onEmpty: BadRows = BadRows.FAIL

        /** See [UploadOptions.duplicates]. */
        @get:JvmSynthetic @set:JvmSynthetic public var duplicates: Duplicates = Duplicates.LAST_WINS

        /** See [UploadOptions.awaitTarget]. */
        @get:JvmSynthetic @set:JvmSynthetic public var awaitTarget: Duration = Duration.ZERO

        /** See [UploadOptions.outageTolerance]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var outageTolerance: Duration = Duration.ofMinutes(2)

        /** See [UploadOptions.progress]. */
        @get:JvmSynthetic @set:JvmSynthetic public var progress: UploadProgressListener? = null

        /** Sets [UploadOptions.delivery]. */
        public fun delivery(delivery: Delivery): Builder = apply { this.delivery = delivery }

        /** Sets [UploadOptions.project]. */
        public fun project(project: String?): Builder = apply { this.project = project }

        /** Sets [UploadOptions.chunkSize]. */
        public fun chunkSize(chunkSize: Int): Builder = apply { this.chunkSize = chunkSize }

        /** Sets [UploadOptions.queueWindow]. */
        public fun queueWindow(queueWindow: Int): Builder = apply { this.queueWindow = queueWindow }

        /** Sets [UploadOptions.onInvalid]. */
        public fun onInvalid(onInvalid: BadRows): Builder = apply { this.onInvalid = onInvalid }

        /** Sets [UploadOptions.onEmpty]. */
        public fun onEmpty(onEmpty: BadRows): Builder = apply { this.onEmpty = onEmpty }

        /** Sets [UploadOptions.duplicates]. */
        public fun duplicates(duplicates: Duplicates): Builder = apply {
            this.duplicates = duplicates
        }

        /** Sets [UploadOptions.awaitTarget]. */
        public fun awaitTarget(awaitTarget: Duration): Builder = apply {
            this.awaitTarget = awaitTarget
        }

        /** Sets [UploadOptions.outageTolerance]. */
        public fun outageTolerance(outageTolerance: Duration): Builder = apply {
            this.outageTolerance = outageTolerance
        }

        /** Sets [UploadOptions.progress]. */
        public fun progress(progress: UploadProgressListener?): Builder = apply {
            this.progress = progress
        }

        /**
         * Builds the options.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        public fun build(): UploadOptions = UploadOptions(this)
    }

    public companion object {
        /** Returns a builder with the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds options: `uploadOptions { delivery = Delivery.CONFIRMED }`. */
public fun uploadOptions(configure: UploadOptions.Builder.() -> Unit): UploadOptions =
    UploadOptions.builder().apply(configure).build()

/**
 * Receives each row of a stream and its outcome, in no particular order and possibly from several
 * threads. If it throws, the stream continues, the summary has a remark, and the listener is still
 * called.
 */
public fun interface RowOutcomeListener {
    /** Called once for each [row]. */
    public fun onOutcome(row: AnnotationData, outcome: RowOutcome)
}
