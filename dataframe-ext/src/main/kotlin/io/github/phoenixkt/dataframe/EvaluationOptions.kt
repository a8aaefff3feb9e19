package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.upload.UploadProgressListener

/**
 * The judgement of one row. Without a label, a score and an explanation it counts as no result.
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
            "The score is $score. Give a finite number, or null for none."
        }
    }

    override fun toString(): String =
        "Evaluation(label=${label?.forMessage()}, score=$score, explanation=${explanation?.forMessage()})"
}

/**
 * Options of [evaluate].
 *
 * @property retry how often a row is tried, and the pauses between the attempts.
 *   [RetrySettings.totalTimeout] limits one row with all its attempts;
 *   [RetrySettings.maxRetryAfter] is not used. Default: 1 attempt of at most 120 s, because a
 *   second call of a model costs money
 * @property retryIf decides whether a failed attempt is repeated, where [retry] allows another one.
 *   If it throws, the attempt is not repeated, and the error of the row says so. Default: always
 * @property progress called after each row, one call at a time, as for uploads. If it throws, that
 *   is logged and costs no result. Default: none
 * @property runtime clock, randomness and sleep, for tests
 */
public class EvaluationOptions private constructor(builder: Builder) {
    public val retry: RetrySettings = builder.retry
    public val retryIf: (Exception) -> Boolean = builder.retryIf
    public val progress: UploadProgressListener? = builder.progress
    public val runtime: PhoenixRuntime = builder.runtime

    /** Collects the values of [EvaluationOptions]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [EvaluationOptions.retry]. */
        public var retry: RetrySettings = RetrySettings.builder().maxAttempts(1).build()

        /** See [EvaluationOptions.retryIf]. */
        public var retryIf: (Exception) -> Boolean = { true }

        /** See [EvaluationOptions.progress]. */
        public var progress: UploadProgressListener? = null

        /** See [EvaluationOptions.runtime]. */
        public var runtime: PhoenixRuntime = PhoenixRuntime()

        /** Changes [retry]: `retry { maxAttempts = 3 }`. */
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
