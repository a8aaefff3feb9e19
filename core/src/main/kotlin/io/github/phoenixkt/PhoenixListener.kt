package io.github.phoenixkt

import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.queue.QueueState
import io.github.phoenixkt.upload.RowOutcome
import java.time.Duration

/**
 * Told what a client does, to feed metrics: override what you need, and set it as `listener` in
 * [PhoenixSettings].
 *
 * Called on the client's own threads, from several at once, and waited for: it must be quick and
 * thread-safe, and must not block. When it throws, that is logged once and costs neither a call nor
 * a row; it goes on being called. No event holds a secret, an id or anything that was sent.
 *
 * ```kotlin
 * val counts = ConcurrentHashMap<String, Long>()
 * val client = PhoenixClient {
 *     listener = object : PhoenixListener {
 *         override fun onRequest(event: RequestEvent) {
 *             counts.merge("${event.route} ${event.status ?: event.failure}", 1L, Long::plus)
 *         }
 *
 *         override fun onOutcomes(event: OutcomesEvent) {
 *             counts.merge("${event.targetKind} ${event.outcome}", event.count.toLong(), Long::plus)
 *         }
 *     }
 * }
 * ```
 */
public interface PhoenixListener {
    /** A request was answered, or failed. Not called for one that was cancelled. */
    public fun onRequest(event: RequestEvent) {}

    /** A request failed and is sent again after a while. Follows its [onRequest]. */
    public fun onRetry(event: RetryEvent) {}

    /**
     * What became of rows of an upload, a window of a stream or a `log…` call: told when it is
     * over, cancelled or not, once for each target kind and outcome, so that every row counts once.
     * `add…` calls of one annotation are seen as requests only, and rows that were refused before
     * anything was sent not at all.
     */
    public fun onOutcomes(event: OutcomesEvent) {}

    /**
     * A window of an upload was sent, and has been seen to arrive or is not waited for any more.
     */
    public fun onWindow(event: WindowEvent) {}

    /**
     * An [annotation queue][io.github.phoenixkt.queue.AnnotationQueue] became full or has room
     * again, cannot send or can send again, or was closed.
     */
    public fun onQueue(state: QueueState) {}
}

/**
 * One attempt of a request.
 *
 * @property route method and path, with `{id}` for every name and id: `GET /v1/projects/{id}`
 * @property attempt counts from 1
 * @property status of the answer, whatever it is; null when there was none
 * @property failure the simple name of the [PhoenixException] that it would be without a retry:
 *   `Timeout`, `Unreachable`; null when there was an answer
 * @property duration from sending to the end of the answer
 * @property bytesSent size of the body, 0 without one
 */
public class RequestEvent
internal constructor(
    public val route: String,
    public val attempt: Int,
    public val status: Int?,
    public val failure: String?,
    public val duration: Duration,
    public val bytesSent: Int,
) {
    override fun toString(): String =
        "$route attempt $attempt: ${status ?: failure} in ${duration.toMillis()} ms, $bytesSent bytes sent"
}

/**
 * A request that is sent again.
 *
 * @property route as in [RequestEvent.route]
 * @property attempt which attempt failed, counted from 1
 * @property reason `status 503`, or the name of the failure as in [RequestEvent.failure]
 * @property wait the time until the next attempt
 */
public class RetryEvent
internal constructor(
    public val route: String,
    public val attempt: Int,
    public val reason: String,
    public val wait: Duration,
) {
    override fun toString(): String =
        "$route attempt $attempt failed ($reason), again in ${wait.toMillis()} ms"
}

/**
 * Rows of an upload that came to the same end.
 *
 * @property targetKind what they annotate
 * @property kind the outcome
 * @property count how many rows, at least 1
 */
public class OutcomesEvent
internal constructor(
    public val targetKind: TargetKind,
    public val kind: RowOutcome.Kind,
    public val count: Int,
) {
    /** The [name][RowOutcome.name] of the outcome: `Stored`, `MissingTarget`. */
    public val outcome: String
        get() = kind.outcomeName

    override fun toString(): String = "$targetKind: $count $outcome"
}

/**
 * Rows that were queued together.
 *
 * @property targetKind what they annotate
 * @property rows how many Phoenix took into its queue; it may have refused some, or all
 * @property acknowledgedAfter how long after the last request Phoenix was seen to have stored them;
 *   null when it did not show that in 15 s, could not be read, or took none
 * @property nextWindow how many rows the next window of the upload may have; fewer while Phoenix is
 *   slow
 */
public class WindowEvent
internal constructor(
    public val targetKind: TargetKind,
    public val rows: Int,
    public val acknowledgedAfter: Duration?,
    public val nextWindow: Int,
) {
    override fun toString(): String {
        val seen =
            acknowledgedAfter?.let { "acknowledged after ${it.toMillis()} ms" }
                ?: "not acknowledged"
        return "$targetKind: $rows rows queued, $seen, next window $nextWindow"
    }
}
