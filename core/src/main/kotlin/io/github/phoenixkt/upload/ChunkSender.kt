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

    /** Whether Phoenix has looked at rows of this upload. */
    @Volatile private var isKnownToAnswer = false

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

        /** How many requests of this chunk Phoenix has looked at. */
        private var answers = 0

        suspend fun send(chunk: RowChunk) {
            val error = tryOnce(chunk) ?: return
            val crash = narrow(chunk, error) ?: return
            // No other half shows whether it is the row: other chunks do, or this is an outage.
            if (isKnownToAnswer) state.leaveOpen(chunk.indexes, crash) else state.stop(crash)
        }

        /** Null when it went well. */
        private suspend fun tryOnce(chunk: RowChunk): Exception? =
            try {
                val sent = outages.ride { writeOnce(chunk) }
                answered()
                onSuccess(chunk, sent)
                null
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // A key that cannot be had or a client that was closed must not cost the report; a
                // key supplier that was itself cancelled does not cancel the upload.
                currentCoroutineContext().ensureActive()
                if (e.isOfPhoenix) answered()
                e
            } finally {
                chunk.dropBody()
            }

        private fun answered() {
            answers++
            isKnownToAnswer = true
            failuresInARow.set(0)
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

        /**
         * @return what happened twice to a single row on which Phoenix fails: other requests show
         *   whether the row or the server is to blame
         */
        private suspend fun narrow(chunk: RowChunk, error: Exception): Exception? {
            when {
                error is PhoenixException.NotFound -> narrowMissing(chunk, error)
                error is PhoenixException.Rejected -> narrowRejected(chunk, error)
                error.isCrash -> return narrowFailed(chunk, error)
                else -> state.stop(error)
            }
            return null
        }

        private suspend fun narrowMissing(chunk: RowChunk, error: PhoenixException.NotFound) {
            val missing = chunk.filterPositions { chunk.keys[it].targetId in error.missingIds }
            when (missing.size) {
                // Nothing but these were sent, and all of them were named.
                chunk.size -> state.settleMissing(chunk.indexes, error)
                0 -> sendParts(halves(chunk), error, ::mayTryAgain)
                else -> {
                    val others = chunk.filterPositions {
                        chunk.keys[it].targetId !in error.missingIds
                    }
                    // Two requests settle it, so that these do not count for the upload.
                    sendParts(listOf(others, missing), error) {
                        !stopped && extra.getAndDecrement() > 0
                    }
                }
            }
        }

        private suspend fun narrowRejected(chunk: RowChunk, error: PhoenixException.Rejected) {
            if (error.status == CONTENT_TOO_LARGE) {
                val size = chunk.indexes.sumOf { encodedSize(chunk.rows, it) }
                largest.accumulateAndGet((size / 2).coerceAtLeast(1), ::minOf)
            }
            if (chunk.size == 1) state.settleRefused(chunk.indexes, error)
            else sendParts(halves(chunk), error, ::mayTryAgain)
        }

        /**
         * Sends the parts of a chunk that was refused with [error]. If Phoenix fails on a part that
         * is a single row, but not on another one, that row is to blame.
         */
        private suspend fun sendParts(
            parts: List<RowChunk>,
            error: Exception,
            mayTry: () -> Boolean,
        ) {
            val answersBefore = answers
            val failed = parts.mapNotNull { part ->
                if (mayTry()) sendPart(part)?.let { part to it }
                else null.also { giveUp(part, error) }
            }
            val isUp = error.isOfPhoenix || answers > answersBefore
            failed.forEach { (part, crash) ->
                when {
                    stopped -> {}
                    failed.size == parts.size -> state.stop(crash)
                    isUp -> state.settleRefused(part.indexes, crash)
                    else -> state.leaveOpen(part.indexes, crash)
                }
            }
        }

        private suspend fun sendPart(part: RowChunk): Exception? =
            tryOnce(part)?.let { narrow(part, it) }

        /**
         * A deadlock passes; a row that Phoenix chokes on does not; and an outage fails on every
         * row.
         */
        private suspend fun narrowFailed(chunk: RowChunk, first: Exception): Exception? {
            if (!mayTryAgain()) {
                state.leaveOpen(chunk.indexes, first)
                return null
            }
            val error = tryOnce(chunk) ?: return null
            if (!error.isCrash) return narrow(chunk, error)
            val isDown = failuresInARow.incrementAndGet() >= LONGEST_RUN_OF_FAILURES
            if (!isDown && chunk.size > 1) narrowToPoison(chunk, error)
            if (isDown) state.stop(error)
            return error.takeIf { !isDown && chunk.size == 1 }
        }

        private suspend fun narrowToPoison(chunk: RowChunk, error: Exception) {
            val answers = mutableListOf<Pair<RowChunk, Exception?>>()
            for (half in halves(chunk)) {
                if (mayTryAgain()) answers += half to tryOnce(half)
                // No answer of its own: the error about both halves does not show that the server
                // is down.
                else state.leaveOpen(half.indexes, error)
            }
            val isUp = answers.any { (_, failure) -> failure == null || failure.isOfPhoenix }
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

        /** What is too large together was refused unread; each row by itself may not be. */
        private fun giveUp(chunk: RowChunk, error: Exception) =
            if (error is PhoenixException.Rejected && error.status == CONTENT_TOO_LARGE)
                state.settleUnread(chunk.indexes, error)
            else state.leaveOpen(chunk.indexes, error)

        private fun mayTryAgain() =
            !stopped && extra.getAndDecrement() > 0 && extraRequests.getAndDecrement() > 0
    }
}

/** Whether Phoenix itself has looked at what was sent: a proxy refuses what is too large, too. */
private val Exception.isOfPhoenix: Boolean
    get() =
        this is PhoenixException.NotFound ||
            this is PhoenixException.Rejected && status != CONTENT_TOO_LARGE

private fun halves(chunk: RowChunk): List<RowChunk> {
    if (chunk.size == 1) return listOf(chunk)
    val middle = chunk.size / 2
    return listOf(chunk.part(0, middle), chunk.part(middle, chunk.size))
}
