package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import java.time.Duration
import java.time.Instant
import kotlin.time.toKotlinDuration

private const val OBSERVED_ROWS = 50
private val PATIENCE: Duration = Duration.ofSeconds(15)
private val FIRST_LOOK: Duration = Duration.ofMillis(50)
private val LONGEST_LOOK: Duration = Duration.ofMillis(500)

/** How long rows of the last request may stay away after the last of the others has arrived. */
private val LATECOMERS: Duration = Duration.ofSeconds(1)

/** How long rows may stay away where others before them do, too: a busy Phoenix is at it still. */
private val STRAGGLERS: Duration = Duration.ofSeconds(5)

/**
 * Rows that are queued together. Phoenix stores queued rows in the order in which they came, so
 * that the window has arrived when rows of its last request have.
 *
 * Some rows are looked up before the window is sent: only what differs afterwards has been written
 * by it, since the same upload may have been there before.
 */
internal class QueuedWindow(
    val targetKind: TargetKind,
    private val chunks: List<RowChunk>,
    rows: Int,
) {
    /** The rows that Phoenix took. */
    val queued: List<Int>
        get() = taken

    private val taken = ArrayList<Int>(rows)

    /** What the window costs of the budget: all attempts count. */
    var charged: Int = rows
        private set

    /** How many of its rows may be in Phoenix's queue. */
    var handedOver: Int = 0
        private set

    /** Why Phoenix could not be looked at last, or null when it could. */
    var unseen: Exception? = null
        private set

    /** Whether Phoenix has shown that it stores these rows. */
    val acknowledged: Boolean
        get() = receivedAt != null || taken.isEmpty()

    var acknowledgedAfter: Duration = Duration.ZERO
        private set

    /** When Phoenix received the first of those rows that are known to have arrived. */
    private var receivedAt: Instant? = null

    /** @return false when Phoenix could not be looked at beforehand: nothing was queued then */
    suspend fun send(
        sender: ChunkSender,
        readBack: ReadBack,
        budget: QueueBudget,
        runtime: PhoenixRuntime,
    ): Boolean {
        val observed = observedRows()
        val before = look(readBack, observed).mapValues { (_, seen) -> seen.updatedAt }
        if (unseen != null) return false
        val begun = readBack.serverTime
        sendAll(sender, budget)
        awaitAcknowledgement(observed.filter(taken.toSet()::contains), sender, readBack, runtime) {
            row,
            seen ->
            // A copy of an earlier window may arrive late; it has the time of its own receipt.
            seen.ours && seen.updatedAt != before[row] && seen.updatedAt >= begun
        }
        return true
    }

    private suspend fun look(readBack: ReadBack, observed: List<Int>): Map<Int, SeenRow> {
        val seen = readBack.read(targetKind, observed)
        unseen = seen.failure
        return seen.stored
    }

    /**
     * Whether someone has surely written [seen] after this window was begun. By Phoenix's own
     * clock: what was written later than Phoenix received one of our rows.
     */
    fun isNewer(seen: SeenRow): Boolean = receivedAt?.let(seen::isNewerThan) ?: false

    /**
     * Rows of the last request, and some of all others, to their end, in case the targets of those
     * are missing.
     */
    private fun observedRows(): List<Int> {
        val last = chunks.last().indexes.takeLast(OBSERVED_ROWS)
        val others = chunks.dropLast(1).flatMap { it.indexes }
        val step = (others.size / OBSERVED_ROWS).coerceAtLeast(1)
        return last +
            others.filterIndexed { position, _ -> position % step == 0 }.take(OBSERVED_ROWS)
    }

    /** One after the other, so that the last request is the last to be received. */
    private suspend fun sendAll(sender: ChunkSender, budget: QueueBudget) {
        for (chunk in chunks) {
            handedOver += chunk.indexes.size
            sender.queue(chunk) { rows, sent ->
                taken += rows
                val extra = sent - rows.size
                if (extra > 0) {
                    budget.chargeAgain(extra)
                    charged += extra
                    handedOver += extra
                }
            }
            if (sender.stopped) return
        }
    }

    private suspend fun awaitAcknowledgement(
        observed: List<Int>,
        sender: ChunkSender,
        readBack: ReadBack,
        runtime: PhoenixRuntime,
        hasArrived: (Int, SeenRow) -> Boolean,
    ) {
        val last = chunks.last().indexes.toSet()
        val started = runtime.clock.instant()
        var look = FIRST_LOOK
        // All that was ever seen: others may write these rows, and a look may fail.
        val arrived = HashMap<Int, Instant>()
        var lastSeen: Instant? = null
        while (observed.isNotEmpty()) {
            val news =
                look(readBack, observed).filter { (row, seen) ->
                    row !in arrived && hasArrived(row, seen)
                }
            // A server that failed may answer next time; a client that was closed sees no more.
            if (unseen != null && (unseen !is PhoenixException || sender.stopped)) return
            val now = runtime.clock.instant()
            if (news.isNotEmpty()) lastSeen = now
            news.forEach { (row, seen) -> arrived[row] = seen.updatedAt }
            val complete = arrived.keys.any(last::contains)
            val patience = if (observed.last() in arrived) LATECOMERS else STRAGGLERS
            val lastIsMissing =
                unseen == null && lastSeen != null && Duration.between(lastSeen, now) > patience
            if (complete || lastIsMissing) {
                receivedAt = arrived.values.minOf(::latestMeant)
                acknowledgedAfter = Duration.between(started, now)
                return
            }
            if (Duration.between(started, now) > PATIENCE) return
            runtime.sleep(look.toKotlinDuration())
            look = minOf(look.multipliedBy(2), LONGEST_LOOK)
        }
    }
}
