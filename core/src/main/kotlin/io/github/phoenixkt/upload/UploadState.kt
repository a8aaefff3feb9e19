package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.internal.GuardedListener
import java.time.Clock
import java.time.Duration
import java.time.Instant
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * The outcome of each row so far. Written by the requests in flight, read at any time.
 *
 * What one request says of a row does not undo what an earlier one may have done with it: that is
 * kept beside the outcomes, for as long as the upload lasts.
 */
internal class UploadState(
    private val rows: AnnotationRows,
    private val clock: Clock,
    listener: UploadProgressListener?,
) {
    private val listener = GuardedListener("progress listener", listener)
    private val outcomes = arrayOfNulls<RowOutcome>(rows.size)

    /** The row is in a request that has no answer yet. */
    private val underWay = BooleanArray(rows.size)

    /** Phoenix may hold a copy of the row in its queue. */
    private val queued = BooleanArray(rows.size)

    /** Why it is not known whether a request stored the row. */
    private val open = arrayOfNulls<Exception>(rows.size)
    private val remarks = mutableListOf<String>()
    private var started: Instant = clock.instant()
    private var done = 0
    private var failed = 0
    private val progressState = MutableStateFlow(UploadProgress(0, 0, rows.size, Duration.ZERO))

    /** What ends the upload: no further request is begun once it is set. */
    @Volatile
    var stoppedBy: Exception? = null
        private set

    val progress: StateFlow<UploadProgress> = progressState.asStateFlow()

    /** The time begins now. */
    @Synchronized
    fun start() {
        started = clock.instant()
    }

    /** The rows are on their way to the server. */
    @Synchronized
    fun begin(sent: Collection<Int>) {
        sent.forEach { underWay[it] = true }
    }

    /** Phoenix has taken the rows into its queue. */
    @Synchronized
    fun taken(sent: Collection<Int>) {
        for (row in sent) {
            underWay[row] = false
            queued[row] = true
        }
    }

    /**
     * A request with the rows has failed.
     *
     * @param confirmed whether it was to store them, and not only to queue them
     */
    @Synchronized
    fun failed(
        sent: Collection<Int>,
        cause: Exception,
        mayHaveArrived: Boolean,
        confirmed: Boolean,
    ) {
        for (row in sent) {
            underWay[row] = false
            if (!mayHaveArrived) continue
            // That Phoenix itself failed says less than that there was no answer of Phoenix's.
            if (!isOpen(row)) open[row] = cause
            if (!confirmed && isOpen(row)) queued[row] = true
            if (outcomes[row] is RowOutcome.MissingTarget) outcomes[row] = unknown(row)
        }
    }

    fun settle(settled: Map<Int, RowOutcome>) = settle(settled.keys) { settled.getValue(it) }

    @Synchronized
    fun settle(settled: Collection<Int>, outcome: (Int) -> RowOutcome) {
        for (row in settled) {
            val before = outcomes[row]
            if (before == null) done++ else if (!before.succeeded) failed--
            val after = outcome(row)
            if (!after.succeeded) failed++
            outcomes[row] = after
            underWay[row] = false
        }
        val progress =
            UploadProgress(done, failed, rows.size, Duration.between(started, clock.instant()))
        progressState.value = progress
        listener.tell { it.onProgress(progress) }
    }

    /** Phoenix does not know their targets; it goes on looking for those of queued copies. */
    fun settleMissing(missing: Collection<Int>, cause: Exception) {
        val until = clock.instant() + QUEUE_RETRY_TIME
        settle(missing) { row ->
            val before = outcomes[row]
            when {
                before is RowOutcome.MissingTarget && before.mayAppearUntil != null -> before
                isOpen(row) -> RowOutcome.Unknown(cause)
                queued[row] -> missingTarget(rows, row, until)
                else -> missingTarget(rows, row)
            }
        }
    }

    /** Phoenix has refused them. */
    fun settleRefused(refused: Collection<Int>, cause: Exception) =
        settle(refused) { row ->
            if (isOpen(row) || queued[row]) RowOutcome.Unknown(cause)
            else RowOutcome.Rejected(cause.message.orEmpty())
        }

    /** They were sent, and nothing more is done to learn what became of them. */
    fun leaveOpen(sent: Collection<Int>, cause: Exception) =
        settle(sent) { outcomes[it] ?: RowOutcome.Unknown(open[it] ?: cause) }

    @Synchronized
    fun remark(sentence: String) {
        if (sentence !in remarks) remarks += sentence
    }

    @Synchronized
    fun stop(cause: Exception) {
        if (stoppedBy == null) stoppedBy = cause
    }

    /**
     * Does [work]; what goes wrong ends the upload and not more: a key that cannot be had, a client
     * that was closed and a fault of ours must not cost the report.
     */
    suspend fun stoppedByFailuresOf(work: suspend () -> Unit) {
        try {
            work()
        } catch (e: CancellationException) {
            // A key supplier that was itself cancelled does not cancel the upload.
            currentCoroutineContext().ensureActive()
            stop(e)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            stop(e)
        }
    }

    /** Those [among] rows, or all rows, whose outcome is [wanted]. */
    @Synchronized
    fun rowsWith(
        among: Iterable<Int> = outcomes.indices,
        wanted: (RowOutcome) -> Boolean,
    ): List<Int> = among.filter { row -> outcomes[row]?.let(wanted) ?: false }

    @Synchronized
    fun report(moreRemarks: List<String>): UploadReport =
        UploadReport(
            rows,
            outcomes.indices.map(::outcomeOf),
            stoppedBy,
            remarks + moreRemarks + listOfNotNull(listener.remark()),
        )

    private fun outcomeOf(row: Int): RowOutcome =
        when {
            underWay[row] -> unknown(row)
            else ->
                outcomes[row]
                    ?: if (queued[row] || open[row] != null) unknown(row)
                    else RowOutcome.NotAttempted
        }

    private fun unknown(row: Int) = RowOutcome.Unknown(open[row] ?: stoppedBy)

    /** Phoenix rolls back a request in which it fails itself. */
    private fun isOpen(row: Int): Boolean {
        val cause = open[row] ?: return false
        return !cause.isCrash || (cause as PhoenixException).earlierMayHaveArrived
    }
}

/** Phoenix's own failure, or that of a proxy that looks the same. */
internal val Exception.isCrash: Boolean
    get() = this is PhoenixException.ServerError && status == 500
