package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.transport.Transport
import java.time.Duration

private val FIRST_LOOK: Duration = Duration.ofMillis(50)
private val LONGEST_LOOK: Duration = Duration.ofMillis(500)
private val FIRST_REPEAT: Duration = Duration.ofSeconds(5)

/** A row of a known target is stored after a tenth of that, unless Phoenix is busy. */
private val UNSEEN_WAIT: Duration = Duration.ofSeconds(1)

/**
 * Makes sure that confirmed rows stay, where older copies of them may wait in Phoenix's queue.
 *
 * Phoenix stores queued rows in the order in which it received them, and of two that it takes
 * together the later one. So the rows are queued once more, with the values that were confirmed:
 * when these copies have been stored, none that was queued before them can follow.
 */
internal class QueueBarrier(
    private val transport: Transport,
    private val project: String?,
    private val patience: Duration,
    private val queue: suspend (RowChunk) -> Unit,
) {
    private val runtime = transport.runtime

    /**
     * @param chunk the rows, which are confirmed
     * @param recent whether the older copies may be on their way at this moment: rows that cannot
     *   be read are given a moment then
     * @throws PhoenixException.Timeout when Phoenix does not store the copies in time
     */
    suspend fun pass(chunk: RowChunk, recent: Boolean): Passed {
        // Without waiting for an outage: others may wait for it, and for these keys.
        val readBack = ReadBack(transport, chunk.rows, project)
        val confirmed =
            if (chunk.targetKind.read == null) emptyMap() else readBack.read(chunk).stored
        queue(chunk)
        val overwritten = awaitCopies(chunk, confirmed, readBack)
        val unseen = chunk.indexes.filterNot(confirmed::containsKey).toSet()
        if (recent && unseen.isNotEmpty()) transport.sleep(minOf(UNSEEN_WAIT, patience))
        return Passed(unseen, overwritten)
    }

    /** @return the rows that somebody else has written since they were confirmed */
    private suspend fun awaitCopies(
        chunk: RowChunk,
        confirmed: Map<Int, SeenRow>,
        readBack: ReadBack,
    ): Set<Int> {
        val overwritten = mutableSetOf<Int>()
        val started = runtime.steadyClock.instant()
        var left = chunk.filterPositions { chunk.indexes[it] in confirmed }
        var look = FIRST_LOOK
        var repeat = FIRST_REPEAT
        while (left.size > 0) {
            transport.sleep(look)
            val seen = readBack.read(left).stored
            left = left.filterPositions { position ->
                val row = left.indexes[position]
                val before = confirmed.getValue(row)
                val now = seen[row]
                val isOverwritten = now != null && isOverwritten(before, now)
                if (isOverwritten) overwritten += row
                val hasArrived = now != null && now.ours && now.updatedAt > before.updatedAt
                !isOverwritten && !hasArrived
            }
            if (left.size == 0) break
            val waited = Duration.between(started, runtime.steadyClock.instant())
            if (waited >= patience)
                throw notStored(
                    left,
                    "Phoenix did not store its queued rows within ${waited.toMillis()} ms. Write it again later.",
                )
            if (waited >= repeat) {
                // Lost, or older by Phoenix's clock than the row by the clock of its database.
                queue(left)
                repeat = repeat.multipliedBy(2)
            }
            look = minOf(look.multipliedBy(2), LONGEST_LOOK)
        }
        return overwritten
    }

    /** What is dated back was confirmed, and replaced our value: it is none of the older copies. */
    private fun isOverwritten(confirmed: SeenRow, seen: SeenRow): Boolean =
        confirmed.ours &&
            !seen.ours &&
            (seen.isNewerThan(confirmed.updatedAt) ||
                seen.updatedAt.isDatedBack && seen.updatedAt >= confirmed.updatedAt)

    companion object {
        /** @param reason why the copies of these rows may not come last, and what to do */
        fun notStored(rows: RowChunk, reason: String): PhoenixException {
            val others = if (rows.size == 1) "" else " and of ${rows.size - 1} more"
            return PhoenixException.Timeout(
                "The value of ${rows.keys.first()}$others was confirmed, but an older one that this process has queued " +
                    "may still replace it. $reason"
            )
        }
    }
}

/**
 * Rows that keep their values, but of whose copies only the order is sure.
 *
 * @property unseen they cannot be read
 * @property overwritten somebody else has written them since they were confirmed; that is left
 *   alone
 */
internal class Passed(val unseen: Set<Int>, val overwritten: Set<Int>)
