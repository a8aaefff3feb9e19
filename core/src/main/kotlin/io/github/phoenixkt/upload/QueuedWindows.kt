package io.github.phoenixkt.upload

import io.github.phoenixkt.WindowEvent
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.Job

private const val SMALLEST_WINDOW = 250
private val SLOW_ACKNOWLEDGEMENT: Duration = Duration.ofSeconds(5)

/**
 * Rows without a target are retried in Phoenix's queue together: more of them would themselves be a
 * load.
 */
private const val MOST_STRANDED = 500

/**
 * Queues the rows of an upload. Phoenix holds one window at a time: the next follows when the last
 * rows of this one have arrived.
 *
 * @param largest how many rows a window has at most
 */
internal class QueuedWindows(
    private val transport: Transport,
    private val writer: AnnotationWriter,
    private val sender: ChunkSender,
    private val readBack: ReadBack,
    private val state: UploadState,
    private val chunking: Chunking,
    private val largest: Int,
) {
    private val budget = QueueBudget.of(transport.endpoint)
    private val runtime = transport.runtime
    private var size = largest

    /** When Phoenix received, by its own clock, the last row that was seen to arrive. */
    private var lastReceived = Instant.EPOCH

    /**
     * @param afterEach gives what verifies the window; nobody else writes its keys until that has
     *   ended
     * @return the rows that must go another way
     */
    suspend fun send(
        targetKind: TargetKind,
        indexes: IntArray,
        afterEach: suspend (WindowResult.Sent) -> Job?,
    ): IntArray {
        var next = 0
        while (next < indexes.size && state.stoppedBy == null && mayQueue()) {
            val room = size - budget.stranded(runtime.steadyClock.instant())
            val wanted = room.coerceIn(minOf(SMALLEST_WINDOW, size), size)
            val end = minOf(next + wanted, indexes.size)
            val chunks = chunking.of(targetKind, indexes.copyOfRange(next, end)).toList()
            val held = writer.hold(chunks.flatMap { it.keys })
            var verification: Job? = null
            val result =
                try {
                    send(targetKind, chunks, end - next).also {
                        if (it is WindowResult.Sent) verification = afterEach(it)
                    }
                } finally {
                    verification?.invokeOnCompletion { held.close() } ?: held.close()
                }
            if (result is WindowResult.Sent) next = end
            val reason = result?.let(::whyNoMore)
            if (reason != null && state.stoppedBy == null) state.remark(reason)
            if (result == null || reason != null) break
        }
        return indexes.copyOfRange(next, indexes.size)
    }

    /** Null if nothing was sent, because Phoenix's queue has filled up during the wait for room. */
    private suspend fun send(
        targetKind: TargetKind,
        chunks: List<RowChunk>,
        rows: Int,
    ): WindowResult? {
        val window =
            QueuedWindow(chunks, sender, readBack, runtime, lastReceived, writer::isContested)
        var lease: QueueBudget.Lease? = null
        val result =
            try {
                // Kept in there: a cancellation discards what whileOpen returns.
                transport.whileOpen { lease = budget.lease(rows, largest, runtime) }
                if (mayQueue()) window.send(checkNotNull(lease)) else null
            } finally {
                lease?.close()
            }
        if (result is WindowResult.Sent) {
            result.arrival?.let { lastReceived = maxOf(lastReceived, it.lastReceivedAt) }
            val after = result.arrival?.after
            if (after != null && after > SLOW_ACKNOWLEDGEMENT)
                size = maxOf(minOf(SMALLEST_WINDOW, largest), size / 2)
            transport.listener.tell {
                it.onWindow(WindowEvent(targetKind, result.queued?.size ?: 0, after, size))
            }
        }
        return result
    }

    /** What ends the windows, for a person; null while they go on. */
    private fun whyNoMore(result: WindowResult): String? {
        val unseen =
            when (result) {
                is WindowResult.NotBegun -> result.cause
                is WindowResult.Sent -> if (result.isAcknowledged) return null else result.unseen
            }
        return unseen?.let {
            "The queued rows could not be read back, so the rest was written with confirmation. ${it.asReason()}"
        }
            ?: "The queued rows did not appear in Phoenix within 15 s, so the rest was written with confirmation."
    }

    /** [missing] rows were found to have no target: Phoenix goes on looking for them. */
    fun strand(missing: Int) = budget.strand(missing, runtime.steadyClock.instant())

    private fun mayQueue(): Boolean {
        if (budget.stranded(runtime.steadyClock.instant()) < MOST_STRANDED) return true
        state.remark(
            "$MOST_STRANDED or more rows may still wait in Phoenix's queue, so the rest was written with confirmation."
        )
        return false
    }
}
