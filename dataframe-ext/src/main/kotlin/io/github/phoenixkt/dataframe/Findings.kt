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

    /**
     * Reads each cell of a column; [field] is what it is read for.
     *
     * @param required whether a row without the field cannot be sent
     */
    fun <V> read(
        field: String,
        source: CellSource,
        cell: (Int) -> Any?,
        required: Boolean = false,
        reader: CellReader<V>,
    ): List<V?> {
        val reading = ColumnReading(field, source)
        val values = List(rows) { row -> reading.read(row, cell(row), reader) }
        reading.finish(required)
        return values
    }

    /** @throws IllegalArgumentException when something of the frame as a whole was found */
    fun requireReadableFrame(message: String) {
        require(ofFrame.isEmpty()) { ofFrame.joinToString("\n  ", "$message\n  ") }
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

    private inner class ColumnReading(
        private val field: String,
        private val source: CellSource,
    ) : Refusals {
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
            refused += RowFinding(row, field + path, cell, source.remark + reason, hint)
            return null
        }

        /**
         * A column with which no row can ever be sent is one problem, not one for each row; where
         * some rows do without it, the others are at fault.
         */
        fun finish(required: Boolean) {
            val hopeless = ofWrongType > 0 && ofWrongType == present
            if (!hopeless || !required && present < rows) {
                ofRows += refused
                return
            }
            val advice = hint?.let { "; $it" }.orEmpty()
            val example =
                refused.first().let { "\"${it.value.toString().forMessage()}\" in row ${it.row}" }
            add(
                "${source.noun} cannot be the $field: it holds only ${wrongTypes.joinToString()}, " +
                    "for instance $example$advice."
            )
        }
    }
}

/** Where cells come from, for messages. */
internal class CellSource private constructor(val noun: String, val remark: String) {
    companion object {
        fun column(name: String, field: String) =
            CellSource("Column $name", if (name == field) "" else "(column $name) ")

        /** Not from a column that has a name: a selector, or the keys of groups and maps. */
        fun of(noun: String) = CellSource("The $noun", "(from the $noun) ")
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
