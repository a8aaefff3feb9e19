package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.WindowEvent
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.cut
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private const val CONFIRMED_IN_FLIGHT = 2
private const val SMALLEST_WINDOW = 250
private val SLOW_ACKNOWLEDGEMENT: Duration = Duration.ofSeconds(5)
private val SHORTEST_AWAIT: Duration = Duration.ofMillis(500)
private val LONGEST_AWAIT: Duration = Duration.ofSeconds(4)

/**
 * Rows without a target are retried in Phoenix's queue together: more of them would themselves be a
 * load.
 */
private const val MOST_STRANDED = 500

/** Takes the rows of a plan to their outcomes, each level by the delivery that it allows. */
internal class UploadRun(
    private val transport: Transport,
    private val rows: AnnotationRows,
    private val options: UploadOptions,
    private val state: UploadState,
    private val outages: Outages,
) {
    private val writer = AnnotationWriter(transport, options.project)
    private val sender = ChunkSender(writer, state, outages)
    private val budget = QueueBudget.of(transport.endpoint)
    private val runtime = transport.runtime
    private val readBack =
        ReadBack(AnnotationReader(transport), rows, options.project, outages) {
            state.stoppedBy != null
        }
    private var windowSize = options.queueWindow

    suspend fun run(plan: UploadPlan) {
        if (plan.settled.isNotEmpty()) state.settle(plan.settled)
        plan.remarks.forEach(state::remark)
        if (plan.toSend.isEmpty()) return
        val delivery = possibleDelivery() ?: return
        for ((targetKind, indexes) in plan.toSend) {
            when (delivery) {
                Delivery.CONFIRMED -> confirm(targetKind, indexes)
                Delivery.VERIFIED ->
                    if (targetKind.read == null) confirm(targetKind, indexes)
                    else verify(targetKind, indexes)
                Delivery.QUEUED -> queue(targetKind, indexes)
            }
        }
        awaitTargets()
    }

    /** Null when the server cannot be reached: nothing is sent then. */
    private suspend fun possibleDelivery(): Delivery? {
        val reliable =
            try {
                outages.ride { writer.queueIsReliable() }
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

    private suspend fun confirm(targetKind: TargetKind, indexes: List<Int>) = coroutineScope {
        val chunks = chunksOf(targetKind, indexes).iterator()
        repeat(CONFIRMED_IN_FLIGHT) {
            launch {
                state.stoppedByFailuresOf {
                    while (state.stoppedBy == null) {
                        val chunk =
                            synchronized(chunks) { if (chunks.hasNext()) chunks.next() else null }
                                ?: break
                        sender.confirm(chunk)
                    }
                }
            }
        }
    }

    /** What nobody looks at again goes slowly; a longer list goes in windows that are looked at. */
    private suspend fun queue(targetKind: TargetKind, indexes: List<Int>) {
        when {
            indexes.size <= QueueBudget.UNOBSERVED_ROWS -> queueUnobserved(targetKind, indexes)
            targetKind.read != null -> {
                val left =
                    inWindows(targetKind, indexes) { window ->
                        state.settle(window.queued) { RowOutcome.Queued }
                        if (window.acknowledged) writer.settled(rows, window.queued)
                        null
                    }
                confirm(targetKind, left)
            }
            else -> {
                queueUnobserved(targetKind, indexes.take(QueueBudget.UNOBSERVED_ROWS))
                state.remark(
                    "Queued annotations of documents cannot be looked up: all but the first were written with confirmation."
                )
                confirm(targetKind, indexes.drop(QueueBudget.UNOBSERVED_ROWS))
            }
        }
    }

    private suspend fun queueUnobserved(targetKind: TargetKind, indexes: List<Int>) {
        for (chunk in chunksOf(targetKind, indexes)) {
            if (state.stoppedBy != null) return
            budget.chargeUnobserved(chunk.indexes.size, runtime)
            sender.queue(chunk) { taken, _ -> state.settle(taken) { RowOutcome.Queued } }
        }
    }

    /**
     * Queues in windows, and reads each back while the next is on its way. The first chunk is
     * confirmed and read back at once: when it is not there, the project is the wrong one, and
     * nothing could be read back.
     */
    private suspend fun verify(targetKind: TargetKind, indexes: List<Int>) {
        val first = indexes.take(options.chunkSize)
        confirm(targetKind, first)
        var left = indexes.subList(first.size, indexes.size)
        if (left.isEmpty() || state.stoppedBy != null) return
        whyUnreadable(targetKind, first)?.let {
            state.remark(it)
            return confirm(targetKind, left)
        }
        coroutineScope {
            var verification: Job? = null
            left =
                inWindows(targetKind, left) { window ->
                    verification?.join()
                    launch { state.stoppedByFailuresOf { settle(window) } }
                        .also { verification = it }
                }
        }
        confirm(targetKind, left)
    }

    /**
     * A remark, or null when all is well. A first chunk of which nothing was stored tells nothing
     * of the project.
     */
    private suspend fun whyUnreadable(targetKind: TargetKind, first: List<Int>): String? {
        val stored = state.rowsWith(first) { it is RowOutcome.Stored }
        if (stored.isEmpty()) return null
        val seen = readBack.read(targetKind, stored.take(1))
        val project = options.project ?: transport.defaultProject
        return when {
            seen.failure != null ->
                "Reading back what was written failed, and the upload went on with confirmation. ${seen.failure.asReason()}"
            seen.stored.isEmpty() ->
                "What was written cannot be read in project ${project.forMessage()}: all was written with " +
                    "confirmation. Name its project to be faster."
            else -> null
        }
    }

    /**
     * Phoenix holds one window at a time: the next follows when the last rows of this one have
     * arrived.
     *
     * @param afterEach gives what settles the window, in whose keys nobody else writes until then
     * @return the rows that must go another way
     */
    private suspend fun inWindows(
        targetKind: TargetKind,
        indexes: List<Int>,
        afterEach: suspend (QueuedWindow) -> Job?,
    ): List<Int> {
        var next = 0
        while (next < indexes.size && state.stoppedBy == null && mayQueue()) {
            val room = windowSize - budget.stranded(runtime.clock.instant())
            val size = room.coerceIn(minOf(SMALLEST_WINDOW, windowSize), windowSize)
            val part = indexes.subList(next, minOf(next + size, indexes.size))
            val window = QueuedWindow(targetKind, chunksOf(targetKind, part).toList(), part.size)
            val held = writer.hold(rows, part)
            var settling: Job? = null
            val begun =
                try {
                    send(window, part.size).also { if (it) settling = afterEach(window) }
                } finally {
                    settling?.invokeOnCompletion { held.close() } ?: held.close()
                }
            if (begun) next += part.size
            if (!begun || !window.acknowledged) {
                if (state.stoppedBy == null) state.remark(whyUnacknowledged(window))
                break
            }
        }
        return indexes.subList(next, indexes.size)
    }

    private fun whyUnacknowledged(window: QueuedWindow): String =
        window.unseen?.let {
            "Reading back what was queued failed, and the upload went on with confirmation. ${it.asReason()}"
        }
            ?: "Phoenix did not show in 15 s that it stores what was queued: the rest was written with confirmation."

    private fun mayQueue(): Boolean {
        if (budget.stranded(runtime.clock.instant()) < MOST_STRANDED) return true
        state.remark(
            "More than $MOST_STRANDED rows may still wait in Phoenix's queue: the rest was written with confirmation."
        )
        return false
    }

    /** @return false when nothing was queued, since Phoenix could not be looked at */
    private suspend fun send(window: QueuedWindow, rows: Int): Boolean {
        budget.charge(rows, options.queueWindow, runtime)
        val begun =
            try {
                window.send(sender, readBack, budget, runtime)
            } finally {
                // What may still be in Phoenix's queue goes on counting.
                if (!window.acknowledged)
                    budget.strandBriefly(window.handedOver, runtime.clock.instant())
                budget.release(window.charged)
            }
        if (window.acknowledgedAfter > SLOW_ACKNOWLEDGEMENT)
            windowSize = maxOf(minOf(SMALLEST_WINDOW, options.queueWindow), windowSize / 2)
        if (begun)
            transport.listener.tell {
                val after =
                    window.acknowledgedAfter.takeIf {
                        window.queued.isNotEmpty() && window.acknowledged
                    }
                it.onWindow(WindowEvent(window.targetKind, window.queued.size, after, windowSize))
            }
        return begun
    }

    /**
     * What is there with our values, or with newer ones, is stored; all else is written again,
     * which proves it.
     */
    private suspend fun settle(window: QueuedWindow) {
        val seen = readBack.read(window.targetKind, window.queued)
        if (seen.failure != null && state.stoppedBy == null)
            state.remark(
                "Reading back some of what was queued failed, and the upload went on with confirmation. ${seen.failure.asReason()}"
            )
        val present = mutableMapOf<Int, RowOutcome>()
        for (row in window.queued) {
            val found = seen.stored[row] ?: continue
            // By another call's older value, which waits in the queue.
            val mayBeReplaced = !window.acknowledged && writer.isContested(rows, row)
            if (!mayBeReplaced) outcomeOf(found, window)?.let { present[row] = it }
        }
        state.settle(present)
        if (window.acknowledged) writer.settled(rows, present.keys)
        val absent = window.queued.filterNot(present::containsKey)
        if (absent.isEmpty() || state.stoppedBy != null) return
        confirm(window.targetKind, absent)
        val now = runtime.clock.instant()
        budget.strand(state.rowsWith(absent, ::isMissing).size, now)
    }

    /** Null when Phoenix has an older row, or one that may be older. */
    private fun outcomeOf(seen: SeenRow, window: QueuedWindow): RowOutcome? =
        when {
            seen.ours -> RowOutcome.Stored(seen.id)
            window.isNewer(seen) -> RowOutcome.Stored(seen.id, overwritten = true)
            else -> null
        }

    private suspend fun awaitTargets() {
        val deadline = runtime.clock.instant() + options.awaitTarget
        var wait = SHORTEST_AWAIT
        while (state.stoppedBy == null && runtime.clock.instant() + wait <= deadline) {
            val missing = state.rowsWith(wanted = ::isMissing)
            if (missing.isEmpty()) return
            runtime.sleep(wait.toKotlinDuration())
            missing.groupBy(rows::targetKind).forEach { (targetKind, indexes) ->
                confirm(targetKind, indexes)
            }
            wait = minOf(wait.multipliedBy(2), LONGEST_AWAIT)
        }
    }

    /** Also where it may be stored, since an earlier request may have come before its target. */
    private fun isMissing(outcome: RowOutcome) =
        outcome is RowOutcome.MissingTarget ||
            outcome is RowOutcome.Unknown && outcome.cause is PhoenixException.NotFound

    /**
     * In the order of the input, each chunk in the order of its keys, and none larger than a
     * mebibyte, or than what was not refused for its size. They are encoded when they are sent, one
     * after the other.
     */
    private fun chunksOf(targetKind: TargetKind, indexes: List<Int>): Sequence<RowChunk> =
        indexes.asSequence().chunked(options.chunkSize).flatMap { part ->
            val sorted = part.map { rows.key(it) to it }.sortedBy { (key, _) -> key }
            rows.cut(sorted.map { (_, row) -> row }, options.chunkSize, sender.largestBody).map {
                RowChunk(rows, targetKind, it)
            }
        }
}
