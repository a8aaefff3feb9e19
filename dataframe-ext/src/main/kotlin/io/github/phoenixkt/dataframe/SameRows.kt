package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import org.jetbrains.kotlinx.dataframe.DataFrame

/**
 * Checks row by row that [rows] were read from this [frame]. The keys are compared, and if several
 * rows have the same key, also the results. Fields that one of the two does not have are not
 * compared.
 *
 * @throws IllegalArgumentException for the first row that differs
 */
internal fun <T> requireSameRows(frame: DataFrame<T>, rows: AnnotationRows) {
    if (rows.size == 0) return
    val here = FieldsOfFrame.of(frame, rows)
    val keys = here.keys.filter { it.isIn(rows) }
    val alike =
        (0 until rows.size).groupingBy { row -> keys.map { it.sent(rows, row) } }.eachCount()
    val results = here.results.filter { it.isIn(rows) }
    for (row in 0 until rows.size) {
        val unclear = !here.hasIds || alike.getValue(keys.map { it.sent(rows, row) }) > 1
        val compared = if (unclear) keys + results else keys
        val other = compared.find { it.sent(rows, row) != it.here(row) } ?: continue
        throw IllegalArgumentException(
            "Row $row of the frame is not row $row of the report: its ${other.name} is " +
                "${shown(other.here(row))}, but ${shown(other.sent(rows, row))} was sent. Use the frame that was sent, " +
                "with its rows in the same order: for groups groupBy.concat(), for a map map.values.concat()."
        )
    }
}

private fun shown(value: Any?) = if (value is String) "\"${value.forMessage()}\"" else "$value"

/** A field as a frame has it, and as it was sent. */
private class Field<V>(
    val name: String,
    private val values: List<V?>,
    private val ofRow: AnnotationRows.(Int) -> V?,
) {
    fun here(row: Int): Any? = comparable(values[row])

    fun sent(rows: AnnotationRows, row: Int): Any? = comparable(rows.ofRow(row))

    fun isIn(rows: AnnotationRows) = (0 until rows.size).any { sent(rows, it) != null }

    private fun comparable(value: V?): Any? =
        when (value) {
            is String -> value.presentOrNull()
            is Double -> value.takeUnless { it.isNaN() }
            else -> value
        }
}

private class FieldsOfFrame(
    val hasIds: Boolean,
    val keys: List<Field<*>>,
    val results: List<Field<*>>,
) {
    companion object {
        fun <T> of(frame: DataFrame<T>, rows: AnnotationRows): FieldsOfFrame {
            val origin = (rows as? FrameRows)?.origin
            @Suppress("UNCHECKED_CAST")
            val targets =
                origin?.targets as AnnotationTargets<T>? ?: AnnotationTargets.of(rows.targetKind(0))
            val reader = FrameReader(frame, targets, null, null, origin?.outside?.of(frame))
            val hasIds = reader.hasIds()
            require(hasIds || origin != null) {
                "The frame has no column ${targets.idColumns.joinToString(" or ")} to tell which of its rows were sent."
            }
            val keys =
                listOfNotNull(
                    if (hasIds) Field(targets.idField, reader.readIds(), AnnotationRows::targetId)
                    else null,
                    targets.positionColumns.firstOrNull()?.let { position ->
                        field(position, reader.readPositions()) { documentPosition(it) }
                    },
                    if (origin?.nameGiven == true) null
                    else field("name", reader.readNameColumn()) { name(it) },
                    field("identifier", reader.readIdentifiers()) { identifier(it) },
                )
            val results =
                listOfNotNull(
                    field("label", reader.readLabels()) { label(it) },
                    field("score", reader.readScores()) { score(it) },
                    field("explanation", reader.readExplanations()) { explanation(it) },
                )
            return FieldsOfFrame(hasIds, keys, results)
        }

        private fun <V> field(
            name: String,
            values: List<V?>?,
            ofRow: AnnotationRows.(Int) -> V?,
        ): Field<V>? = values?.let { Field(name, it, ofRow) }

        /** The same keys as this frame has them, where it has their column. */
        private fun OutsideKeys.of(frame: DataFrame<*>): OutsideKeys? =
            column?.let(frame::getColumnOrNull)?.let { OutsideKeys(column, it.toList()) }
    }
}
