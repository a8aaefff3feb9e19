@file:JvmName("UploadResults")

package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.internal.forMessage

/**
 * What a call gives that must write every row.
 *
 * @param sync whether every row was to be stored, and not only queued
 * @return with [sync] the stored annotations in the order of the rows, else null
 * @throws PhoenixException.UploadException when not all were written
 * @suppress
 */
@InternalPhoenixApi
public fun UploadReport.inserted(sync: Boolean): List<InsertedAnnotation>? {
    if (outcomes.any { !it.succeeded }) throw uploadException(this)
    return if (sync) outcomes.indices.map { InsertedAnnotation(storedId(it)) } else null
}

/** The id of the row, or of the row that took its place. */
private fun UploadReport.storedId(row: Int): String =
    when (val outcome = outcomes[row]) {
        is RowOutcome.Stored -> outcome.id
        is RowOutcome.Superseded -> (outcomes[outcome.by] as RowOutcome.Stored).id
        else -> error("row $row is $outcome")
    }

private const val LONGEST_EXAMPLE = 300
private const val LONGEST_CAUSE = 600

private fun uploadException(report: UploadReport): PhoenixException.UploadException {
    val done = report.outcomes.count { it.succeeded }
    val failures = report.outcomes.withIndex().filterNot { (_, outcome) -> outcome.succeeded }
    val examples =
        failures.take(3).joinToString("") { (row, outcome) ->
            "\n  row $row (${report.rows.targetId(row)?.forMessage()}): " +
                outcome.toString().forMessage(LONGEST_EXAMPLE)
        }
    val stop = report.stoppedBy
    val todo =
        if (report.complete) "The report has the outcome of each row. Nothing is left to send."
        else if (stop == null)
            "The report has the outcome of each row: fix what it names, then send report.remaining() again."
        else
            "It was stopped: ${stop.asReason().forMessage(LONGEST_CAUSE).trimEnd('.')}. Fix this, then send " +
                "report.remaining() again. The report has the outcome of each row."
    return PhoenixException.UploadException(
        report,
        "Only $done of ${report.outcomes.size} annotations were written ($report). $todo$examples"
            .asMessage(),
    )
}
