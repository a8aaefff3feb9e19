package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.internal.InTurn
import java.time.Duration
import java.time.Instant
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * How an upload stands. Written by the requests in flight, read at any time.
 *
 * @param before what a stream had reached before these rows; null if they are no stream's
 */
internal class UploadState(
    private val rows: AnnotationRows,
    private val runtime: PhoenixRuntime,
    listener: UploadProgressListener?,
    private val before: UploadProgress?,
) {
    private val listener = GuardedListener("progress listener", listener)
    private val size = rows.size
    private val ledger = RowLedger(rows)
    private val remarks = mutableListOf<String>()
    private var started: Instant = runtime.steadyClock.instant()
    private var elapsed = Duration.ZERO
    private val progressState = MutableStateFlow(step(Duration.ZERO))
    private val steps =
        InTurn<UploadProgress> { step ->
            progressState.value = step
            this.listener.tell { it.onProgress(step) }
        }

    /** What ends the upload: no further request is begun once it is set. */
    @Volatile
    var stoppedBy: Exception? = null
        private set

    val progress: StateFlow<UploadProgress> = progressState.asStateFlow()

    /** The time begins now. */
    fun start() {
        val now = runtime.steadyClock.instant()
        synchronized(this) { started = now }
    }

    /** The rows are on their way to the server. */
    @Synchronized fun begin(sent: IntArray) = sent.forEach(ledger::begin)

    /** Phoenix has taken the rows into its queue. */
    @Synchronized fun taken(sent: IntArray) = sent.forEach(ledger::taken)

    /** A request with the rows has failed; see [RowLedger.failed]. */
    @Synchronized
    fun failed(sent: IntArray, cause: Exception, mayHaveArrived: Boolean, confirmed: Boolean) =
        sent.forEach {
            ledger.failed(it, cause, mayHaveArrived, confirmed)
        }

    /** The rows have come to their end. */
    fun decide(outcomes: Map<Int, RowOutcome>) = change {
        outcomes.forEach { (row, outcome) -> ledger.decide(row, outcome) }
    }

    /** The rows have come to the end that [outcome] gives for their position. */
    fun decide(decided: IntArray, outcome: (position: Int) -> RowOutcome) = change {
        decided.forEachIndexed { position, row -> ledger.decide(row, outcome(position)) }
    }

    /** Phoenix does not know their targets; it goes on looking for those of queued copies. */
    fun decideMissing(missing: IntArray, cause: Exception) {
        val until = runtime.clock.instant() + QUEUE_RETRY_TIME
        // The rows may be the application's: they are read without the lock.
        val hints = missing.map { hintOfId(rows, it) }
        change {
            missing.forEachIndexed { position, row ->
                ledger.missing(row, cause, until, hints[position])
            }
        }
    }

    /** Phoenix has refused them. */
    fun decideRefused(refused: IntArray, cause: Exception) = change {
        refused.forEach { ledger.refused(it, cause) }
    }

    /** Phoenix has not looked at them, and they are not sent again. */
    fun decideUnread(unread: IntArray, cause: Exception) = change {
        unread.forEach { ledger.unread(it, cause) }
    }

    /** They were sent, and nothing more is done to learn what became of them. */
    fun leaveOpen(sent: IntArray, cause: Exception) = change {
        sent.forEach { ledger.leaveOpen(it, cause) }
    }

    private fun change(work: () -> Unit) {
        // Without the lock: the clock may be the application's.
        val now = runtime.steadyClock.instant()
        synchronized(this) {
            work()
            elapsed = maxOf(elapsed, Duration.between(started, now))
            steps.add(step(elapsed))
        }
        steps.tell()
    }

    private fun step(elapsed: Duration): UploadProgress {
        val step = UploadProgress(ledger.done, ledger.failed, size, elapsed)
        return before?.plus(step) ?: step
    }

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
    fun rowsWith(among: IntArray? = null, wanted: (RowOutcome) -> Boolean): IntArray {
        val all = among ?: IntArray(size) { it }
        return all.filter { row -> ledger[row]?.let(wanted) ?: false }.toIntArray()
    }

    @Synchronized
    fun report(moreRemarks: List<String>): UploadReport =
        UploadReport(
            rows,
            List(size) { ledger.outcomeOf(it, stoppedBy) },
            stoppedBy,
            remarks + moreRemarks + listOfNotNull(listener.remark()),
        )
}
