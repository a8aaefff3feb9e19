package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationLevel
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.encode
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private const val CONFIRMED_IN_FLIGHT = 2
private const val LARGEST_BODY = 1 shl 20
private const val SMALLEST_WINDOW = 250
private val SLOW_ACKNOWLEDGEMENT: Duration = Duration.ofSeconds(5)
private val SHORTEST_AWAIT: Duration = Duration.ofMillis(500)
private val LONGEST_AWAIT: Duration = Duration.ofSeconds(4)

/**
 * Rows found missing wait in Phoenix's queue and are retried there together: more of them would
 * themselves be a load.
 */
private const val MOST_STRANDED = 500

/** Takes the rows of a plan to their outcomes, each level by the delivery that it allows. */
internal class UploadRun(
    private val transport: Transport,
    private val rows: AnnotationRows,
    private val options: UploadOptions,
    private val state: UploadState,
) {
    private val writer = AnnotationWriter(transport)
    private val sender = ChunkSender(writer, state)
    private val budget = QueueBudget.of(transport.endpoint)
    private val runtime = transport.runtime
    private val readBack = ReadBack(AnnotationReader(transport), rows, options.project)
    private var windowSize = options.queueWindow

    suspend fun run(plan: UploadPlan) {
        plan.settled.forEach { (row, outcome) -> state.settle(row, outcome) }
        plan.remarks.forEach(state::remark)
        val delivery = possibleDelivery() ?: return
        for ((level, indexes) in plan.toSend) {
            when {
                delivery == Delivery.CONFIRMED -> confirm(level, indexes)
                delivery == Delivery.VERIFIED && level.read == null -> confirm(level, indexes)
                delivery == Delivery.VERIFIED -> verify(level, indexes)
                indexes.size <= QueueBudget.UNOBSERVED_ROWS -> queueUnobserved(level, indexes)
                else -> queueInWindows(level, indexes)
            }
        }
        awaitTargets()
    }

    /** Null when the server cannot be reached: nothing is sent then. */
    private suspend fun possibleDelivery(): Delivery? {
        val reliable =
            try {
                writer.queueIsReliable()
            } catch (e: PhoenixException) {
                state.stop(e)
                return null
            }
        if (options.delivery == Delivery.CONFIRMED || reliable) return options.delivery
        state.remark(
            "This server is older than 12.2 and can lose queued rows: all were written with confirmation."
        )
        return Delivery.CONFIRMED
    }

    private suspend fun confirm(level: AnnotationLevel, indexes: List<Int>) {
        inFlight(chunksOf(level, indexes), CONFIRMED_IN_FLIGHT) { sender.confirm(it) }
    }

    private suspend fun queueUnobserved(level: AnnotationLevel, indexes: List<Int>) {
        for (chunk in chunksOf(level, indexes)) {
            if (state.stoppedBy != null) return
            budget.chargeUnobserved(chunk.indexes.size, runtime)
            sender.queue(chunk) { taken, _ -> state.settle(taken) { RowOutcome.Queued } }
        }
    }

    /**
     * Phoenix holds one window at a time; the next follows when the last row of this one has
     * arrived.
     */
    private suspend fun queueInWindows(level: AnnotationLevel, indexes: List<Int>) {
        var left = indexes
        while (left.isNotEmpty() && state.stoppedBy == null) {
            if (level.read == null && left.size < indexes.size) {
                state.remark(
                    "Queued annotations of documents cannot be looked up: all but the first $windowSize were written with confirmation."
                )
                return confirm(level, left)
            }
            val part = left.take(windowSize)
            left = left.drop(part.size)
            val window = send(level, part)
            state.settle(window.queued) { RowOutcome.Queued }
            if (!window.acknowledged && left.isNotEmpty()) {
                state.remark(
                    "Phoenix did not show in 15 s that it stores what was queued: the rest was written with confirmation."
                )
                return confirm(level, left)
            }
        }
    }

    /**
     * Queues in windows, and reads each back while the next is on its way. The first chunk is
     * confirmed and read back at once: when it is not there, the project is the wrong one, and
     * nothing could be read back.
     */
    private suspend fun verify(level: AnnotationLevel, indexes: List<Int>) {
        val first = indexes.take(options.chunkSize)
        confirm(level, first)
        var left = indexes.drop(first.size)
        if (left.isEmpty() || state.stoppedBy != null) return
        if (!isReadable(level, first)) {
            val project = options.project ?: transport.defaultProject
            state.remark(
                "What was written cannot be read in project $project: all was written with confirmation. Name its project to be faster."
            )
            return confirm(level, left)
        }
        coroutineScope {
            var verification: Job? = null
            while (left.isNotEmpty() && state.stoppedBy == null && mayQueue()) {
                val part = left.take(windowSize)
                left = left.drop(part.size)
                val window = send(level, part)
                verification?.join()
                verification = launch { settle(window) }
                if (!window.acknowledged) {
                    state.remark(
                        "Phoenix did not show in 15 s that it stores what was queued: the rest was written with confirmation."
                    )
                    break
                }
            }
        }
        confirm(level, left)
    }

    private fun mayQueue(): Boolean {
        if (budget.stranded(runtime.clock.instant()) < MOST_STRANDED) return true
        state.remark(
            "More than $MOST_STRANDED rows without a target wait in Phoenix's queue: the rest was written with confirmation."
        )
        return false
    }

    /** A first chunk of which nothing was stored tells nothing of the project. */
    private suspend fun isReadable(level: AnnotationLevel, first: List<Int>): Boolean {
        val stored = state.rowsWith { it is RowOutcome.Stored }.filter(first.toSet()::contains)
        return stored.isEmpty() || readBack.read(level, stored.take(1)).isNotEmpty()
    }

    private suspend fun send(level: AnnotationLevel, part: List<Int>): QueuedWindow {
        budget.charge(part.size, options.queueWindow, runtime)
        val window = QueuedWindow(level, chunksOf(level, part), part.size)
        try {
            window.send(sender, readBack, budget, runtime)
        } finally {
            budget.release(window.charged)
        }
        if (window.acknowledgedAfter > SLOW_ACKNOWLEDGEMENT)
            windowSize = maxOf(SMALLEST_WINDOW, windowSize / 2)
        return window
    }

    /**
     * What is there with our values, or with newer ones, is stored; all else is written again,
     * which proves it.
     */
    private suspend fun settle(window: QueuedWindow) {
        val stored = readBack.read(window.level, window.queued)
        val absent = mutableListOf<Int>()
        for (row in window.queued) {
            val found = stored[row]
            when {
                found == null -> absent += row
                readBack.holds(row, found) -> state.settle(row, RowOutcome.Stored(found.id))
                window.isNewer(found) ->
                    state.settle(row, RowOutcome.Stored(found.id, overwritten = true))
                else -> absent += row
            }
        }
        if (state.stoppedBy != null) return
        confirm(window.level, absent)
        val now = runtime.clock.instant()
        val missing =
            state.rowsWith { it is RowOutcome.MissingTarget }.filter(absent.toSet()::contains)
        budget.strand(missing.size, now)
        state.settle(missing) { RowOutcome.MissingTarget(mayAppearUntil = now + QUEUE_RETRY_TIME) }
    }

    private suspend fun awaitTargets() {
        val deadline = runtime.clock.instant() + options.awaitTarget
        var wait = SHORTEST_AWAIT
        while (state.stoppedBy == null && runtime.clock.instant() + wait <= deadline) {
            val missing = state.rowsWith { it is RowOutcome.MissingTarget }
            if (missing.isEmpty()) return
            runtime.sleep(wait.toKotlinDuration())
            missing.groupBy(rows::level).forEach { (level, indexes) -> confirm(level, indexes) }
            wait = minOf(wait.multipliedBy(2), LONGEST_AWAIT)
        }
    }

    /**
     * In the order of the input, each chunk in the order of its keys, and none larger than a
     * mebibyte.
     */
    private fun chunksOf(level: AnnotationLevel, indexes: List<Int>): List<RowChunk> =
        indexes.chunked(options.chunkSize).flatMap {
            fitting(RowChunk(rows, level, it.sortedWith(keyOrder(rows))))
        }

    private fun fitting(chunk: RowChunk): List<RowChunk> =
        if (chunk.indexes.size == 1 || encode(chunk).size <= LARGEST_BODY) listOf(chunk)
        else halves(chunk).flatMap(::fitting)

    private suspend fun inFlight(
        chunks: List<RowChunk>,
        limit: Int,
        send: suspend (RowChunk) -> Unit,
    ) = coroutineScope {
        val next = chunks.iterator()
        repeat(minOf(limit, chunks.size)) {
            launch {
                while (state.stoppedBy == null) {
                    val chunk =
                        synchronized(next) { if (next.hasNext()) next.next() else null } ?: break
                    send(chunk)
                }
            }
        }
    }
}

private fun keyOrder(rows: AnnotationRows): Comparator<Int> =
    compareBy(
        { rows.key(it).targetId },
        { rows.key(it).position },
        { rows.key(it).name },
        { rows.key(it).identifier },
    )
