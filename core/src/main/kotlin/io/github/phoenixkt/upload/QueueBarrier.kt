package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.time.Instant

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
     * @param onPassed called with rows as soon as they have passed
     * @return what to say of the others, whose copies Phoenix did not store in time; null if all
     *   rows have passed
     */
    suspend fun pass(
        chunk: RowChunk,
        recent: Boolean,
        onPassed: (RowChunk, Passage) -> Unit,
    ): PhoenixException? {
        // Without waiting for an outage: others may wait for it, and for these keys.
        val readBack = ReadBack(transport, chunk.rows, project)
        val confirmed =
            if (chunk.targetKind.read == null) emptyMap() else readBack.read(chunk).stored
        queue(chunk)
        val unseen = chunk.filterPositions { chunk.indexes[it] !in confirmed }
        if (unseen.size > 0) {
            if (recent) transport.sleep(minOf(UNSEEN_WAIT, patience))
            onPassed(unseen, Passage.UNSEEN)
        }
        return awaitCopies(chunk, confirmed, readBack, onPassed)
    }

    private suspend fun awaitCopies(
        chunk: RowChunk,
        confirmed: Map<Int, SeenRow>,
        readBack: ReadBack,
        onPassed: (RowChunk, Passage) -> Unit,
    ): PhoenixException? {
        val copies = Copies(chunk, confirmed)
        val started = runtime.steadyClock.instant()
        var look = FIRST_LOOK
        var repeat = FIRST_REPEAT
        while (copies.left.size > 0) {
            transport.sleep(look)
            copies.note(readBack.read(copies.left).stored, runtime.steadyClock.instant(), onPassed)
            val left = copies.left
            if (left.size == 0) break
            val waited = Duration.between(started, runtime.steadyClock.instant())
            if (waited >= patience)
                return notStored(
                    left,
                    "Phoenix did not store its queued rows within ${waited.toMillis()} ms. Write it again later.",
                )
            if (waited >= repeat) {
                // Lost, or older by Phoenix's clock than the row by the clock of its database.
                copies.unseen.takeIf { it.size > 0 }?.let { queue(it) }
                repeat = repeat.multipliedBy(2)
            }
            look = minOf(look.multipliedBy(2), LONGEST_LOOK)
        }
        return null
    }

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
 * The copies of confirmed rows that are on their way.
 *
 * Where Phoenix's clock is ahead of its database's, an older copy has a later date than the
 * confirmed row, as somebody else's later value has. Our copy replaces the older one, but not the
 * later one. It comes after the older one, and together with the other rows of its request.
 */
private class Copies(chunk: RowChunk, private val confirmed: Map<Int, SeenRow>) {
    /** Those that have not been seen to arrive, and that nobody is known to have overwritten. */
    var left: RowChunk = chunk.filterPositions { chunk.indexes[it] in confirmed }
        private set

    /** Those of them in whose place nothing else has been seen. */
    val unseen: RowChunk
        get() = left.filterPositions { left.indexes[it] !in replacedSince }

    private val replacedSince = HashMap<Int, Instant>()
    private var someHaveArrived = false

    fun note(seen: Map<Int, SeenRow>, now: Instant, onPassed: (RowChunk, Passage) -> Unit) {
        val before = left
        val overwritten = HashSet<Int>()
        val arrived = before.indexes.filterTo(HashSet()) { row -> hasArrived(row, seen[row]) }
        val mayFollow = !someHaveArrived
        if (arrived.isNotEmpty()) someHaveArrived = true
        for (row in before.indexes) {
            if (!isReplaced(row, seen[row])) replacedSince -= row
            else {
                val since = replacedSince.getOrPut(row) { now }
                val waited = Duration.between(since, now)
                if (waited >= UNSEEN_WAIT || waited > Duration.ZERO && !mayFollow)
                    overwritten += row
            }
        }
        left = before.filterPositions { position ->
            val row = before.indexes[position]
            row !in arrived && row !in overwritten
        }
        val passed =
            mapOf(Passage.ARRIVED to arrived, Passage.OVERWRITTEN to overwritten).filterValues {
                it.isNotEmpty()
            }
        passed.forEach { (passage, rows) ->
            onPassed(before.filterPositions { before.indexes[it] in rows }, passage)
        }
    }

    private fun hasArrived(row: Int, seen: SeenRow?): Boolean =
        seen != null && seen.ours && seen.updatedAt > confirmed.getValue(row).updatedAt

    /** What is dated back was confirmed, and replaced our value: it is none of the older copies. */
    private fun isReplaced(row: Int, seen: SeenRow?): Boolean {
        val before = confirmed.getValue(row)
        return before.ours &&
            seen != null &&
            !seen.ours &&
            (seen.isNewerThan(before.updatedAt) ||
                seen.updatedAt.isDatedBack && seen.updatedAt >= before.updatedAt)
    }
}

/** Why no older copy of a confirmed row can replace it any more. */
internal enum class Passage {
    /** A copy of the row has been stored, and so has every older one. */
    ARRIVED,

    /** The row cannot be read. Its copy is in the queue behind the older ones. */
    UNSEEN,

    /** Somebody else has written the row since it was confirmed. That is left alone. */
    OVERWRITTEN,
}
