package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.upload.UploadProgressListener

/**
 * What a judge has found about one row. One without label, score and explanation counts as no
 * result.
 *
 * @property label a category, for instance `correct`
 * @property score any finite number; NaN counts as absent
 * @property explanation free text: why
 */
public class Evaluation(
    public val label: String? = null,
    public val score: Double? = null,
    public val explanation: String? = null,
) {
    init {
        require(score == null || !score.isInfinite()) {
            "The score is $score: give a finite number, or none."
        }
    }

    override fun toString(): String =
        "Evaluation(label=${label?.forMessage()}, score=$score, explanation=${explanation?.forMessage()})"
}

/**
 * How [evaluate] goes.
 *
 * @property retry how often a row is tried and how long to wait in between, as for requests;
 *   [RetrySettings.totalTimeout] is the time for one row with all its attempts, and
 *   [RetrySettings.maxRetryAfter] plays no part. Default: those of requests, 4 attempts within 120
 *   s
 * @property retryIf whether a failed attempt may be followed by another. Default: always
 * @property progress told after each row, one at a time, as of an upload; when it throws, that is
 *   logged and costs no result. Default: nobody
 * @property runtime chance and sleep, for tests
 */
public class EvaluationOptions private constructor(builder: Builder) {
    public val retry: RetrySettings = builder.retry
    public val retryIf: (Exception) -> Boolean = builder.retryIf
    public val progress: UploadProgressListener? = builder.progress
    public val runtime: PhoenixRuntime = builder.runtime

    /** Collects the values of [EvaluationOptions]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [EvaluationOptions.retry]. */
        public var retry: RetrySettings = RetrySettings.builder().build()

        /** See [EvaluationOptions.retryIf]. */
        public var retryIf: (Exception) -> Boolean = { true }

        /** See [EvaluationOptions.progress]. */
        public var progress: UploadProgressListener? = null

        /** See [EvaluationOptions.runtime]. */
        public var runtime: PhoenixRuntime = PhoenixRuntime()

        /** Changes [retry]: `retry { maxAttempts = 2 }`. */
        public fun retry(configure: RetrySettings.Builder.() -> Unit) {
            retry = retry.toBuilder().apply(configure).build()
        }

        internal fun build() = EvaluationOptions(this)
    }
}

/** Builds options: `evaluationOptions { retry { maxAttempts = 2 } }`. */
public fun evaluationOptions(
    configure: EvaluationOptions.Builder.() -> Unit = {}
): EvaluationOptions = EvaluationOptions.Builder().apply(configure).build()
