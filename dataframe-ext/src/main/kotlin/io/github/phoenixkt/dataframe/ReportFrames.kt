package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Returns the outcome of each row as a frame: `row` (its number), `target_kind`, `target_id`,
 * `document_position`, `name`, `identifier`, `outcome` (the name of a [RowOutcome]), `id` (of the
 * stored annotation) and `reason`.
 */
public fun UploadReport.toDataFrame(): AnyFrame {
    val numbers = outcomes.indices.toList()
    return dataFrameOf(
        listOf(
            column("row", numbers, typeOf<Int>()),
            column("target_kind", numbers.map { rows.targetKind(it).name }, typeOf<String>()),
            column("target_id", numbers.map { rows.targetId(it).presentOrNull() }, TEXT),
            column("document_position", numbers.map { rows.documentPosition(it) }, typeOf<Int?>()),
            column("name", numbers.map { rows.name(it).presentOrNull() }, TEXT),
            column("identifier", numbers.map { rows.identifier(it).presentOrNull() }, TEXT),
        ) + outcomeColumns("outcome", "id", "reason")
    )
}

/**
 * Returns this frame with the outcome of each row in three columns: `outcome` (the name of a
 * [RowOutcome]), `outcome_id` (of the stored annotation) and `outcome_reason`. They replace the
 * columns of an earlier report.
 *
 * ```
 * evaluations.withOutcomes(report).filter { "outcome"<String>() == "MissingTarget" }
 * ```
 *
 * The rows must be those that were sent, in the same order: their ids, positions, names and
 * identifiers are compared. For groups this is the frame `groupBy.concat()`, for a map
 * `map.values.concat()`. Columns may have been added or changed since.
 *
 * @param report the report of the upload of this frame
 * @throws IllegalArgumentException if the report is about other rows or another order, or if the
 *   frame has a column of its own with one of these names
 */
public fun <T> DataFrame<T>.withOutcomes(report: UploadReport): DataFrame<T> {
    require(rowsCount() == report.outcomes.size) {
        "The report is of ${report.outcomes.size} rows, but the frame has ${rowsCount()}: it is not the frame that was sent."
    }
    requireSameRows(this, report.rows)
    val added = report.outcomeColumns("outcome", "outcome_id", "outcome_reason")
    val names = added.map { it.name() }
    requireNoOwnColumns(this, names)
    @Suppress("UNCHECKED_CAST")
    return dataFrameOf(columns().filterNot { it.name() in names } + added) as DataFrame<T>
}

/** Columns of an earlier report give way; what else has such a name is the caller's. */
private fun requireNoOwnColumns(frame: AnyFrame, names: List<String>) {
    val there = names.filter { it in frame.columnNames() }
    val earlier =
        there.size == names.size && frame[names.first()].toList().all { it in OUTCOME_NAMES }
    require(there.isEmpty() || earlier) {
        "The frame has columns of its own by the names of outcomes (${there.joinToString()}): rename them first."
    }
}

private val OUTCOME_NAMES = RowOutcome.Kind.entries.map { it.outcomeName }

/**
 * Returns the problems of rows as a frame: `row`, `target_id`, `field`, `value`, `reason`, `hint`
 * and `kind` (the name of an [AnnotationProblem.Kind]). Use it for the problems of an
 * [InvalidAnnotationsException][io.github.phoenixkt.annotations.InvalidAnnotationsException], for
 * instance.
 */
public fun Iterable<AnnotationProblem>.toDataFrame(): AnyFrame =
    dataFrameOf(
        listOf(
            column("row", map { it.row }, typeOf<Int>()),
            column("target_id", map { it.targetId }, TEXT),
            column("field", map { it.field }, typeOf<String>()),
            column("value", map { it.value }, TEXT),
            column("reason", map { it.reason }, typeOf<String>()),
            column("hint", map { it.hint }, TEXT),
            column("kind", map { it.kind.name }, typeOf<String>()),
        )
    )

private fun UploadReport.outcomeColumns(outcome: String, id: String, reason: String) =
    listOf(
        column(outcome, outcomes.map { it.name }, typeOf<String>()),
        column(id, outcomes.map(::idOf), TEXT),
        column(reason, outcomes.map(::reasonOf), TEXT),
    )

/** The id of the row, or of the row that took its place. */
private fun UploadReport.idOf(outcome: RowOutcome): String? =
    when (outcome) {
        is RowOutcome.Stored -> outcome.id
        is RowOutcome.Superseded -> (outcomes[outcome.by] as? RowOutcome.Stored)?.id
        else -> null
    }

private fun UploadReport.reasonOf(outcome: RowOutcome): String? =
    when (outcome) {
        is RowOutcome.Stored ->
            if (outcome.overwritten) "someone else has written it since" else null
        is RowOutcome.Queued -> null
        is RowOutcome.Superseded -> "row ${outcome.by} has the same name, target and identifier"
        is RowOutcome.Skipped -> outcome.problems.joinToString("; ", transform = ::describe)
        is RowOutcome.Rejected -> outcome.reason
        is RowOutcome.MissingTarget ->
            listOfNotNull(
                    "Phoenix does not know the target",
                    outcome.mayAppearUntil?.let { "stored all the same if it arrives before $it" },
                    outcome.hint,
                )
                .joinToString("; ")
        is RowOutcome.Unknown -> outcome.cause?.message ?: "no response"
        is RowOutcome.NotAttempted -> stoppedBy?.message
    }

private fun describe(problem: AnnotationProblem): String = buildString {
    append(problem.field).append(' ').append(problem.reason)
    problem.value?.let { append(" (it is \"").append(it).append("\")") }
    problem.hint?.let { append("; ").append(it) }
}

internal val TEXT: KType = typeOf<String?>()

internal fun column(name: String, values: List<Any?>, type: KType): AnyCol =
    DataColumn.createByType(name, values, type)
