package io.github.phoenixkt.upload

import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.annotations.AnnotationLevel
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.transport.Transport
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.isActive

/**
 * One upload: prepared, then [run] once. [report] and [progress] can be read at any time, also
 * after the upload was cancelled or has failed.
 */
public class Upload
internal constructor(
    private val transport: Transport,
    private val rows: AnnotationRows,
    private val options: UploadOptions,
) {
    private val state = UploadState(rows, transport.runtime.clock, options.progress)
    private val begun = AtomicBoolean()

    /** What became of the rows so far. */
    public val report: UploadReport
        get() = state.report()

    /** How far the upload is. */
    public val progress: StateFlow<UploadProgress>
        get() = state.progress

    /**
     * Checks all rows, then sends them. Returns a report also where rows could not be written;
     * whoever wants an exception instead looks at [UploadReport.complete].
     *
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException when some rows cannot be
     *   sent; nothing was
     */
    public suspend fun run(): UploadReport {
        check(begun.compareAndSet(false, true)) {
            "This upload has run already: prepare another one for report.remaining()."
        }
        val plan = planUpload(rows, options)
        state.start()
        try {
            UploadRun(transport, rows, options, state).run(plan)
        } catch (e: CancellationException) {
            if (!currentCoroutineContext().isActive) throw e
            state.stop(e)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // A key that cannot be had or a client that was closed must not cost the report.
            state.stop(e)
        } finally {
            tellOutcomes(transport, report)
        }
        return report
    }
}

private fun tellOutcomes(transport: Transport, report: UploadReport) {
    if (!transport.listener.present) return
    report.outcomes.indices
        .groupingBy { report.rows.level(it) to report.outcomes[it].name }
        .eachCount()
        .forEach { (end, count) ->
            val (level, outcome) = end
            transport.listener.tell { it.onOutcomes(OutcomesEvent(level, outcome, count)) }
        }
}

/** An upload that must be complete, as the older clients have it. */
internal suspend fun logAnnotations(
    transport: Transport,
    level: AnnotationLevel,
    rows: AnnotationRows,
    sync: Boolean,
): List<InsertedAnnotation>? {
    val indices = 0 until rows.size
    require(!indices.isEmpty()) { "There are no annotations to log: the list is empty." }
    indices.forEach {
        require(rows.level(it) == level) {
            "Row $it annotates a ${rows.level(it).name.lowercase()}, not a ${level.name.lowercase()}."
        }
    }
    val options = uploadOptions { delivery = if (sync) Delivery.CONFIRMED else Delivery.QUEUED }
    return Upload(transport, rows, options).run().inserted(sync)
}
