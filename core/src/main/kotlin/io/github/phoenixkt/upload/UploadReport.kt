package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.toAnnotationData

/**
 * The outcome of every row of an upload.
 *
 * @property rows what was uploaded
 * @property outcomes one per row, in the order of the rows
 * @property stoppedBy what ended the upload early, or null if every row was tried
 * @property remarks remarks for people: where the upload deviated from its options, and why
 */
public class UploadReport
internal constructor(
    public val rows: AnnotationRows,
    public val outcomes: List<RowOutcome>,
    public val stoppedBy: Throwable?,
    public val remarks: List<String>,
) {
    /**
     * Whether nothing is left to send: every row succeeded, or was skipped because the options say
     * so.
     */
    public val complete: Boolean
        get() = outcomes.none { it.remains }

    /** The rows to send again, in their order: all that neither succeeded nor were skipped. */
    public fun remaining(): List<AnnotationData> =
        outcomes.indices.filter { outcomes[it].remains }.map { rows.toAnnotationData(it) }

    /** The number of rows by the name of their outcome. */
    public fun counts(): Map<String, Int> = outcomes.groupingBy { it.name }.eachCount()

    override fun toString(): String =
        counts().entries.joinToString(prefix = "${outcomes.size} rows: ") { (outcome, count) ->
            "$count $outcome"
        }
}
