package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private const val CONFIRMED_IN_FLIGHT = 2
private val SHORTEST_AWAIT: Duration = Duration.ofMillis(500)
private val LONGEST_AWAIT: Duration = Duration.ofSeconds(4)

/**
 * Takes the rows of a plan to their outcomes, each kind of target by the delivery that it allows.
 */
internal class UploadRun(
    private val transport: Transport,
    private val rows: AnnotationRows,
    private val options: UploadOptions,
    private val state: UploadState,
    private val outages: Outages,
) {
    private val writer = AnnotationWriter(transport, options.project)
    private val sender = ChunkSender(writer, state, outages)
    private val runtime = transport.runtime
    private val readBack =
        ReadBack(transport, rows, options.project, outages) { state.stoppedBy != null }
    private val chunking = Chunking(rows, options.chunkSize, sender::largestBody)
    private val windows =
        QueuedWindows(
            transport,
            writer,
            sender,
            readBack,
            state,
            chunking,
            options.queueWindow,
        )

    suspend fun run(plan: UploadPlan) {
        if (plan.decided.isNotEmpty()) state.decide(plan.decided)
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
            "Phoenix before 12.2 can lose queued rows, so all were written with confirmation."
        )
        return Delivery.CONFIRMED
    }

    private suspend fun confirm(targetKind: TargetKind, indexes: IntArray) = coroutineScope {
        val chunks = chunking.of(targetKind, indexes).iterator()
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
    private suspend fun queue(targetKind: TargetKind, indexes: IntArray) {
        when {
            indexes.size <= QueueBudget.UNOBSERVED_ROWS -> queueUnobserved(targetKind, indexes)
            targetKind.read != null -> {
                val left =
                    windows.send(targetKind, indexes) { window ->
                        window.queued?.let { queued ->
                            // Nobody has looked at all of them: some may still wait for a target.
                            state.decide(queued.indexes) { RowOutcome.Queued }
                        }
                        null
                    }
                confirm(targetKind, left)
            }
            else -> {
                val most = QueueBudget.UNOBSERVED_ROWS
                queueUnobserved(targetKind, indexes.copyOfRange(0, most))
                state.remark(
                    "Annotations of documents cannot be read back, so all but the first $most were written with confirmation."
                )
                confirm(targetKind, indexes.copyOfRange(most, indexes.size))
            }
        }
    }

    private suspend fun queueUnobserved(targetKind: TargetKind, indexes: IntArray) {
        for (chunk in chunking.of(targetKind, indexes)) {
            if (state.stoppedBy != null) return
            sender.queueUnobserved(chunk)
        }
    }

    /**
     * Queues in windows, and reads each back while the next is on its way. The first chunk is
     * confirmed and read back at once: when it is not there, the project is the wrong one, and
     * nothing could be read back.
     */
    private suspend fun verify(targetKind: TargetKind, indexes: IntArray) {
        val first = indexes.copyOfRange(0, minOf(options.chunkSize, indexes.size))
        confirm(targetKind, first)
        var left = indexes.copyOfRange(first.size, indexes.size)
        if (left.isEmpty() || state.stoppedBy != null) return
        whyUnreadable(targetKind, first)?.let {
            state.remark(it)
            return confirm(targetKind, left)
        }
        coroutineScope {
            var verification: Job? = null
            left =
                windows.send(targetKind, left) { window ->
                    verification?.join()
                    launch { state.stoppedByFailuresOf { verify(window) } }
                        .also { verification = it }
                }
        }
        confirm(targetKind, left)
    }

    /**
     * A remark, or null when all is well. A first chunk of which nothing was stored tells nothing
     * of the project.
     */
    private suspend fun whyUnreadable(targetKind: TargetKind, first: IntArray): String? {
        val stored = state.rowsWith(first) { it is RowOutcome.Stored }
        if (stored.isEmpty()) return null
        val seen = readBack.read(RowChunk(rows, targetKind, stored.copyOf(1)))
        val project = options.project ?: transport.defaultProject
        return when {
            seen.failure != null ->
                "The rows could not be read back, so the rest was written with confirmation. ${seen.failure.asReason()}"
            seen.stored.isEmpty() ->
                "The rows were not found in project ${project.forMessage()}, so all were written with confirmation. " +
                    "Set project to the project of the targets for a faster upload."
            else -> null
        }
    }

    /**
     * What is there with our values, or with newer ones, is stored; all else is written again,
     * which proves it.
     */
    private suspend fun verify(window: WindowResult.Sent) {
        val queued = window.queued ?: return
        val seen = readBack.read(queued)
        if (seen.failure != null && state.stoppedBy == null)
            state.remark(
                "Some queued rows could not be read back, so they were written again with confirmation. ${seen.failure.asReason()}"
            )
        val present = HashMap<Int, RowOutcome>()
        val absent = queued.filterPositions { position ->
            val row = queued.indexes[position]
            // By another call's older value, which waits in the queue.
            val mayBeReplaced = !window.isAcknowledged && writer.isContested(queued.keys[position])
            val outcome =
                seen.stored[row]?.takeUnless { mayBeReplaced }?.let { outcomeOf(it, window) }
            if (outcome != null) present[row] = outcome
            outcome == null
        }
        state.decide(present)
        if (window.isAcknowledged)
            writer.arrived(
                queued.keys.filterIndexed { position, _ -> queued.indexes[position] in present }
            )
        if (absent.size == 0 || state.stoppedBy != null) return
        confirm(queued.targetKind, absent.indexes)
        windows.strand(state.rowsWith(absent.indexes, ::isMissing).size)
    }

    /** Null when Phoenix has an older row, or one that may be older. */
    private fun outcomeOf(seen: SeenRow, window: WindowResult.Sent): RowOutcome? =
        when {
            seen.ours -> RowOutcome.Stored(seen.id)
            window.arrival?.isBefore(seen) == true -> RowOutcome.Stored(seen.id, overwritten = true)
            else -> null
        }

    private suspend fun awaitTargets() {
        val deadline = runtime.steadyClock.instant() + options.awaitTarget
        var wait = SHORTEST_AWAIT
        while (state.stoppedBy == null && runtime.steadyClock.instant() + wait <= deadline) {
            val missing = state.rowsWith(wanted = ::isMissing)
            if (missing.isEmpty()) return
            transport.sleep(wait)
            missing.groupBy(rows::targetKind).forEach { (targetKind, indexes) ->
                confirm(targetKind, indexes.toIntArray())
            }
            wait = minOf(wait.multipliedBy(2), LONGEST_AWAIT)
        }
    }

    /** Also where it may be stored, since an earlier request may have come before its target. */
    private fun isMissing(outcome: RowOutcome) =
        outcome is RowOutcome.MissingTarget ||
            outcome is RowOutcome.Unknown && outcome.cause is PhoenixException.NotFound
}
