package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.textOf
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow

/** All that is found wrong while a frame is read: of the frame as a whole, and of single rows. */
internal class Findings(private val rows: Int) {
    private val ofFrame = mutableListOf<String>()
    private val ofRows = mutableListOf<RowFinding>()

    fun add(problem: String) {
        ofFrame += problem
    }

    fun add(
        row: Int,
        field: String,
        value: Any?,
        reason: String,
        hint: String? = null,
        kind: AnnotationProblem.Kind = AnnotationProblem.Kind.INVALID,
    ) {
        ofRows += RowFinding(row, field, value, reason, hint, kind)
    }

    /**
     * Reads each cell of a column. What is wrong with a cell is its row's problem, also where no
     * cell can be read: whether such rows end the upload is for its options to say.
     *
     * @param field what the column is read for
     * @param source where the cells come from, see [fromColumn] and [fromSelector]
     */
    fun <V> read(
        field: String,
        source: String,
        cell: (Int) -> Any?,
        reader: CellReader<V>,
    ): List<V?> {
        val reading = ColumnReading(field, source)
        return List(rows) { row -> reading.read(row, cell(row), reader) }
    }

    /** @throws IllegalArgumentException when something of the frame as a whole was found */
    fun requireReadableFrame(message: String) {
        require(ofFrame.isEmpty()) { ofFrame.joinToString("\n  ", "$message\n  ").asMessage() }
    }

    fun problemsByRow(targetId: (Int) -> String?): Map<Int, List<AnnotationProblem>> =
        ofRows
            .map {
                val value = it.value?.let(::textOf)
                val id = targetId(it.row)
                AnnotationProblem(it.row, id, it.field, value, it.reason, it.hint, it.kind)
            }
            .groupBy { it.row }

    private class RowFinding(
        val row: Int,
        val field: String,
        val value: Any?,
        val reason: String,
        val hint: String?,
        val kind: AnnotationProblem.Kind,
    )

    private inner class ColumnReading(
        private val field: String,
        private val source: String,
    ) : Refusals {
        private var row = 0
        private var cell: Any? = null

        fun <V> read(row: Int, cell: Any?, reader: CellReader<V>): V? {
            if (isAbsent(cell)) return null
            this.row = row
            this.cell = cell
            return reader(checkNotNull(cell))
        }

        override fun refuseType(wanted: String, hint: String?): Nothing? =
            refuse("is of type ${typeName(checkNotNull(cell))} where $wanted is wanted", hint)

        override fun refuse(reason: String, hint: String?, path: String): Nothing? {
            add(row, field + path, cell, source + reason, hint)
            return null
        }
    }
}

/** Says of a cell that it stands in [column], where that is not what it is read for. */
internal fun fromColumn(column: String, field: String): String =
    if (column == field) "" else "(column ${column.forMessage()}) "

/** Says of a cell that it is not from a column with a name, but from a selector, or a key. */
internal fun fromSelector(noun: String): String = "(from the $noun) "

private fun typeName(value: Any): String =
    when (value) {
        is DataRow<*> -> "nested row"
        is DataFrame<*> -> "nested frame"
        is Map<*, *> -> "map"
        is Collection<*> -> "list"
        else -> value::class.simpleName ?: value.javaClass.name
    }
