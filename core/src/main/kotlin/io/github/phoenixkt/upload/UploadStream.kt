package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.transport.Transport
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.produceIn
import kotlinx.coroutines.withTimeoutOrNull

private const val FAILURES_KEPT = 10_000
private val LONGEST_WAIT_FOR_ROWS = 1.seconds

/**
 * What became of a stream of rows.
 *
 * @property rows how many rows were taken from the stream
 * @property counts how many rows came to which end, by the name of the outcome
 * @property failures the first 10,000 rows that did not succeed; a listener is told of all
 * @property stoppedBy what ended the stream early, or null when it was taken to its end
 */
public class UploadSummary
internal constructor(
    public val rows: Long,
    public val counts: Map<String, Long>,
    public val failures: List<FailedRow>,
    public val stoppedBy: Throwable?,
) {
    override fun toString(): String =
        counts.entries.joinToString(prefix = "$rows rows: ") { (outcome, count) ->
            "$count $outcome"
        }
}

/** A row of a stream that did not succeed. */
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
    private val listener: RowOutcomeListener?,
) {
    private var rows = 0L
    private val counts = sortedMapOf<String, Long>()
    private val failures = mutableListOf<FailedRow>()

    suspend fun run(stream: Flow<AnnotationData>): UploadSummary = coroutineScope {
        var broken: Throwable? = null
        // Kept until what came before is sent: a failure in here would cancel that.
        val incoming = stream.catch { broken = it }.buffer(options.chunkSize).produceIn(this)
        var stoppedBy: Throwable? = null
        while (stoppedBy == null) {
            val window = nextWindow(incoming)
            if (window.isEmpty()) break
            rows += window.size
            stoppedBy = send(window)
        }
        incoming.cancel()
        broken?.let { throw it }
        UploadSummary(rows, counts.toMap(), failures.toList(), stoppedBy)
    }

    /** A full window, or what has come when nothing more comes for a second; empty at the end. */
    private suspend fun nextWindow(incoming: ReceiveChannel<AnnotationData>): List<AnnotationData> {
        val window = ArrayList<AnnotationData>()
        var next = incoming.receiveCatching()
        while (next.isSuccess) {
            window += next.getOrThrow()
            if (window.size == options.queueWindow) return window
            next =
                withTimeoutOrNull(LONGEST_WAIT_FOR_ROWS) { incoming.receiveCatching() }
                    ?: return window
        }
        return window
    }

    private suspend fun send(window: List<AnnotationData>): Throwable? {
        val upload = Upload(transport, AnnotationRows.of(window), options)
        val failure =
            try {
                upload.run()
                null
            } catch (e: InvalidAnnotationsException) {
                e
            } catch (e: PhoenixException) {
                e
            } finally {
                upload.report.outcomes.forEachIndexed { index, outcome ->
                    count(window[index], outcome)
                }
            }
        return failure ?: upload.report.stoppedBy
    }

    private fun count(row: AnnotationData, outcome: RowOutcome) {
        counts.merge(outcome.name, 1L, Long::plus)
        if (!outcome.succeeded && failures.size < FAILURES_KEPT) failures += FailedRow(row, outcome)
        listener?.onOutcome(row, outcome)
    }
}
