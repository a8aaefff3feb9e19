package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.RowChunk
import java.time.Duration
import java.time.Instant
import kotlin.time.toKotlinDuration

private const val OBSERVED_ROWS = 50
private val PATIENCE: Duration = Duration.ofSeconds(15)
private val FIRST_LOOK: Duration = Duration.ofMillis(50)
private val LONGEST_LOOK: Duration = Duration.ofMillis(500)

/** How long rows of the last request may stay away after the last of the others has arrived. */
private val LATECOMERS: Duration = Duration.ofSeconds(1)

/**
 * How long to wait for rows that are surely of this window, where all that came may be earlier
 * copies of another process.
 */
private val DOUBT: Duration = Duration.ofSeconds(3)

/** How long rows may stay away where others before them do, too: a busy Phoenix is at it still. */
private val STRAGGLERS: Duration = Duration.ofSeconds(5)

/** What came of sending a window. */
internal sealed interface WindowResult {
    /** Phoenix could not be looked at beforehand, because of [cause]: nothing was queued. */
    class NotBegun(val cause: Exception) : WindowResult

    /**
     * @property queued what Phoenix took; null if it took nothing
     * @property arrival when Phoenix has shown that it stores these rows; null if it has not
     * @property unseen why Phoenix could not be looked at last; null if it could
     */
    class Sent(val queued: RowChunk?, val arrival: Arrival?, val unseen: Exception?) :
        WindowResult {
        /** Whether nothing of the window is left in Phoenix's queue. */
        val isAcknowledged: Boolean
            get() = arrival != null || queued == null
    }
}

/**
 * The rows of a window have been seen to arrive.
 *
 * @property receivedAt when Phoenix received the first of those that were seen
 * @property lastReceivedAt when it received the last of them
 * @property latestBefore the latest time that was read in Phoenix before the window was sent
 * @property after how long the window was waited for
 */
internal class Arrival(
    private val receivedAt: Instant,
    val lastReceivedAt: Instant,
    private val latestBefore: Instant,
    val after: Duration,
) {
    /**
     * Whether someone has surely written [seen] after the window was begun: later than Phoenix
     * received one of our rows. Phoenix dates by its own clock what was queued, and the database by
     * its own what was confirmed, so that it must be later than all that either had dated before.
     */
    fun isBefore(seen: SeenRow): Boolean = seen.isNewerThan(maxOf(receivedAt, latestBefore))
}

/**
 * Rows that are queued together. Phoenix stores queued rows in the order in which they came, so
 * that the window has arrived when rows of its last request have.
 *
 * Some rows are looked up before the window is sent: only what differs afterwards has been written
 * by it, since the same upload may have been there before.
 *
 * @param lastReceived when Phoenix received the last row that was seen to arrive
 * @param isContested whether another call of this process has queued a value for a key that may
 *   arrive meanwhile
 */
