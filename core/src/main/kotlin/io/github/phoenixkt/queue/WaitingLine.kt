package io.github.phoenixkt.queue

import java.time.Duration
import java.time.Instant
import java.util.TreeSet

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
 *
 * @param opened the time at which it begins, by the clock of all its times
 * @param date the same moment by the clock of the machine
 */
internal class WaitingLine(
    private val options: AnnotationQueueOptions,
    private val spool: Spool?,
    recovered: SpoolContent?,
    opened: Instant,
    date: Instant = opened,
) {
    private val waiting = HashMap<Any, QueueEntry>()

    /** Those that wait, in the order in which they are to be sent. */
    private val order = TreeSet(compareBy<QueueEntry>({ it.notBefore }, { it.number }))
    private val underWay = LinkedHashMap<Any, QueueEntry>()

    /** Those that have made room, until their outcome has been told. */
    private val leaving = LinkedHashSet<QueueEntry>()
    private var bytes = 0L
    private var lastNumber = recovered?.lastNumber ?: 0L
    private var closed = false

    /** Whether a row was refused for want of room, and none has left since. */
    private var refusing = false

    private var lastSpoolRetry = Instant.EPOCH

    /** Entries up to this number do not wait for company. */
    private var flushedUpTo = 0L

    init {
        for (item in recovered?.items.orEmpty()) {
            // The clock of the earlier process may have been ahead of this one's.
            val age = Duration.between(item.acceptedAt, date).coerceAtLeast(Duration.ZERO)
            val entry = QueueEntry(item.number, item.item, opened - age, date - age)
            // An attempt of the earlier process may have got no answer.
            entry.mayHaveArrived = true
            enter(entry)
            bytes += entry.bytes
        }
        spool?.begin(order.toList())
        spool?.log()
    }

    private inline fun <T> locked(act: () -> T): T =
        try {
            synchronized(this) { act() }
        } finally {
            spool?.log()
        }

    private fun enter(entry: QueueEntry) {
        waiting.put(entry.item.key, entry)?.let(order::remove)
        order += entry
    }

    /** @return whether it was waiting */
    private fun withdraw(entry: QueueEntry): Boolean =
        waiting.remove(entry.item.key, entry).also { if (it) order -= entry }

    /** @param date [now] by the clock of the machine */
    fun admit(item: QueueItem, now: Instant, date: Instant = now): Admission = locked {
        takeOrRefuse(item, now, date)
    }

    private fun takeOrRefuse(item: QueueItem, now: Instant, date: Instant): Admission {
        if (closed) return Admission.Refused(CLOSED)
        val entry = QueueEntry(lastNumber + 1, item, now, date)
        require(entry.bytes <= options.maxBytes) {
            "The ${item.targetKind.noun} annotation has ${entry.bytes} bytes, more than the queue may hold " +
                "(maxBytes = ${options.maxBytes})."
        }
        val before = waiting[item.key]
        val full =
            whyFull(entry, before)
                ?: "The spool is full (maxSpoolBytes = ${options.maxSpoolBytes})."
                    .takeUnless { spooled(entry) }
        if (full != null) {
            refusing = true
            return Admission.Refused(full)
        }
        lastNumber++
        // It takes the place of the one before, which has waited longer.
        if (before != null) entry.notBefore = minOf(now, before.notBefore)
        enter(entry)
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
        // A disk that could not be written is tried from time to time, not for each row.
        if (spool.problem == null && spool.hasDone()) {
            spool.rewrite(all())
            if (spool.add(entry)) return true
        }
        // A file that cannot be written is not full: what is accepted stays in memory.
        return spool.problem != null
    }

    /**
     * Takes what is to be sent now out of the line; it is under way until it is removed or put
     * back.
     */
    @Synchronized
    fun next(now: Instant, mostRows: Int): NextStep {
        val due = order.asSequence().takeWhile { it.notBefore <= now }
        if (!isReady(due, now)) {
            val full = order.firstOrNull()?.let { it.notBefore + options.flushAfter }
            val next = order.firstOrNull { it.notBefore > now }?.notBefore
            val wake = listOfNotNull(full, next, nextSpoolRetry()).minOrNull()
            return NextStep(emptyList(), wake?.let { Duration.between(now, maxOf(now, it)) })
        }
        val first = due.first()
        val batch =
            due.filter { it.goesWith(first) }
                .take(minOf(mostRows, first.item.mostTogether))
                .toList()
        for (entry in batch) {
            withdraw(entry)
            underWay[entry.item.key] = entry
        }
        return NextStep(batch, null)
    }

    private fun isReady(due: Sequence<QueueEntry>, now: Instant): Boolean {
        var rows = 0
        var bytes = 0L
        return due.any {
            rows++
            bytes += it.bytes
            it.notBefore + options.flushAfter <= now ||
                it.number <= flushedUpTo ||
                rows >= options.flushRows ||
                bytes >= options.flushBytes
        }
    }

    /** What was refused before goes apart, so that it costs what comes fresh no further request. */
    private fun QueueEntry.goesWith(first: QueueEntry) =
        item is QueueItem.OfAnnotation == first.item is QueueItem.OfAnnotation &&
            item.targetKind == first.item.targetKind &&
            (tries > 0) == (first.tries > 0)

    /**
     * Puts an entry that was under way back into the line.
     *
     * @param notBefore when to send it again; null gives it its old place
     * @return whether it is in the line; it is not if a later one of its key came meanwhile
     */
    @Synchronized
    fun putBack(entry: QueueEntry, notBefore: Instant?): Boolean {
        val later = waiting[entry.item.key]
        if (later != null) return later === entry
        underWay.remove(entry.item.key)
        if (notBefore != null) entry.notBefore = notBefore
        enter(entry)
        return true
    }

    /** The entry has its outcome: it makes room, on disk too. A later one may have replaced it. */
    fun remove(entry: QueueEntry): Unit = locked {
        val wasUnderWay = underWay.remove(entry.item.key, entry)
        if (withdraw(entry) || wasUnderWay) leave(entry)
    }

    private fun leave(entry: QueueEntry) {
        refusing = false
        bytes -= entry.bytes
        leaving += entry
        spool?.done(entry)
    }

    /** The outcome of the entry has been told. */
    @Synchronized
    fun told(entry: QueueEntry) {
        leaving -= entry
    }

    /** Those that are no longer in the line, but whose outcome is still to be told. */
    @Synchronized fun leaving(): List<QueueEntry> = leaving.toList()

    /**
     * Makes the file smaller when most of it is done, and tries a disk again that could not be
     * written.
     */
    fun tendSpool(now: Instant) {
        if (spool == null) return
        locked {
            spool.noticeRemoval()
            val retry = nextSpoolRetry()?.let { it <= now } == true
            if (retry) lastSpoolRetry = now
            if (retry || spool.isMostlyDone()) spool.rewrite(all())
        }
    }

    private fun nextSpoolRetry(): Instant? =
        if (spool?.problem == null) null else lastSpoolRetry + SPOOL_RETRY

    /**
     * Those that were accepted before [time] and are not under way, the oldest first. They are held
     * until they are removed: to tell their outcomes can take long.
     */
    @Synchronized
    fun olderThan(time: Instant): List<QueueEntry> =
        waiting.values.filter { it.acceptedAt < time }.sortedBy { it.number }

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

    val spoolProblem: String?
        get() = spool?.problem

    @Synchronized fun isSpooled(entry: QueueEntry): Boolean = spool != null && entry in spool

    /** What is left at the end; the spool keeps its part. */
    fun abandon(): List<QueueEntry> = locked {
        val left = all()
        // The delivery was ended in the middle of them.
        underWay.values.forEach { it.mayHaveArrived = true }
        if (spool != null) {
            // What could not be marked as done would be sent again by the next queue. What is done
            // is the users' feedback: it must not stay in a file that nobody needs.
            if (spool.problem != null || left.isEmpty() && spool.hasDone()) spool.rewrite(left)
            spool.close()
        }
        left
    }

    private fun all() = (underWay.values + waiting.values).sortedBy { it.number }

    private val size: Int
        get() = waiting.size + underWay.size

    val isClosed: Boolean
        @Synchronized get() = closed

    /** Cheap, unlike [state], which looks at every row. */
    val isFull: Boolean
        @Synchronized
        get() = !closed && (refusing || size >= options.maxRows || bytes >= options.maxBytes)

    @Synchronized
    fun state(now: Instant, waitingFor: String?, outcomes: Map<String, Long>): QueueState {
        val status =
            when {
                closed -> QueueStatus.CLOSED
                isFull -> QueueStatus.FULL
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
