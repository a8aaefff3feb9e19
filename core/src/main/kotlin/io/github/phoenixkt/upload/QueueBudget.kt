package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixRuntime
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** Phoenix retries a queued row without a target for this long. */
internal val QUEUE_RETRY_TIME: Duration = Duration.ofMinutes(10)

/** A full window takes a healthy Phoenix two seconds, a busy one ten. */
private val LONGEST_DRAIN: Duration = Duration.ofSeconds(30)

private const val SINGLE_ROWS_PER_SECOND = 250
private const val SINGLE_ROWS_BURST = 500

/**
 * How many queued rows one Phoenix holds that are not known to be stored, from all clients in this
 * JVM. Phoenix's queue has no bound and loses everything in it when it grows too long, so that
 * somebody must count.
 */
internal class QueueBudget {
    private class Stranded(val until: Instant, val rows: Int)

    private var unacknowledged = 0
    private val stranded = ArrayDeque<Stranded>()
    private val changes = MutableStateFlow(0)

    /** Fair: without it, an upload that goes on would always be ahead of one that waits. */
    private val turn = Mutex()
    private var singles = SINGLE_ROWS_BURST.toDouble()
    private var singlesAt: Instant? = null

    /** Waits until [rows] more fit in [window], and charges them. First come, first served. */
    suspend fun charge(rows: Int, window: Int, runtime: PhoenixRuntime) {
        turn.withLock {
            while (true) {
                val seen = changes.value
                if (tryCharge(rows, window, runtime)) return
                changes.first { it != seen }
            }
        }
    }

    /** Charges [rows] that were queued once more, by a request that had to be repeated. */
    @Synchronized
    fun chargeAgain(rows: Int) {
        unacknowledged += rows
    }

    /** They are stored, or were never queued. */
    @Synchronized
    fun release(rows: Int) {
        unacknowledged -= rows
        changes.value++
    }

    /** They were charged and wait in Phoenix for targets that are missing. */
    @Synchronized
    fun strand(rows: Int, now: Instant) {
        stranded += Stranded(now + QUEUE_RETRY_TIME, rows)
    }

    /**
     * They were charged and nobody has seen them arrive, since the upload was cancelled: Phoenix
     * stores what it can within seconds.
     */
    @Synchronized
    fun strandBriefly(rows: Int, now: Instant) {
        stranded += Stranded(now + LONGEST_DRAIN, rows)
    }

    /** How many rows wait in Phoenix for their targets. */
    @Synchronized
    fun stranded(now: Instant): Int {
        stranded.removeIf { it.until.isBefore(now) }
        return stranded.sumOf { it.rows }
    }

    /** For calls that never look back: 250 rows a second, 500 at once. */
    suspend fun chargeUnobserved(rows: Int, runtime: PhoenixRuntime) {
        val missing = takeSingles(rows, runtime.clock.instant())
        if (missing > 0) runtime.sleep((missing * 1_000 / SINGLE_ROWS_PER_SECOND).milliseconds)
    }

    @Synchronized
    private fun tryCharge(rows: Int, window: Int, runtime: PhoenixRuntime): Boolean {
        val room = window - stranded(runtime.clock.instant()) - unacknowledged
        if (room < rows && unacknowledged > 0) return false
        unacknowledged += rows
        return true
    }

    /** Goes into debt rather than waiting in here, so that callers are served in their order. */
    @Synchronized
    private fun takeSingles(rows: Int, now: Instant): Double {
        val since = singlesAt?.let { Duration.between(it, now).toMillis().coerceAtLeast(0) } ?: 0
        singlesAt = now
        singles =
            minOf(
                SINGLE_ROWS_BURST.toDouble(),
                singles + since * SINGLE_ROWS_PER_SECOND / 1_000.0,
            ) - rows
        return -minOf(0.0, singles)
    }

    companion object {
        /** Rows that may be queued without looking whether they arrive. */
        const val UNOBSERVED_ROWS: Int = SINGLE_ROWS_BURST

        private val budgets = ConcurrentHashMap<String, QueueBudget>()

        /** The one budget for a server, however many clients there are. */
        fun of(endpoint: String): QueueBudget = budgets.computeIfAbsent(endpoint) { QueueBudget() }
    }
}
