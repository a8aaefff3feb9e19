package io.github.phoenixkt

import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.queue.QueueState
import java.time.Duration

/**
 * Receives events of a client, for example to feed metrics. Override the functions that you need,
 * and set the listener in [PhoenixSettings].
 *
 * The client calls the listener on its own threads, from several at once, and waits for it: it must
 * be quick and thread-safe, and must not block. If it throws, the first exception is logged, no
 * call and no row is affected, and the listener is called again for the next event. Events contain
 * no secrets, no ids and no content.
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
    /**
     * A request got a response or failed. Not called for a request that was cancelled.
     *
     * This includes the client's own request for the server's version. Its attempts are reported
     * together, after the last one.
     */
    public fun onRequest(event: RequestEvent) {}

    /**
     * A request failed and will be sent again. Called after [onRequest] of the failed attempt, and
     * before the next attempt, unless the request is the one for the server's version.
     */
    public fun onRetry(event: RetryEvent) {}

    /**
     * An upload, a window of a stream or a `log…` call has ended, or was cancelled. Called once for
     * each target kind and outcome, so that every row counts once.
     *
     * Calls that add one annotation are reported only as requests. Rows are not reported if they
     * were refused before anything was sent. What an annotation queue accepted is reported once,
     * when it has its [outcome][io.github.phoenixkt.queue.QueueOutcome], however often it was
     * tried.
     */
    public fun onOutcomes(event: OutcomesEvent) {}

    /**
     * A window of an upload was sent, and either Phoenix has stored it or the client no longer
     * waits for it.
     */
    public fun onWindow(event: WindowEvent) {}

    /**
     * An [annotation queue][io.github.phoenixkt.queue.AnnotationQueue] refused a row because it is
     * full or accepts rows again, cannot send or can send again, cannot write its spool or can
     * write it again, or was closed.
     *
     * @param state the queue's state after the change
     */
    public fun onQueue(state: QueueState) {}
}

/**
 * One attempt of a request.
 *
 * @property route the method and the path, with `{id}` for every name and id: `GET
 *   /v1/projects/{id}`
 * @property attempt the number of the attempt, from 1
 * @property status the HTTP status of the response; null if there was none
 * @property failure the simple name of the [PhoenixException] for this failure, for example
 *   `Timeout` or `Unreachable`; null if there was a response
 * @property duration the time from sending the request to the end of the response
 * @property bytesSent the size of the request's body in bytes, 0 without a body
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
 * A request that will be sent again.
 *
 * @property route the route, as in [RequestEvent.route]
 * @property attempt the number of the attempt that failed, from 1
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
 * Rows of an upload or of a queue that have the same outcome.
 *
 * @property targetKind what the rows annotate
 * @property outcome the name of the [RowOutcome][io.github.phoenixkt.upload.RowOutcome.name] or of
 *   the [QueueOutcome][io.github.phoenixkt.queue.QueueOutcome.name], for example `Stored` or
 *   `MissingTarget`
 * @property count the number of rows, at least 1
 */
public class OutcomesEvent
internal constructor(
    public val targetKind: TargetKind,
    public val outcome: String,
    public val count: Int,
) {
    override fun toString(): String = "$targetKind: $count $outcome"
}

/**
 * A window of an upload: rows that were queued together.
 *
 * @property targetKind what the rows annotate
 * @property rows how many rows Phoenix queued; it may have refused some or all of the window
 * @property acknowledgedAfter the time from the last request until the rows were seen to be stored.
 *   Null if they were not seen within 15 s, could not be read, or none was queued.
 * @property nextWindow the most rows of the next window; lower while Phoenix is slow
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
