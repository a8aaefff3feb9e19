package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import kotlin.reflect.KProperty
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow
import org.jetbrains.kotlinx.dataframe.RowExpression
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.columns.ColumnReference

/**
 * What the caller has given to find a value in each row.
 *
 * @param field what the value is read for
 * @param noun what the caller's expression is called in messages
 * @param example how a column is named with it
 */
internal class Selector<T>(
    private val expression: RowExpression<T, Any?>,
    private val field: String,
    private val noun: String,
    private val example: (column: String) -> String,
) {
    /** The values of all rows; what is wrong is told to [findings], and the value null then. */
    fun select(frame: DataFrame<T>, findings: Findings): List<Any?> {
        val failed = LinkedHashMap<Int, Exception>()
        val cells =
            List(frame.rowsCount()) { index ->
                attempt(frame[index]) { e ->
                    failed[index] = e
                    null
                }
            }
        val problem = findProblem(cells)
        if (problem != null) {
            findings.add(problem)
            return List(cells.size) { null }
        }
        for ((row, e) in failed) {
            val reason = "cannot be found: the $noun throws ${describe(e, LONGEST_REASON)}"
            findings.add(row, field, null, reason, "return null, or leave the row out")
        }
        return cells
    }

    private inline fun attempt(row: DataRow<T>, onFailure: (Exception) -> Any?): Any? =
        try {
            expression(row, row)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // Also a cancellation, such as that of a time limit in the expression. Nothing suspends
            // here: if the caller itself is cancelled, its next call that suspends ends it.
            if (e is InterruptedException) Thread.currentThread().interrupt()
            onFailure(e)
        }

    private fun findProblem(cells: List<Any?>): String? {
        val column = cells.firstNotNullOfOrNull(::columnNameOrNull)
        val constant =
            cells.firstOrNull()?.takeIf { text ->
                text is CharSequence && cells.all { it == text } && readsNothing(text, cells.size)
            }
        return when {
            cells.isEmpty() -> null
            column != null ->
                "The $noun returns the column ${column.forMessage()} itself, not its value in the row: write ${example(column)}."
            constant != null ->
                "The $noun is the constant text \"${constant.toString().forMessage()}\". " +
                    "To read the column of that name, write ${example(constant.toString())}. " +
                    "To use one $field for all rows, add it as a column."
            else -> null
        }
    }

    private fun columnNameOrNull(cell: Any?): String? =
        when (cell) {
            is DataRow<*> -> null
            is ColumnReference<*> -> cell.name()
            is KProperty<*> -> cell.name
            else -> null
        }

    /**
     * Whether the same comes of a row that has none of the columns, and a number that no row has:
     * one value in all rows may be that of a column, or of a list of one.
     */
    private fun readsNothing(text: Any, rows: Int): Boolean {
        val nothing = column("", List(rows + 1) { null }, TEXT)
        @Suppress("UNCHECKED_CAST") val foreign = dataFrameOf(listOf(nothing)) as DataFrame<T>
        return attempt(foreign[rows]) { null } == text
    }
}

private const val LONGEST_REASON = 200
