package io.github.phoenixkt.dataframe

import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.AnyRow
import org.jetbrains.kotlinx.dataframe.columns.ColumnGroup

private const val FIELD = "metadata"

/**
 * The metadata of the rows: from a column `metadata` of maps, JSON texts or nested columns, or from
 * columns `metadata.a`, `metadata.b.c`. Null when the frame has neither.
 */
internal fun readMetadata(frame: AnyFrame, findings: Findings): List<Map<String, Any?>?>? {
    val whole = frame.getColumnOrNull(FIELD)
    val parts = frame.columns().filter { it.name().startsWith("$FIELD.") }
    return when {
        whole != null && parts.isNotEmpty() -> {
            findings.add(
                "There are a column metadata and columns ${parts.joinToString { it.name() }}: keep one or the others."
            )
            null
        }
        whole is ColumnGroup<*> -> MetadataTree.of(whole).read(frame.rowsCount())
        whole != null -> findings.read(FIELD, FIELD, whole::get, Refusals::readMetadataCell)
        parts.isNotEmpty() -> MetadataTree.ofPaths(parts, findings)?.read(frame.rowsCount())
        else -> null
    }
}

private fun Refusals.readMetadataCell(cell: Any): Map<String, Any?>? =
    when (cell) {
        // Keys that are no text are refused by the check of all rows.
        is Map<*, *> -> @Suppress("UNCHECKED_CAST") (plain(cell) as Map<String, Any?>)
        is AnyRow -> plainRow(cell)
        is CharSequence -> readJsonObject(cell.toString())
        else -> refuseType("a map, a nested row or the text of a JSON object")
    }

/** Columns by the keys that lead to them, in the order of the frame. */
private class MetadataTree {
    /** A column, or another tree. */
    private val nodes = LinkedHashMap<String, Any>()

    fun read(rows: Int): List<Map<String, Any?>?> = List(rows) { readRow(it).ifEmpty { null } }

    private fun readRow(row: Int): Map<String, Any?> {
        val map = LinkedHashMap<String, Any?>()
        for ((key, node) in nodes) {
            if (node is MetadataTree) {
                val inner = node.readRow(row)
                if (inner.isNotEmpty()) map[key] = inner
            } else {
                val cell = (node as AnyCol)[row]
                if (!isLeftOut(cell)) map[key] = plain(cell)
            }
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
            val tree = MetadataTree()
            group.columns().forEach { tree.add(listOf(it.name()), it) }
            return tree
        }

        fun ofPaths(columns: List<AnyCol>, findings: Findings): MetadataTree? {
            val tree = MetadataTree()
            val odd = columns.filterNot { tree.add(it.name().split('.').drop(1), it) }
            odd.forEach {
                findings.add(
                    "Column ${it.name()} gives no key of the metadata, or one that another column gives: rename it."
                )
            }
            return tree.takeIf { odd.isEmpty() }
        }
    }
}

/**
 * A column has a cell in every row, whether the row has that key or not: null, and what a reader of
 * JSON puts where an array is missing, an empty list or frame.
 */
private fun isLeftOut(cell: Any?): Boolean =
    isAbsent(cell) ||
        cell is Collection<*> && cell.isEmpty() ||
        cell is AnyFrame && cell.rowsCount() == 0

/**
 * A value of a frame as plain values, for what core does not know: nested rows and frames, and
 * dates of other libraries.
 */
private fun plain(value: Any?): Any? =
    when (value) {
        null -> null
        is AnyRow -> plainRow(value)
        is AnyFrame -> (0 until value.rowsCount()).map { plainRow(value[it]) }
        is Map<*, *> -> value.mapValues { plain(it.value) }
        is List<*> -> value.map(::plain)
        is CharSequence,
        is Number,
        is Boolean -> value
        else -> if (isWrittenAsText(value)) value.toString() else value
    }

private fun plainRow(row: AnyRow): Map<String, Any?>? =
    row.df()
        .columns()
        .filterNot { isLeftOut(it[row.index()]) }
        .associate { it.name() to plain(it[row.index()]) }
        .ifEmpty { null }
