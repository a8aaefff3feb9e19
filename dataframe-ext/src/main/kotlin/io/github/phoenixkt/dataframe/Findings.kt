package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.textOf
import io.github.phoenixkt.rows.CellReader
import io.github.phoenixkt.rows.CellReading
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
     * @param source where the cells come from, see `fromColumn` and `fromSelector`
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

    private inner class ColumnReading(field: String, source: String) :
        CellReading(field, source, AS_TEXT) {
        private var row = 0

        fun <V> read(row: Int, cell: Any?, reader: CellReader<V>): V? {
            this.row = row
            return read(cell, reader)
        }

        override fun refused(field: String, cell: Any?, reason: String, hint: String?) =
            add(row, field, cell, reason, hint)

        override fun typeName(cell: Any): String =
            when (cell) {
                is DataRow<*> -> "nested row"
                is DataFrame<*> -> "nested frame"
                else -> super.typeName(cell)
            }
    }
}

private const val AS_TEXT =
    "read the column as text: for a CSV file, name it in colTypes as ColType.String"

/** Says of a cell that it is not from a column with a name, but from a selector, or a key. */
internal fun fromSelector(noun: String): String = "(from the $noun) "
