package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.selects.select
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.upload")
private const val FAILURES_KEPT = 10_000
private const val REMARKS_KEPT = 100
private val LONGEST_WAIT_FOR_ROWS = 1.seconds

/**
 * The outcome of a stream of rows. Rows are numbered from 0, in the order of the stream.
 *
 * @property rows how many rows were taken from the stream
 * @property counts the number of rows by the name of their outcome
 * @property failures the first 10,000 rows that did not succeed; a listener is told of all
 * @property stoppedBy what ended the upload early, such as a failure of the stream itself; null if
 *   every row was tried
 * @property remarks remarks for people: where windows deviated from the options, and why; each
 *   once, and only the first 100
 */
public class UploadSummary
internal constructor(
    public val rows: Long,
    public val counts: Map<String, Long>,
    public val failures: List<FailedRow>,
    public val stoppedBy: Throwable?,
    public val remarks: List<String>,
    private val remaining: Long,
) {
    /**
     * Whether nothing is left to send: the stream was taken to its end, and every row succeeded, or
     * was skipped because the options say so.
     */
    public val complete: Boolean
        get() = stoppedBy == null && remaining == 0L

    override fun toString(): String =
        "$rows rows: ${counts.asText()}" +
            stoppedBy?.let { "; ended early: ${it.asReason()}" }.orEmpty()
}

private fun Map<String, Long>.asText() = entries.joinToString { (outcome, count) ->
    "$count $outcome"
}

/**
 * A row of a stream that did not succeed.
 *
 * @property row the row as it was given
 * @property outcome what became of it
 */
public class FailedRow
internal constructor(public val row: AnnotationData, public val outcome: RowOutcome) {
    override fun toString(): String = "$row: $outcome"
}

/**
 * Takes a stream window by window: what is held in memory is one window, however long the stream.
 */
internal class UploadStream(
    private val transport: Transport,
    private val options: UploadOptions,
    listener: RowOutcomeListener?,
) {
    private val listener = GuardedListener("outcome listener", listener)
    private val progress = GuardedListener("progress listener", options.progress)
    private val outages = Outages(options.outageTolerance, transport)
    private val clock = transport.runtime.steadyClock
    private val started = clock.instant()
    private var rows = 0L
    private var failed = 0L
    private var remaining = 0L
    private val counts = sortedMapOf<String, Long>()
    private val failures = mutableListOf<FailedRow>()
    private val remarks = LinkedHashSet<String>()

    /** The rows that are not sent yet. */
    private var window = ArrayList<AnnotationData>()

    suspend fun run(stream: Flow<AnnotationData>): UploadSummary = coroutineScope {
        val source = RowSource(this, stream, options.chunkSize)
        var failure: Throwable? = null
        try {
            do {
                failure = fillWindow(source.rows)
                val isAtEnd = window.isEmpty()
                if (!isAtEnd && failure == null) failure = send()
            } while (!isAtEnd && failure == null)
        } finally {
            // What was taken from the stream and is not sent any more has its outcome, too.
            val left = window + source.stop()
            left.forEach { count(it, RowOutcome.NotAttempted) }
        }
        val alsoFailed =
            source.failure
                ?.takeIf { failure != null }
                ?.let { "The stream itself failed, too. ${it.asReason()}" }
        progress.tell { it.onProgress(reached(mayGrow = false)) }
        remarks += listOfNotNull(alsoFailed, listener.remark(), progress.remark())
        val stoppedBy = failure ?: source.failure
        UploadSummary(
                rows,
                counts.toMap(),
                failures.toList(),
                stoppedBy,
                remarks.toList(),
                remaining,
            )
            .also { if (stoppedBy != null) logger.warn("The upload of a stream: {}", it) }
    }

    private fun reached(mayGrow: Boolean): UploadProgress {
        val elapsed = Duration.between(started, clock.instant())
        return UploadProgress(rows.asCount(), failed.asCount(), rows.asCount(), elapsed, mayGrow)
    }

    /**
     * Takes a full window, or what has come a second after its first row; nothing at the end.
     *
     * @return why there will be no more, if it is not the end: the client was closed, and the
     *   stream may be silent for long
     */
    private suspend fun fillWindow(incoming: ReceiveChannel<AnnotationData>): Throwable? {
        val first = incoming.tryReceive()
        if (first.isClosed) return null
        first.getOrNull()?.let(window::add)
        return try {
            transport.whileOpen { awaitRows(incoming) }
            null
        } catch (e: IllegalStateException) {
            currentCoroutineContext().ensureActive()
            e
        }
    }

    private suspend fun awaitRows(incoming: ReceiveChannel<AnnotationData>) = coroutineScope {
        if (window.isEmpty())
            incoming.receiveCatching().getOrNull()?.let(window::add) ?: return@coroutineScope
        val deadline = async { delay(LONGEST_WAIT_FOR_ROWS) }
        var open = true
        while (open && window.size < options.queueWindow) {
            // Not a receive with a time-out: that can lose the row it has just been given.
            open = select {
                incoming.onReceiveCatching { next -> next.getOrNull()?.let(window::add) ?: false }
                deadline.onAwait { false }
            }
        }
        deadline.cancel()
    }

    private suspend fun send(): Throwable? {
        val first = rows
        val sent = window
        window = ArrayList()
        val before = reached(mayGrow = true)
        val upload = Upload(transport, AnnotationRows.of(sent), options, outages, first, before)
        val failure =
            try {
                upload.run()
                null
            } catch (e: InvalidAnnotationsException) {
                e.inStream(sent)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // Whatever it is, it must not cost what is known of the windows before.
                currentCoroutineContext().ensureActive()
                e
            } finally {
                val report = upload.report
                report.outcomes.forEachIndexed { index, outcome ->
                    count(sent[index], outcome.from(first))
                }
                remarks += report.remarks.take(REMARKS_KEPT - remarks.size)
            }
        return failure ?: upload.report.stoppedBy
    }

    private fun InvalidAnnotationsException.inStream(
        window: List<AnnotationData>
    ): InvalidAnnotationsException {
        val before = if (counts.isEmpty()) "" else " Of the $rows rows before: ${counts.asText()}."
        val bad = problems.distinctBy { it.row }.size
        val which =
            if (window.size == 1) "Row $rows" else "$bad of rows $rows to ${rows + window.size - 1}"
        return InvalidAnnotationsException(
            problems.map { it.from(rows) },
            "$which of the stream cannot be sent; nothing from row $rows on was sent.$before",
        )
    }

    private fun count(row: AnnotationData, outcome: RowOutcome) {
        rows++
        if (outcome.remains) remaining++
        if (!outcome.succeeded) failed++
        counts.merge(outcome.name, 1L, Long::plus)
        if (!outcome.succeeded && failures.size < FAILURES_KEPT) failures += FailedRow(row, outcome)
        listener.tell { it.onOutcome(row, outcome) }
    }
}

/** With the numbers of rows counted from the beginning of the stream. */
private fun RowOutcome.from(first: Long): RowOutcome =
    when (this) {
        is RowOutcome.Superseded -> RowOutcome.Superseded(by.from(first))
        is RowOutcome.Skipped -> RowOutcome.Skipped(problems.map { it.from(first) })
        else -> this
    }

private fun AnnotationProblem.from(first: Long) = ofRow(row.from(first))

private fun Int.from(first: Long): Int = (first + this).asCount()
