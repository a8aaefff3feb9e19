package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.rows.Refusals
import io.github.phoenixkt.rows.fromColumn
import io.github.phoenixkt.rows.isAbsent
import io.github.phoenixkt.rows.readMetadata
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.AnyRow
import org.jetbrains.kotlinx.dataframe.columns.ColumnGroup
import org.jetbrains.kotlinx.dataframe.columns.FrameColumn

internal const val METADATA = "metadata"

/**
 * The metadata of the rows: from a column `metadata` of maps, JSON texts or nested columns, or from
 * columns `metadata.a`, `metadata.b.c`. Null when the frame has neither.
 */
internal fun readMetadata(frame: AnyFrame, findings: Findings): List<Map<String, Any?>?>? {
    val whole = frame.getColumnOrNull(METADATA)
    val parts = frame.columns().filter { it.name().startsWith("$METADATA.") }
    return when {
        whole != null && parts.isNotEmpty() -> {
            findings.add(
                "There is a column metadata, and there are columns ${parts.map { it.name() }.forMessage()}. Keep one or the others."
            )
            null
        }
        whole is ColumnGroup<*> -> MetadataTree.of(whole).read(frame.rowsCount(), findings)
        whole != null -> {
            val values = PlainValues()
            findings.read(METADATA, fromColumn(METADATA, METADATA), whole::get) {
                readMetadataCell(it, values)
            }
        }
        parts.isNotEmpty() ->
            MetadataTree.ofPaths(parts, findings)?.read(frame.rowsCount(), findings)
        else -> null
    }
}

private fun Refusals.readMetadataCell(cell: Any, values: PlainValues): Map<String, Any?>? =
    when (cell) {
        is Map<*, *>,
        is AnyRow -> {
            values.startRow()
            values.of(cell, depth = 0)?.let { readMetadata(it) }
        }
        else -> readMetadata(cell)
    }

/** Columns by the keys that lead to them, in the order of the frame. */
private class MetadataTree(private val clashing: Set<String> = emptySet()) {
    /** A column, or another tree. */
    private val nodes = LinkedHashMap<String, Any>()

    fun read(rows: Int, findings: Findings): List<Map<String, Any?>?> {
        var row = 0
        val values = PlainValues { path, cell ->
            findings.add(row, "$METADATA$path", cell, CLASHES, CLASH_HINT)
        }
        return List(rows) {
            row = it
            values.startRow()
            readRow(it, depth = 0, values).ifEmpty { null }
        }
    }

    private fun readRow(row: Int, depth: Int, values: PlainValues): Map<String, Any?> {
        val map = mapFor<String>(nodes.size)
        for ((key, node) in nodes) {
            val value =
                values.inside(key) {
                    if (node is MetadataTree) node.readRow(row, depth + 1, values).ifEmpty { null }
                    else values.ofColumn(node as AnyCol, row, depth + 1, key in clashing)
                }
            if (value != null) map[key] = value
        }
        return map
    }

    /** Whether the path is good and leads where no other column stands. */
    private fun add(path: List<String>, column: AnyCol): Boolean {
        val key = path.first()
        if (key.isEmpty()) return false
        if (path.size > 1) {
            val branch = nodes.getOrPut(key) { MetadataTree() } as? MetadataTree
            return branch?.add(path.drop(1), column) == true
        }
        val node = if (column is ColumnGroup<*>) of(column) else column
        return nodes.putIfAbsent(key, node) == null
    }

    companion object {
        fun of(group: ColumnGroup<*>): MetadataTree {
            val tree = MetadataTree(clashingColumns(group.columns()))
            group.columns().forEach { tree.add(listOf(it.name()), it) }
            return tree
        }

        fun ofPaths(columns: List<AnyCol>, findings: Findings): MetadataTree? {
            val tree = MetadataTree()
            val odd = columns.filterNot { tree.add(it.name().split('.').drop(1), it) }
            odd.forEach {
                findings.add(
                    "The column ${it.name().forMessage()} has no valid key of the metadata, or the same key as another column. Rename it."
                )
            }
            return tree.takeIf { odd.isEmpty() }
        }
    }
}

private const val CLASHES =
    "is either this key or a value without a key: DataFrame's reader of JSON makes the same of both"
private const val CLASH_HINT =
    "read the JSON with typeClashTactic = JSON.TypeClashTactic.ANY_COLUMNS; where it is the key, " +
        "put maps into the column: convert { metadata }.with { it.toMap() }"

/**
 * The columns of a group that may be no keys. Where a value is an object in one row, and a text, a
 * number or an array in another, DataFrame's reader of JSON puts the latter into columns `value`
 * and `array`, which it adds behind those of the objects. Keys of these names that are never beside
 * another look just the same.
 */
internal fun clashingColumns(columns: List<AnyCol>): Set<String> {
    val array = columns.lastOrNull().takeIf { it.isAdded("array", columns.dropLast(1)) }
    val rest = if (array == null) columns else columns.dropLast(1)
    val value = rest.lastOrNull().takeIf { it.isAdded("value", rest.dropLast(1)) }
    // What is added stands last: in front of a key stands another key.
    val arrayClashes = array != null && isNeverBeside(array, rest)
    val valueClashes =
        value != null &&
            (array == null || arrayClashes) &&
            columns.size > 1 &&
            isNeverBeside(value, rest.dropLast(1))
    return setOfNotNull(
        array?.name().takeIf { arrayClashes && rest.isNotEmpty() },
        value?.name().takeIf { valueClashes },
    )
}

/** Whether the reader would have called a column so, behind those [before] it. */
private fun AnyCol?.isAdded(name: String, before: List<AnyCol>): Boolean {
    if (this == null || this is ColumnGroup<*>) return false
    val taken = before.map { it.name() }
    val free = generateSequence(0) { it + 1 }.map { if (it == 0) name else "$name$it" }
    return name() == free.first { it !in taken }
}

private fun isNeverBeside(column: AnyCol, others: List<AnyCol>): Boolean =
    (0 until column.size()).none { row ->
        isGiven(column, row) && others.any { isGiven(it, row) }
    }

private fun isGiven(column: AnyCol, row: Int): Boolean =
    if (column is ColumnGroup<*>) column.columns().any { isGiven(it, row) }
    else !isLeftOut(column[row])

/** Whether rows that are nested in its cells may be of clashing columns: the reader made these. */
internal fun AnyCol.isMadeByReader(): Boolean = this is FrameColumn<*> || this is ColumnGroup<*>

/**
 * A column has a cell in every row, whether the row has that key or not: null, and what a reader of
 * JSON puts where an array is missing, an empty list or frame.
 */
internal fun isLeftOut(cell: Any?): Boolean =
    isAbsent(cell) ||
        cell is Collection<*> && cell.isEmpty() ||
        cell is AnyFrame && cell.rowsCount() == 0
