package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.RowChunk
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
        Narrowing(confirmed = true) { part, onAttempt, onEnd ->
                writer.confirm(part, onAttempt) { end ->
                    state.decide(end.rows.indexes) { position ->
                        if (end.doubt != null) RowOutcome.Unknown(end.doubt)
                        else RowOutcome.Stored(end.ids[position], end.overwritten)
                    }
                    onEnd(end.rows)
                }
            }
            .send(chunk)
    }

    /**
     * Only queues, within the [lease].
     *
     * @return what Phoenix took; the rows that it refused have their outcome
     */
    suspend fun queue(chunk: RowChunk, lease: QueueBudget.Lease): List<RowChunk> {
        val taken = mutableListOf<RowChunk>()
        Narrowing(confirmed = false) { part, onAttempt, onEnd ->
                writer.queue(part, lease, onAttempt)
                state.taken(part.indexes)
                taken += part
                onEnd(part)
            }
            .send(chunk)
        return taken
    }

    /** Only queues rows that nobody looks at again: every row has its outcome afterwards, too. */
    suspend fun queueUnobserved(chunk: RowChunk) {
        Narrowing(confirmed = false) { part, onAttempt, onEnd ->
                writer.queueUnobserved(part, onAttempt)
                state.decide(part.indexes) { RowOutcome.Queued }
                onEnd(part)
            }
            .send(chunk)
    }

    /** A chunk, or a part of one, of which a request has failed. */
    private class Failed(val left: RowChunk, val error: Exception)

    /**
     * @param write tells the end of rows as soon as it is known, so that what happens to others
     *   does not cost it
     */
    private inner class Narrowing(
        private val confirmed: Boolean,
        private val write:
            suspend (RowChunk, onAttempt: () -> Unit, onEnd: (RowChunk) -> Unit) -> Unit,
    ) {
        private val extra = AtomicInteger(EXTRA_REQUESTS_PER_CHUNK)

        /** How many requests of this chunk Phoenix has looked at. */
        private var answers = 0

        suspend fun send(chunk: RowChunk) {
            val failed = tryOnce(chunk) ?: return
            val open = narrow(failed) ?: return
            // No other half shows whether it is the row: other chunks do, or this is an outage.
            if (isKnownToAnswer) state.leaveOpen(open.left.indexes, open.error)
            else state.stop(open.error)
        }

        /** Null when every row has its end. What has one is not sent again. */
        private suspend fun tryOnce(chunk: RowChunk): Failed? {
            var left = chunk
            return try {
                outages.ride {
                    writeOnce(left, { left }) { ended ->
                        left = left.without(ended)
                        answered()
                    }
                }
                null
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // A key that cannot be had or a client that was closed must not cost the report; a
                // key supplier that was itself cancelled does not cancel the upload.
                currentCoroutineContext().ensureActive()
                if (e.isOfPhoenix) answered()
                Failed(left, e)
            } finally {
                chunk.dropBody()
            }
        }

        private fun answered() {
            answers++
            isKnownToAnswer = true
            failuresInARow.set(0)
        }

        /** @param left those of the chunk that have no end yet */
        private suspend fun writeOnce(
            chunk: RowChunk,
            left: () -> RowChunk,
            onEnd: (RowChunk) -> Unit,
        ) {
            var begun = false
            val onAttempt = {
                begun = true
                state.begin(chunk.indexes)
            }
            try {
                write(chunk, onAttempt, onEnd)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                currentCoroutineContext().ensureActive()
                val mayHaveArrived = if (e is PhoenixException) e.mayHaveArrived else begun
                state.failed(left().indexes, e, mayHaveArrived, confirmed)
                throw e
            }
        }

        /**
         * @return what happened twice to a single row on which Phoenix fails: other requests show
         *   whether the row or the server is to blame
         */
        private suspend fun narrow(failed: Failed): Failed? {
            val chunk = failed.left
            val error = failed.error
            when {
                error is PhoenixException.NotFound -> narrowMissing(chunk, error)
                error is PhoenixException.Rejected -> narrowRejected(chunk, error)
                error.isCrash -> return narrowFailed(failed)
                else -> state.stop(error)
            }
            return null
        }

        private suspend fun narrowMissing(chunk: RowChunk, error: PhoenixException.NotFound) {
            val missing = chunk.filterPositions { chunk.keys[it].targetId in error.missingIds }
            when (missing.size) {
                // Nothing but these were sent, and all of them were named.
                chunk.size -> state.decideMissing(chunk.indexes, error)
                0 -> sendParts(halves(chunk), error, ::mayTryAgain)
                else -> {
                    val others = chunk.filterPositions {
                        chunk.keys[it].targetId !in error.missingIds
                    }
                    // Two requests decide it, so that these do not count for the upload.
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
            if (chunk.size == 1) state.decideRefused(chunk.indexes, error)
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
                if (mayTry()) tryOnce(part)?.let { narrow(it) }
                else null.also { giveUp(part, error) }
            }
            val isUp = error.isOfPhoenix || answers > answersBefore
            failed.forEach {
                when {
                    stopped -> {}
                    failed.size == parts.size -> state.stop(it.error)
                    isUp -> state.decideRefused(it.left.indexes, it.error)
                    else -> state.leaveOpen(it.left.indexes, it.error)
                }
            }
        }

        /**
         * A deadlock passes; a row that Phoenix chokes on does not; and an outage fails on every
         * row.
         */
        private suspend fun narrowFailed(first: Failed): Failed? {
            if (!mayTryAgain()) {
                state.leaveOpen(first.left.indexes, first.error)
                return null
            }
            val failed = tryOnce(first.left) ?: return null
            if (!failed.error.isCrash) return narrow(failed)
            val isDown = failuresInARow.incrementAndGet() >= LONGEST_RUN_OF_FAILURES
            if (!isDown && failed.left.size > 1) narrowToPoison(failed)
            if (isDown) state.stop(failed.error)
            return failed.takeIf { !isDown && failed.left.size == 1 }
        }

        private suspend fun narrowToPoison(failed: Failed) {
            val answers = mutableListOf<Failed?>()
            for (half in halves(failed.left)) {
                if (mayTryAgain()) answers += tryOnce(half)
                // No response of its own: the error about both halves does not show that the server
                // is down.
                else state.leaveOpen(half.indexes, failed.error)
            }
            val isUp = answers.any { it == null || it.error.isOfPhoenix }
            val isDown = answers.size == 2 && answers.all { it != null && it.error.isCrash }
            if (isDown) return state.stop(failed.error)
            // First what may stop the upload.
            answers
                .filterNotNull()
                .sortedBy { it.error.isCrash }
                .forEach {
                    when {
                        !it.error.isCrash -> narrow(it)
                        it.left.size > 1 -> narrowToPoison(it)
                        isUp -> state.decideRefused(it.left.indexes, it.error)
                        else -> state.leaveOpen(it.left.indexes, it.error)
                    }
                }
        }

        /** What is too large together was refused unread; each row by itself may not be. */
        private fun giveUp(chunk: RowChunk, error: Exception) =
            if (error is PhoenixException.Rejected && error.status == CONTENT_TOO_LARGE)
                state.decideUnread(chunk.indexes, error)
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
