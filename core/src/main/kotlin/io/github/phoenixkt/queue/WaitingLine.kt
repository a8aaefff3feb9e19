package io.github.phoenixkt.queue

import java.time.Duration
import java.time.Instant

/** Whether an item was taken into the line, and what it replaced there. */
internal sealed class Admission {
    class Taken(val entry: QueueEntry, val replaced: QueueEntry?) : Admission()

    class Refused(val reason: String) : Admission()
}

/**
 * What to do next: send these now, or look again after a while; null means after the next offer.
 */
internal class NextStep(val batch: List<QueueEntry>, val lookAgainAfter: Duration?)

/**
 * What a queue holds, bounded, in the order in which it was accepted; and on disk if there is a
 * [spool]. Thread-safe.
 */
internal class WaitingLine(
    private val options: AnnotationQueueOptions,
    private val spool: Spool?,
    recovered: List<SpooledItem>,
) {
    private val waiting = LinkedHashMap<Any, QueueEntry>()
    private val underWay = LinkedHashMap<Any, QueueEntry>()
    private var bytes = 0L
    private var lastNumber = 0L
    private var closed = false

    private var lastSpoolRetry = Instant.EPOCH

    /** Entries up to this number do not wait for company. */
    private var flushedUpTo = 0L

    init {
        for (item in recovered) {
            val entry = QueueEntry(item.number, item.item, item.acceptedAt)
            // An attempt of the earlier process may have got no answer.
            entry.mayHaveArrived = true
            waiting[item.item.key] = entry
            bytes += entry.bytes
            lastNumber = maxOf(lastNumber, item.number)
        }
        spool?.rewrite(waiting.values.toList())
    }

    @Synchronized
    fun admit(item: QueueItem, now: Instant): Admission {
        if (closed) return Admission.Refused(CLOSED)
        val entry = QueueEntry(lastNumber + 1, item, now)
        require(entry.bytes <= options.maxBytes) {
            "The ${item.targetKind.noun} annotation has ${entry.bytes} bytes, more than the queue may hold (maxBytes = ${options.maxBytes})."
        }
        val before = waiting[item.key]
        whyFull(entry, before)?.let {
            return Admission.Refused(it)
        }
        if (!spooled(entry))
            return Admission.Refused(
                "The spool is full (maxSpoolBytes = ${options.maxSpoolBytes})."
            )
        lastNumber++
        // It takes the place of the one before, which has waited longest.
        waiting[item.key] = entry
        bytes += entry.bytes
        if (before != null) leave(before)
        return Admission.Taken(entry, before)
    }

    private fun whyFull(entry: QueueEntry, before: QueueEntry?): String? {
        val rows = size + 1 - (if (before == null) 0 else 1)
        val held = bytes + entry.bytes - (before?.bytes ?: 0)
        return when {
            rows > options.maxRows -> "The queue is full (maxRows = ${options.maxRows})."
            held > options.maxBytes -> "The queue is full (maxBytes = ${options.maxBytes})."
            else -> null
        }
    }

    private fun spooled(entry: QueueEntry): Boolean {
        if (spool == null || spool.add(entry)) return true
        if (!spool.hasDone()) return false
        spool.rewrite(all())
        return spool.add(entry)
    }

    /** Takes what is to be sent now out of the line; it is under way until it is settled. */
    @Synchronized
    fun next(now: Instant, mostRows: Int): NextStep {
        val due = waiting.values.filter { it.notBefore <= now && it.item.key !in underWay }
        val oldest = due.minOfOrNull { it.notBefore }
        val ready =
            oldest != null &&
                (due.size >= options.flushRows ||
                    due.sumOf { it.bytes.toLong() } >= options.flushBytes ||
                    due.any { it.number <= flushedUpTo } ||
                    oldest + options.flushAfter <= now)
        if (!ready) {
            val later = waiting.values.mapNotNull { it.notBefore.takeIf { time -> time > now } }
            val wake =
                listOfNotNull(oldest?.plus(options.flushAfter), later.minOrNull()).minOrNull()
            return NextStep(emptyList(), wake?.let { Duration.between(now, it) })
        }
        val first = due.first()
        val batch =
            if (first.item is QueueItem.OfNote) listOf(first)
            else due.filter { it.goesWith(first) }.take(mostRows)
        for (entry in batch) {
            waiting.remove(entry.item.key)
            underWay[entry.item.key] = entry
        }
        return NextStep(batch, null)
    }

    /** What was refused before goes apart, so that it costs what comes fresh no further request. */
    private fun QueueEntry.goesWith(first: QueueEntry) =
        item is QueueItem.OfAnnotation &&
            item.targetKind == first.item.targetKind &&
            (tries > 0) == (first.tries > 0)

    /**
     * Puts an entry that was under way back into the line.
     *
     * @return whether it is in the line; it is not if a later one of its key came meanwhile
     */
    @Synchronized
    fun putBack(entry: QueueEntry, notBefore: Instant): Boolean {
        if (waiting.containsKey(entry.item.key)) return false
        underWay.remove(entry.item.key)
        entry.notBefore = notBefore
        waiting[entry.item.key] = entry
        return true
    }

    /** The entry has its outcome: it makes room, on disk too. */
    @Synchronized
    fun settle(entry: QueueEntry) {
        underWay.remove(entry.item.key, entry)
        waiting.remove(entry.item.key, entry)
        leave(entry)
    }

    private fun leave(entry: QueueEntry) {
        bytes -= entry.bytes
        spool?.done(entry)
    }

    /**
     * Makes the file smaller when most of it is done, and tries a disk again that could not be
     * written.
     */
    @Synchronized
    fun tendSpool(now: Instant) {
        if (spool == null) return
        val retry = spool.problem != null && lastSpoolRetry + SPOOL_RETRY <= now
        if (retry) lastSpoolRetry = now
        if (retry || spool.isMostlyDone()) spool.rewrite(all())
    }

    /** Takes those out that were accepted before [time] and are not under way. */
    @Synchronized
    fun takeOlderThan(time: Instant): List<QueueEntry> =
        waiting.values.filter { it.acceptedAt < time }.onEach { waiting.remove(it.item.key) }

    /** Everything accepted so far is to be sent without waiting for company. */
    @Synchronized
    fun flush(): List<QueueEntry> {
        flushedUpTo = lastNumber
        return all()
    }

    /** Takes no more from now on. */
    @Synchronized
    fun close() {
        closed = true
    }

    @Synchronized fun isSpooled(entry: QueueEntry): Boolean = spool != null && entry in spool

    /** What is left at the end; the spool keeps its part. */
    @Synchronized
    fun abandon(): List<QueueEntry> {
        val left = all()
        spool?.close()
        return left
    }

    private fun all() = (underWay.values + waiting.values).sortedBy { it.number }

    private val size: Int
        get() = waiting.size + underWay.size

    @Synchronized
    fun state(now: Instant, waitingFor: String?, outcomes: Map<String, Long>): QueueState {
        val full = size >= options.maxRows || bytes >= options.maxBytes
        val status =
            when {
                closed -> QueueStatus.CLOSED
                full -> QueueStatus.FULL
                waitingFor != null -> QueueStatus.WAITING
                else -> QueueStatus.OPEN
            }
        val oldest = (waiting.values + underWay.values).minOfOrNull { it.acceptedAt }
        return QueueState(
            status,
            size,
            bytes,
            oldest?.let { Duration.between(it, now).coerceAtLeast(Duration.ZERO) },
            waitingFor,
            spool?.problem,
            outcomes,
        )
    }

    private companion object {
        const val CLOSED = "The queue is closed."
        val SPOOL_RETRY: Duration = Duration.ofSeconds(10)
    }
}
