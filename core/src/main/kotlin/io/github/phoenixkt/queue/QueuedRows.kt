@file:JvmName("QueuedRows")

package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.findProblems
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.hintOfId

/**
 * What became of rows that a queue was given, for callers who want the report of an upload.
 *
 * @param ends one per row; null for one that the queue has accepted and that has no outcome yet
 * @suppress
 */
@InternalPhoenixApi
public fun queuedRows(annotations: List<AnnotationData>, ends: List<QueueOutcome?>): UploadReport {
    val rows = AnnotationRows.of(annotations)
    val outcomes = ends.mapIndexed { row, end -> rowOutcome(rows, row, end) }
    val stop = ends.firstOrNull { it.isStop }
    return UploadReport(rows, outcomes, stop?.let { IllegalStateException(it.reason) }, emptyList())
}

/**
 * Checks all rows before the first is offered.
 *
 * @throws InvalidAnnotationsException if any of them cannot be sent
 * @suppress
 */
@InternalPhoenixApi
public fun requireSendable(annotations: List<AnnotationData>) {
    val rows = AnnotationRows.of(annotations)
    val problems = findProblems(rows)
    if (problems.isNotEmpty()) throw InvalidAnnotationsException(problems, rows.size)
}

private fun rowOutcome(rows: AnnotationRows, row: Int, end: QueueOutcome?): RowOutcome =
    when (end) {
        null -> RowOutcome.Queued
        is QueueOutcome.Stored -> RowOutcome.Stored(end.id)
        is QueueOutcome.Superseded -> RowOutcome.Skipped(listOf(superseded(rows, row)))
        is QueueOutcome.MissingTarget -> RowOutcome.MissingTarget(null, hintOfId(rows, row))
        is QueueOutcome.Rejected ->
            if (end.mayHaveArrived) unknown(end) else RowOutcome.Rejected(end.reason)
        is QueueOutcome.NotAccepted -> RowOutcome.NotAttempted
        is QueueOutcome.Expired -> if (end.mayHaveArrived) unknown(end) else RowOutcome.NotAttempted
        is QueueOutcome.Unfinished ->
            if (end.mayHaveArrived) unknown(end) else RowOutcome.NotAttempted
    }

private fun unknown(end: QueueOutcome) = RowOutcome.Unknown(IllegalStateException(end.reason))

/** Not to be sent again, which would bring the old value back. */
private fun superseded(rows: AnnotationRows, row: Int) =
    AnnotationProblem(
        row,
        rows.targetId(row),
        "name",
        rows.name(row),
        "is that of a later annotation with the same target and identifier, which replaced this one in the queue " +
            "before it was sent",
        null,
        AnnotationProblem.Kind.DUPLICATE,
    )

/** Whether it says something of the queue and not of the row. */
private val QueueOutcome?.isStop: Boolean
    get() =
        this is QueueOutcome.NotAccepted ||
            this is QueueOutcome.Expired ||
            this is QueueOutcome.Unfinished

private val QueueOutcome.reason: String
    get() =
        when (this) {
            is QueueOutcome.NotAccepted -> reason
            is QueueOutcome.Rejected -> "$reason An earlier attempt may have arrived."
            is QueueOutcome.Expired -> "It waited longer than maxAge of the queue."
            is QueueOutcome.Unfinished ->
                sentence(reason.replaceFirstChar(Char::uppercase)) +
                    if (spooled) " The next queue on the same spool folder sends it." else ""
            else -> name
        }