internal class QueuedWindow(
    private val chunks: List<RowChunk>,
    private val sender: ChunkSender,
    private val readBack: ReadBack,
    private val runtime: PhoenixRuntime,
    private val lastReceived: Instant,
    private val isContested: (RowKey) -> Boolean,
) {
    suspend fun send(lease: QueueBudget.Lease): WindowResult {
        val observed = observedRows()
        val before = readBack.read(observed)
        before.failure?.let {
            return WindowResult.NotBegun(it)
        }
        val latestBefore = readBack.serverTime
        val contested = observed.filterPositions { isContested(observed.keys[it]) }.indexes.toSet()
        val queued = sendAll(lease) ?: return WindowResult.Sent(null, null, null)
        val taken = queued.indexes.toHashSet()
        val result =
            awaitArrival(
                queued,
                observed.filterPositions { observed.indexes[it] in taken },
                latestBefore,
            ) { row, seen ->
                // An earlier value may arrive late, with the time of its own receipt. Where only
                // this upload has queued, lastReceived is enough to tell it; until that is known,
                // see Arrivals.
                val earliest =
                    if (row in contested) maxOf(latestBefore, lastReceived) else lastReceived
                seen.ours &&
                    seen.updatedAt != before.stored[row]?.updatedAt &&
                    seen.updatedAt >= earliest
            }
        if (result.isAcknowledged) lease.acknowledged()
        return result
    }

    /**
     * Rows of the last request, and some of all others, to their end, in case the targets of those
     * are missing.
     */
    private fun observedRows(): RowChunk {
        val last = chunks.last()
        val observed = mutableListOf(last.part(maxOf(0, last.size - OBSERVED_ROWS), last.size))
        if (chunks.size > 1) {
            val others = chunks.dropLast(1).joined()
            val step = (others.size / OBSERVED_ROWS).coerceAtLeast(1)
            observed += others.filterPositions { it % step == 0 && it / step < OBSERVED_ROWS }
        }
        return observed.joined()
    }

    /** One after the other, so that the last request is the last to be received. */
    private suspend fun sendAll(lease: QueueBudget.Lease): RowChunk? {
        val taken = mutableListOf<RowChunk>()
        for (chunk in chunks) {
            taken += sender.queue(chunk, lease)
            if (sender.stopped) break
        }
        return if (taken.isEmpty()) null else taken.joined()
    }

    private suspend fun awaitArrival(
        queued: RowChunk,
        observed: RowChunk,
        latestBefore: Instant,
        hasArrived: (Int, SeenRow) -> Boolean,
    ): WindowResult.Sent {
        val arrivals =
            Arrivals(
                chunks.last().indexes.toHashSet(),
                observed.indexes.lastOrNull(),
                runtime.steadyClock.instant(),
                trustedFrom = if (lastReceived == Instant.EPOCH) latestBefore else Instant.EPOCH,
            )
        var look = FIRST_LOOK
        var unseen: Exception? = null
        while (observed.size > 0) {
            val seen = readBack.read(observed)
            unseen = seen.failure
            val now = runtime.steadyClock.instant()
            val hopeless = isHopeless(unseen)
            if (!hopeless) {
                arrivals.note(now, seen.stored.filter { (row, found) -> hasArrived(row, found) })
                if (arrivals.isOver(now, allWasSeen = unseen == null))
                    return WindowResult.Sent(queued, arrivals.arrival(now, latestBefore), unseen)
            }
            if (hopeless || arrivals.waited(now) > PATIENCE) break
            runtime.sleep(look.toKotlinDuration())
            look = minOf(look.multipliedBy(2), LONGEST_LOOK)
        }
        return WindowResult.Sent(queued, arrival = null, unseen)
    }

    /** A server that failed may answer next time; a client that was closed sees no more. */
    private fun isHopeless(failure: Exception?) =
        failure != null && (failure !is PhoenixException || sender.stopped)
}

/**
 * The rows of a window that were seen to arrive, at any time: others may write these rows, and a
 * look may fail.
 *
 * What is dated before [trustedFrom] is a copy that another process has queued earlier; or the
 * clock of the database, which dates confirmed rows, is ahead of Phoenix's own. In the second case,
 * all rows of the window have such dates, and they count after a while.
 */
private class Arrivals(
    private val lastChunk: Set<Int>,
    private val lastRow: Int?,
    private val started: Instant,
    private var trustedFrom: Instant,
) {
    private val arrived = HashMap<Int, Instant>()
    private var lastSeen: Instant? = null

    /** When the first row was seen, whatever its date. */
    private var firstSeen: Instant? = null

    fun note(now: Instant, found: Map<Int, SeenRow>) {
        if (found.isNotEmpty()) firstSeen = firstSeen ?: now
        val isDoubted = arrived.isEmpty() && firstSeen != null
        if (isDoubted && Duration.between(firstSeen, now) >= DOUBT) trustedFrom = Instant.EPOCH
        val news = found.filter { (row, seen) ->
            row !in arrived && seen.updatedAt >= trustedFrom
        }
        if (news.isNotEmpty()) lastSeen = now
        news.forEach { (row, seen) -> arrived[row] = seen.updatedAt }
    }

    /** Whether the last chunk has arrived, or will not: what came before it has, long ago. */
    fun isOver(now: Instant, allWasSeen: Boolean): Boolean {
        val patience = if (lastRow in arrived) LATECOMERS else STRAGGLERS
        val lastIsMissing =
            allWasSeen && lastSeen?.let { Duration.between(it, now) > patience } == true
        return lastIsMissing || arrived.keys.any(lastChunk::contains)
    }

    fun waited(now: Instant): Duration = Duration.between(started, now)

    fun arrival(now: Instant, latestBefore: Instant): Arrival {
        val times = arrived.values
        return Arrival(times.minOf(::latestMeant), times.max(), latestBefore, waited(now))
    }
}
