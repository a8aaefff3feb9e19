package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixRuntime
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** Phoenix retries a queued row without a target for this long. */
internal val QUEUE_RETRY_TIME: Duration = Duration.ofMinutes(10)

/** A full window takes a healthy Phoenix two seconds, a busy one ten. */
private val LONGEST_DRAIN: Duration = Duration.ofSeconds(30)

private const val SINGLE_ROWS_PER_SECOND = 250
private const val SINGLE_ROWS_BURST = 500
private const val NANOS_PER_SECOND = 1e9

/** A reading of the clock that is older than this comes from another clock. */
private val LONGEST_OVERTAKING: Duration = Duration.ofSeconds(1)

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

    /** Waits until [rows] more fit in [window], and takes them. First come, first served. */
    suspend fun lease(rows: Int, window: Int, runtime: PhoenixRuntime): Lease = turn.withLock {
        var seen = changes.value
        var lease = tryLease(rows, window, runtime)
        while (lease == null) {
            seen = changes.first { it != seen }
            lease = tryLease(rows, window, runtime)
        }
        lease
    }

    private fun tryLease(rows: Int, window: Int, runtime: PhoenixRuntime): Lease? {
        // The clock may be the application's: it is read without a lock, here and below.
        val now = runtime.steadyClock.instant()
        return synchronized(this) {
            val room = window - stranded(now) - unacknowledged
            if (room < rows && unacknowledged > 0) null
            else {
                unacknowledged += rows
                Lease(rows, runtime)
            }
        }
    }

    /**
     * Room in Phoenix's queue for the rows of one window. It ends when it is closed: all of it is
     * free again if the rows are [acknowledged]. Otherwise, nobody has seen them arrive, and what
     * may be in the queue goes on counting for as long as Phoenix may need to store it.
     */
    internal inner class Lease(private var rows: Int, private val runtime: PhoenixRuntime) :
        AutoCloseable {
        private var handedOver = 0
        private var isAcknowledged = false
        private var isOpen = true

        /** [sent] rows are about to be queued; what is sent once more counts once more. */
        fun handOver(sent: Int) =
            synchronized(this@QueueBudget) {
                check(isOpen) { "rows were queued without room" }
                handedOver += sent
                val extra = (handedOver - rows).coerceAtLeast(0)
                rows += extra
                unacknowledged += extra
            }

        /** Phoenix has refused [sent] rows that were handed over. */
        fun takeBack(sent: Int) = synchronized(this@QueueBudget) { handedOver -= sent }

        /** Phoenix has stored what it took. */
        fun acknowledged() {
            isAcknowledged = true
        }

        override fun close() {
            val now = runtime.steadyClock.instant()
            synchronized(this@QueueBudget) {
                if (!isOpen) return
                isOpen = false
                unacknowledged -= rows
                if (!isAcknowledged && handedOver > 0)
                    stranded += Stranded(now + LONGEST_DRAIN, handedOver)
            }
            // Not under the lock: what waits may go on at once, on this thread.
            changes.update { it + 1 }
        }
    }

    /** They wait in Phoenix for targets that are missing, whether or not their lease has ended. */
    @Synchronized
    fun strand(rows: Int, now: Instant) {
        stranded += Stranded(now + QUEUE_RETRY_TIME, rows)
    }

    /** How many rows wait in Phoenix without a lease. */
    @Synchronized
    fun stranded(now: Instant): Int {
        stranded.removeIf { it.until.isBefore(now) }
        return stranded.sumOf { it.rows }
    }

    /**
     * For rows that nobody looks at again: 250 rows a second, 500 at once. Who does not send them
     * after all gives them back.
     *
     * @param atMost the longest wait; null for any
     * @return false at once if the turn comes later than that: nothing was taken then
     */
    suspend fun awaitPace(rows: Int, runtime: PhoenixRuntime, atMost: Duration? = null): Boolean {
        val missing = takeSingles(rows, runtime.steadyClock.instant())
        if (missing <= 0) return true
        val wait = (missing * 1_000 / SINGLE_ROWS_PER_SECOND).milliseconds
        var hasTurn = false
        try {
            if (atMost == null || wait <= atMost.toKotlinDuration()) {
                runtime.sleep(wait)
                hasTurn = true
            }
        } finally {
            if (!hasTurn) giveBack(rows)
        }
        return hasTurn
    }

    /** Their turn came, or was awaited, and they were not sent. */
    @Synchronized
    fun giveBack(rows: Int) {
        singles = minOf(SINGLE_ROWS_BURST.toDouble(), singles + rows)
    }

    /** Goes into debt rather than waiting in here, so that callers are served in their order. */
    @Synchronized
    private fun takeSingles(rows: Int, now: Instant): Double {
        singles =
            minOf(
                SINGLE_ROWS_BURST.toDouble(),
                singles + secondsUntil(now) * SINGLE_ROWS_PER_SECOND,
            ) - rows
        return -minOf(0.0, singles)
    }

    /**
     * The time since the last call. A thread that has read the clock earlier may come later: then
     * no time has passed, and the next call must not count that time twice.
     */
    private fun secondsUntil(now: Instant): Double {
        val passed = singlesAt?.let { Duration.between(it, now) } ?: Duration.ZERO
        val isOvertaken = passed.isNegative && passed > LONGEST_OVERTAKING.negated()
        if (!isOvertaken) singlesAt = now
        return if (passed.isNegative) 0.0 else passed.seconds + passed.nano / NANOS_PER_SECOND
    }

    companion object {
        /** Rows that may be queued without looking whether they arrive. */
        const val UNOBSERVED_ROWS: Int = SINGLE_ROWS_BURST

        private val budgets = ConcurrentHashMap<String, QueueBudget>()

        /** The one budget for a server, however many clients there are. */
        fun of(endpoint: String): QueueBudget = budgets.computeIfAbsent(endpoint) { QueueBudget() }
    }
}
