package io.github.phoenixkt.upload

import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.transport.Transport
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow

/**
 * One upload: prepared, then [run] once. [report] and [progress] can be read at any time, also
 * after the upload was cancelled or has failed.
 */
public class Upload
internal constructor(
    private val transport: Transport,
    private val rows: AnnotationRows,
    private val options: UploadOptions,
    private val outages: Outages = Outages(options.outageTolerance, transport),
    private val firstRow: Long = 0,
    before: UploadProgress? = null,
    private val tellsOutcomes: Boolean = true,
    private val emptyWayOut: String? = SKIP_EMPTY,
) {
    private val state = UploadState(rows, transport.runtime, options.progress, before)
    private val begun = AtomicBoolean()

    /** The outcomes of the rows so far. */
    public val report: UploadReport
        get() = state.report(outages.remarks())

    /** The progress so far. */
    public val progress: StateFlow<UploadProgress>
        get() = state.progress

    /**
     * Checks all rows, then sends them. Returns a report even if rows were not written, see
     * [UploadReport.complete].
     *
     * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if some rows cannot be
     *   sent. Nothing was sent then.
     */
    public suspend fun run(): UploadReport {
        check(begun.compareAndSet(false, true)) {
            "This upload has run already: prepare another one for report.remaining()."
        }
        // Code of a cancelled caller, such as a key of a frame, may have made rows invalid.
        currentCoroutineContext().ensureActive()
        val plan = planUpload(rows, options, firstRow, emptyWayOut)
        state.start()
        try {
            state.stoppedByFailuresOf {
                UploadRun(transport, rows, options, state, outages).run(plan)
            }
        } finally {
            if (tellsOutcomes) tellOutcomes(transport, report)
        }
        return report
    }
}

private fun tellOutcomes(transport: Transport, report: UploadReport) {
    if (!transport.listener.present) return
    report.outcomes.indices
        .groupingBy { report.rows.targetKind(it) to report.outcomes[it].name }
        .eachCount()
        .forEach { (end, count) ->
            val (targetKind, outcome) = end
            transport.listener.tell { it.onOutcomes(OutcomesEvent(targetKind, outcome, count)) }
        }
}

/** An upload that must be complete, as the older clients have it. */
internal suspend fun logAnnotations(
    transport: Transport,
    targetKind: TargetKind,
    rows: AnnotationRows,
    sync: Boolean,
): List<InsertedAnnotation>? {
    val indices = 0 until rows.size
    val wanted = targetKind.name.lowercase()
    require(!indices.isEmpty()) {
        "${wanted}Annotations is empty: there are no annotations to log."
    }
    indices.forEach {
        require(rows.targetKind(it) == targetKind) {
            "Row $it annotates a ${rows.targetKind(it).name.lowercase()}, not a $wanted."
        }
    }
    val options = uploadOptions { delivery = if (sync) Delivery.CONFIRMED else Delivery.QUEUED }
    val wayOut = LEAVE_OUT.takeIf { rows.size > 1 }
    val upload = Upload(transport, rows, options, emptyWayOut = wayOut)
    return upload.run().inserted(sync)
}
