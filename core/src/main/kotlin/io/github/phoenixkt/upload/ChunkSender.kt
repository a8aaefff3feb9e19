package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.SentRows
import io.github.phoenixkt.annotations.encodedSize
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

private const val EXTRA_REQUESTS_PER_CHUNK = 24
private const val EXTRA_REQUESTS_PER_UPLOAD = 200
private const val LONGEST_RUN_OF_FAILURES = 3
private const val LARGEST_BODY = 1L shl 20
private const val CONTENT_TOO_LARGE = 413

/**
 * Sends chunks of one upload. A chunk that Phoenix refuses, or fails on, is narrowed to the rows
 * that are to blame, and the rest is stored: Phoenix stores all of a request or nothing.
 */
internal class ChunkSender(
    private val writer: AnnotationWriter,
    private val state: UploadState,
    private val outages: Outages,
) {
    private val extraRequests = AtomicInteger(EXTRA_REQUESTS_PER_UPLOAD)
    private val failuresInARow = AtomicInteger()
    private val largest = AtomicLong(LARGEST_BODY)

    /** How many bytes to send at once: less where a request was refused for its size. */
    val largestBody: Int
        get() = largest.get().toInt()

    val stopped: Boolean
        get() = state.stoppedBy != null

    /** Writes with confirmation: every row has its outcome afterwards, or the upload stops. */
    suspend fun confirm(chunk: RowChunk) {
        Narrowing(confirmed = true, writer::confirm) { sent, answer ->
                state.settle(sent.indexes) { position ->
                    val row = sent.indexes[position]
                    val overwritten = answer.overwritten.isNotEmpty() && row in answer.overwritten
                    RowOutcome.Stored(answer.stored[position].id, overwritten)
                }
            }
            .send(chunk)
    }

    /**
     * Only queues, within the [lease].
     *
     * @return what Phoenix took; the rows that it refused have their outcome
     */
    suspend fun queue(chunk: RowChunk, lease: QueueBudget.Lease): List<RowChunk> =
        queue(chunk) { part, onAttempt -> writer.queue(part, lease, onAttempt) }

    /** As [queue], for rows that nobody looks at again. */
    suspend fun queueUnobserved(chunk: RowChunk): List<RowChunk> =
        queue(chunk, writer::queueUnobserved)

    private suspend fun queue(
        chunk: RowChunk,
        write: suspend (RowChunk, onAttempt: () -> Unit) -> SentRows,
    ): List<RowChunk> {
        val taken = mutableListOf<RowChunk>()
        Narrowing(confirmed = false, write) { sent, _ ->
                state.taken(sent.indexes)
                taken += sent
            }
            .send(chunk)
        return taken
    }

    private inner class Narrowing(
        private val confirmed: Boolean,
        private val write: suspend (RowChunk, onAttempt: () -> Unit) -> SentRows,
        private val onSuccess: (RowChunk, SentRows) -> Unit,
    ) {
        private val extra = AtomicInteger(EXTRA_REQUESTS_PER_CHUNK)

        suspend fun send(chunk: RowChunk) {
            val error = tryOnce(chunk) ?: return
            narrow(chunk, error)
        }

        /** Null when it went well. */
        private suspend fun tryOnce(chunk: RowChunk): Exception? =
            try {
                val sent = outages.ride { writeOnce(chunk) }
                failuresInARow.set(0)
                onSuccess(chunk, sent)
                null
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // A key that cannot be had or a client that was closed must not cost the report; a
                // key supplier that was itself cancelled does not cancel the upload.
                currentCoroutineContext().ensureActive()
                e
            } finally {
                chunk.dropBody()
            }

        private suspend fun writeOnce(chunk: RowChunk): SentRows {
            var begun = false
            return try {
                write(chunk) {
                    begun = true
                    state.begin(chunk.indexes)
                }
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                currentCoroutineContext().ensureActive()
                val mayHaveArrived = if (e is PhoenixException) e.mayHaveArrived else begun
                state.failed(chunk.indexes, e, mayHaveArrived, confirmed)
                throw e
            }
        }

        private suspend fun narrow(chunk: RowChunk, error: Exception) {
            when {
                error is PhoenixException.NotFound -> narrowMissing(chunk, error)
                error is PhoenixException.Rejected -> narrowRejected(chunk, error)
                error.isCrash -> narrowFailed(chunk, error)
                else -> state.stop(error)
            }
        }

        private suspend fun narrowMissing(chunk: RowChunk, error: PhoenixException.NotFound) {
            val missing = chunk.filterPositions { chunk.keys[it].targetId in error.missingIds }
            when (missing.size) {
                // Nothing but these were sent, and all of them were named.
                chunk.size -> state.settleMissing(chunk.indexes, error)
                0 -> halves(chunk).forEach { sendAgain(it, error) }
                else -> {
                    // Two requests settle it, so that these do not count for the upload.
                    sendNamed(
                        chunk.filterPositions { chunk.keys[it].targetId !in error.missingIds },
                        error,
                    )
                    sendNamed(missing, error)
                }
            }
        }

        private suspend fun narrowRejected(chunk: RowChunk, error: PhoenixException.Rejected) {
            if (error.status == CONTENT_TOO_LARGE) {
                val size = chunk.indexes.sumOf { encodedSize(chunk.rows, it) }
                largest.accumulateAndGet((size / 2).coerceAtLeast(1), ::minOf)
            }
            if (chunk.size == 1) state.settleRefused(chunk.indexes, error)
            else halves(chunk).forEach { sendAgain(it, error) }
        }

        /**
         * A deadlock passes; a row that Phoenix chokes on does not; and an outage fails on every
         * row.
         */
        private suspend fun narrowFailed(chunk: RowChunk, first: Exception) {
            if (!mayTryAgain()) return state.leaveOpen(chunk.indexes, first)
            val error = tryOnce(chunk) ?: return
            if (!error.isCrash) return narrow(chunk, error)
            if (failuresInARow.incrementAndGet() >= LONGEST_RUN_OF_FAILURES || chunk.size == 1)
                return state.stop(error)
            narrowToPoison(chunk, error)
        }

        private suspend fun narrowToPoison(chunk: RowChunk, error: Exception) {
            val answers = mutableListOf<Pair<RowChunk, Exception?>>()
            for (half in halves(chunk)) {
                if (mayTryAgain()) answers += half to tryOnce(half)
                // No answer of its own: the error about both halves does not show that the server
                // is down.
                else state.leaveOpen(half.indexes, error)
            }
            val isUp = answers.any { (_, failure) -> failure.isOfServerThatIsUp }
            val isDown =
                answers.size == 2 && answers.all { (_, failure) -> failure?.isCrash == true }
            if (isDown) return state.stop(error)
            // First what may stop the upload.
            answers
                .sortedBy { (_, failure) -> failure?.isCrash == true }
                .forEach { (half, failure) ->
                    when {
                        failure == null -> {}
                        !failure.isCrash -> narrow(half, failure)
                        half.size > 1 -> narrowToPoison(half, failure)
                        isUp -> state.settleRefused(half.indexes, failure)
                        else -> state.leaveOpen(half.indexes, failure)
                    }
                }
        }

        private val Exception?.isOfServerThatIsUp: Boolean
            get() =
                this == null ||
                    this is PhoenixException.NotFound ||
                    this is PhoenixException.Rejected

        private suspend fun sendAgain(chunk: RowChunk, error: Exception) {
            if (!mayTryAgain()) return giveUp(chunk, error)
            val next = tryOnce(chunk) ?: return
            narrow(chunk, next)
        }

        /** What is too large together was refused unread; each row by itself may not be. */
        private fun giveUp(chunk: RowChunk, error: Exception) =
            if (error is PhoenixException.Rejected && error.status == CONTENT_TOO_LARGE)
                state.settleUnread(chunk.indexes, error)
            else state.leaveOpen(chunk.indexes, error)

        private suspend fun sendNamed(chunk: RowChunk, error: Exception) {
            if (stopped || extra.getAndDecrement() <= 0)
                return state.leaveOpen(chunk.indexes, error)
            val next = tryOnce(chunk) ?: return
            narrow(chunk, next)
        }

        private fun mayTryAgain() =
            !stopped && extra.getAndDecrement() > 0 && extraRequests.getAndDecrement() > 0
    }
}

private fun halves(chunk: RowChunk): List<RowChunk> {
    if (chunk.size == 1) return listOf(chunk)
    val middle = chunk.size / 2
    return listOf(chunk.part(0, middle), chunk.part(middle, chunk.size))
}
