package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.forMessage
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow

/** All that is found wrong while a frame is read: of the frame as a whole, and of single rows. */
internal class Findings(private val rows: Int) {
    private val ofFrame = mutableListOf<String>()
    private val ofRows = mutableListOf<RowFinding>()

    fun add(problem: String) {
        ofFrame += problem
    }

    fun add(row: Int, field: String, value: Any?, reason: String, hint: String? = null) {
        ofRows += RowFinding(row, field, value, reason, hint)
    }

    /** Reads each cell of a column; [field] is what the column is read for. */
    fun <V> read(
        field: String,
        column: String,
        cell: (Int) -> Any?,
        reader: CellReader<V>,
    ): List<V?> {
        val reading = ColumnReading(field, column)
        val values = List(rows) { row -> reading.read(row, cell(row), reader) }
        reading.finish()
        return values
    }

    /** @throws IllegalArgumentException when the frame as a whole cannot be read */
    fun requireReadableFrame(noun: String) {
        require(ofFrame.isEmpty()) {
            ofFrame.joinToString(
                "\n  ",
                "The frame cannot be read as annotations of ${noun}s; nothing was sent.\n  ",
            )
        }
    }

    fun problemsByRow(targetId: (Int) -> String?): Map<Int, List<AnnotationProblem>> =
        ofRows
            .map {
                val value = it.value?.toString()?.forMessage()
                AnnotationProblem(it.row, targetId(it.row), it.field, value, it.reason, it.hint)
            }
            .groupBy { it.row }

    private class RowFinding(
        val row: Int,
        val field: String,
        val value: Any?,
        val reason: String,
        val hint: String?,
    )

    private inner class ColumnReading(private val field: String, private val column: String) :
        Refusals {
        private var row = 0
        private var cell: Any? = null
        private var present = 0
        private var hint: String? = null
        private val refused = mutableListOf<RowFinding>()
        private val wrongTypes = sortedSetOf<String>()
        private var ofWrongType = 0

        fun <V> read(row: Int, cell: Any?, reader: CellReader<V>): V? {
            if (isAbsent(cell)) return null
            this.row = row
            this.cell = cell
            val before = refused.size
            val value = reader(checkNotNull(cell))
            if (value != null || refused.size > before) present++
            return value
        }

        override fun refuseType(wanted: String, hint: String?): Nothing? {
            val type = typeName(checkNotNull(cell))
            ofWrongType++
            wrongTypes += type
            this.hint = hint
            return refuse("is of type $type where $wanted is wanted", hint)
        }

        override fun refuse(reason: String, hint: String?, path: String): Nothing? {
            val where = if (column == field) reason else "(column $column) $reason"
            refused += RowFinding(row, field + path, cell, where, hint)
            return null
        }

        /** A column of which no cell can be read is one problem, not one for each row. */
        fun finish() {
            if (ofWrongType == 0 || ofWrongType < present) {
                ofRows += refused
                return
            }
            val advice = hint?.let { "; $it" }.orEmpty()
            add(
                "Column $column cannot be the $field: it holds only ${wrongTypes.joinToString()}$advice."
            )
        }
    }
}

private fun typeName(value: Any): String =
    when (value) {
        is DataRow<*> -> "nested row"
        is DataFrame<*> -> "nested frame"
        is Map<*, *> -> "map"
        is Collection<*> -> "list"
        else -> value::class.simpleName ?: value.javaClass.name
    }
