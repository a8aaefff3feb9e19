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

/** Columns by the keys that lead to them. */
private class MetadataTree {
    private val branches = LinkedHashMap<String, MetadataTree>()
    private val leaves = LinkedHashMap<String, AnyCol>()

    fun read(rows: Int): List<Map<String, Any?>?> = List(rows) { readRow(it).ifEmpty { null } }

    /**
     * An absent cell leaves its key out: a frame has a cell in every row, whether wanted or not.
     */
    private fun readRow(row: Int): Map<String, Any?> {
        val map = LinkedHashMap<String, Any?>()
        for ((key, column) in leaves) {
            val cell = column[row]
            if (!isAbsent(cell)) map[key] = plain(cell)
        }
        for ((key, branch) in branches) {
            val inner = branch.readRow(row)
            if (inner.isNotEmpty()) map[key] = inner
        }
        return map
    }

    private fun add(path: List<String>, column: AnyCol): Boolean {
        val key = path.first()
        return when {
            key.isEmpty() || key in leaves -> false
            path.size > 1 -> branches.getOrPut(key) { MetadataTree() }.add(path.drop(1), column)
            key in branches -> false
            column is ColumnGroup<*> -> {
                branches[key] = of(column)
                true
            }
            else -> {
                leaves[key] = column
                true
            }
        }
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
        .filterNot { isAbsent(it[row.index()]) }
        .associate { it.name() to plain(it[row.index()]) }
        .ifEmpty { null }
