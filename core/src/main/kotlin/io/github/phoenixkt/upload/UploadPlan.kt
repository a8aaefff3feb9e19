package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationProblem.Kind.NO_RESULT
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.RowCheck
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.findAllProblems
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import java.util.BitSet
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.upload")
private const val EXAMPLES = 3

internal const val SKIP_EMPTY = "upload with onEmpty = BadRows.SKIP"
internal const val LEAVE_OUT = "leave the row out"

/**
 * Phoenix keeps one row per key. In the order of their keys, requests do not deadlock PostgreSQL.
 */
internal data class RowKey(
    val targetKind: TargetKind,
    val targetId: String,
    val position: Int?,
    val name: String,
    val identifier: String,
) : Comparable<RowKey> {
    override fun compareTo(other: RowKey): Int {
        var order = targetKind.compareTo(other.targetKind)
        if (order == 0) order = targetId.compareTo(other.targetId)
        if (order == 0) order = compareValues(position, other.position)
        if (order == 0) order = name.compareTo(other.name)
        return if (order == 0) identifier.compareTo(other.identifier) else order
    }

    /** For messages. */
    override fun toString(): String {
        val document = position?.let { "document $it of " }.orEmpty()
        val mark = if (identifier.isEmpty()) "" else " (identifier \"${identifier.forMessage()}\")"
        return "annotation \"${name.forMessage()}\" of $document${targetKind.noun} ${targetId.forMessage()}$mark"
    }
}

internal fun AnnotationRows.key(row: Int): RowKey =
    RowKey(
        targetKind(row),
        targetId(row).presentOrNull().orEmpty(),
        documentPosition(row),
        name(row).presentOrNull().orEmpty(),
        identifier(row).presentOrNull().orEmpty(),
    )

internal fun AnnotationRows.keys(rows: IntArray): List<RowKey> = rows.map(::key)

/**
 * What is to be sent, decided before anything is.
 *
 * @property toSend the rows to send, by kind of target, each in the order of the input
 * @property decided the outcomes of the rows that are not sent
 */
internal class UploadPlan(
    val toSend: Map<TargetKind, IntArray>,
    val decided: Map<Int, RowOutcome>,
    val remarks: List<String>,
)

/**
 * Checks every row, sets the bad ones and the repeated ones aside, and fails where the options say
 * so.
 *
 * @param firstRow the number that remarks give to the first row
 * @param wayOut what else to do about a row without a result, if it makes the upload fail
 */
internal fun planUpload(
    rows: AnnotationRows,
    options: UploadOptions,
    firstRow: Long = 0,
    wayOut: String? = SKIP_EMPTY,
): UploadPlan {
    val decided = HashMap<Int, RowOutcome>()
    val fatal = mutableListOf<AnnotationProblem>()
    val good = LinkedHashMap<TargetKind, BitSet>()
    // Large enough not to grow.
    val winners = HashMap<RowKey, Int>((rows.size / 0.75f).toInt() + 1)
    val beaten = mutableListOf<Int>()
    val check = RowCheck(rows)
    for (row in 0 until rows.size) {
        val problems = findAllProblems(rows, row, check)
        when {
            problems.isEmpty() -> {
                good.getOrPut(rows.targetKind(row)) { BitSet(rows.size) }.set(row)
                winners.put(rows.key(row), row)?.let(beaten::add)
            }
            problems.all { options.toleranceOf(it) == BadRows.SKIP } ->
                decided[row] = RowOutcome.Skipped(problems)
            else ->
                problems
                    .filter { options.toleranceOf(it) == BadRows.FAIL }
                    .mapTo(fatal) {
                        if (it.kind == NO_RESULT && wayOut != null) it.orElse(wayOut) else it
                    }
        }
    }
    val defeats = beaten.sorted().map { it to winners.getValue(rows.key(it)) }
    if (options.duplicates == Duplicates.FAIL) {
        fatal += defeats.map { (row, winner) -> repeated(rows, row, winner) }
    }
    if (fatal.isNotEmpty()) throw InvalidAnnotationsException(fatal.sortedBy { it.row }, rows.size)
    for ((row, winner) in defeats) {
        decided[row] = RowOutcome.Superseded(winner)
        good.getValue(rows.targetKind(row)).clear(row)
    }
    return UploadPlan(
        good.mapValues { (_, numbers) -> numbers.stream().toArray() },
        decided,
        listOfNotNull(remarkOn(defeats, firstRow)),
    )
}

private fun UploadOptions.toleranceOf(problem: AnnotationProblem): BadRows =
    if (problem.kind == NO_RESULT) onEmpty else onInvalid

private fun repeated(rows: AnnotationRows, row: Int, winner: Int): AnnotationProblem {
    val key = rows.key(row)
    val hint = "Phoenix keeps one of them: set distinct identifiers, or let the last one win"
    return AnnotationProblem(
        row,
        key.targetId,
        "name",
        key.name,
        "is a duplicate of row $winner, with the same target and identifier",
        hint,
        AnnotationProblem.Kind.DUPLICATE,
    )
}

private fun remarkOn(beaten: List<Pair<Int, Int>>, firstRow: Long): String? {
    if (beaten.isEmpty()) return null
    val examples =
        beaten.take(EXAMPLES).joinToString { (row, winner) ->
            "row ${firstRow + row} by row ${firstRow + winner}"
        }
    val what =
        if (beaten.size == 1) "1 row was replaced by a later row"
        else "${beaten.size} rows were replaced by later rows"
    val remark = "$what with the same name, target and identifier: $examples."
    logger.warn(remark)
    return remark
}
