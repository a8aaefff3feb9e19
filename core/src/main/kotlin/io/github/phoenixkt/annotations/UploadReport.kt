package io.github.phoenixkt.annotations

/**
 * What became of every row of a bulk write.
 *
 * @property outcomes one per row, in the order of the rows
 * @property stoppedBy what ended the write early, or null when every row was sent
 */
public class UploadReport
internal constructor(
    private val rows: List<AnnotationData>,
    public val outcomes: List<RowOutcome>,
    public val stoppedBy: Throwable?,
) {
    /** Whether every row succeeded. */
    public val complete: Boolean
        get() = outcomes.all { it.succeeded }

    /** The rows that did not succeed, in their order: what to send again. */
    public fun remaining(): List<AnnotationData> = rows.filterIndexed { row, _ ->
        !outcomes[row].succeeded
    }

    /** For a person: how many rows came to which end. */
    override fun toString(): String =
        outcomes
            .groupingBy { it::class.simpleName }
            .eachCount()
            .entries
            .joinToString(prefix = "${rows.size} rows: ") { (outcome, count) ->
                "$count $outcome"
            }
}
