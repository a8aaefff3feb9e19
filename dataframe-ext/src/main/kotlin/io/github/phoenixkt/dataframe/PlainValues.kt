package io.github.phoenixkt.dataframe

import io.github.phoenixkt.rows.DEEPEST_NESTING
import io.github.phoenixkt.rows.writtenTextOrNull
import java.util.IdentityHashMap
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.AnyRow

/**
 * Values of a frame as plain values, for what core does not know: nested rows and frames, and dates
 * of other libraries. Maps and lists are copied, each once, so that one that holds itself comes to
 * an end. What lies deeper than the check of all rows allows stays as it is, to be refused there.
 *
 * @param clash is told where a nested column may be no key, see [clashingColumns]; once per row
 */
internal class PlainValues(private val clash: (path: String, cell: Any?) -> Unit = { _, _ -> }) {
    private val copies = IdentityHashMap<Any, Any>()
    private val clashing = IdentityHashMap<AnyFrame, Set<String>>()

    /** Keys, and positions in lists, that lead to the present value. */
    private val path = ArrayDeque<Any>()
    private var told = false

    fun startRow() {
        if (copies.isNotEmpty()) copies.clear()
        told = false
    }

    inline fun <V> inside(step: Any, block: () -> V): V {
        path.addLast(step)
        // Nothing is thrown that would leave the step behind and let the reading go on.
        return block().also { path.removeLast() }
    }

    /** The value of a column, or null where the row does not have it. */
    fun ofColumn(column: AnyCol, row: Int, depth: Int, clashes: Boolean): Any? {
        val cell = column[row]
        if (isLeftOut(cell)) return null
        if (clashes) tellClash(cell)
        return of(cell, depth, column.isMadeByReader())
    }

    fun of(value: Any?, depth: Int, madeByReader: Boolean = false): Any? =
        when (value) {
            null,
            is CharSequence,
            is Number,
            is Boolean -> value
            is AnyRow,
            is AnyFrame,
            is Map<*, *>,
            is Array<*>,
            is Collection<*> ->
                if (depth > DEEPEST_NESTING) value
                else copies[value] ?: copyOf(value, depth, madeByReader)
            else -> writtenTextOrNull(value) ?: value
        }

    private fun copyOf(value: Any, depth: Int, madeByReader: Boolean): Any? =
        when (value) {
            is AnyRow -> ofRow(value, depth, madeByReader)
            is AnyFrame ->
                List(value.rowsCount()) {
                    inside(it) { ofRow(value[it], depth + 1, madeByReader) }
                }
            is Map<*, *> -> {
                val copy = mapFor<Any?>(value.size)
                // The outermost is copied once more where it holds itself: most hold nothing.
                if (depth > 0) copies[value] = copy
                for ((key, element) in value) copy[key] = of(element, depth + 1)
                copy
            }
            is Array<*> -> copyOfList(value, value.asList(), depth)
            else -> copyOfList(value, value as Collection<*>, depth)
        }

    private fun copyOfList(original: Any, elements: Collection<*>, depth: Int): List<Any?> {
        val copy = mutableListOf<Any?>()
        copies[original] = copy
        elements.forEach { copy += of(it, depth + 1) }
        return copy
    }

    private fun ofRow(row: AnyRow, depth: Int, madeByReader: Boolean): Map<String, Any?>? {
        val frame = row.df()
        val odd =
            if (!madeByReader) emptySet()
            else clashing.getOrPut(frame) { clashingColumns(frame.columns()) }
        val map = mapFor<String>(frame.columnsCount())
        for (column in frame.columns()) {
            val name = column.name()
            val value =
                inside(name) { ofColumn(column, row.index(), depth + 1, clashes = name in odd) }
            if (value != null) map[name] = value
        }
        return map.ifEmpty { null }
    }

    private fun tellClash(cell: Any?) {
        if (told) return
        told = true
        clash(path.joinToString("") { if (it is Int) "[$it]" else ".$it" }, cell)
    }
}

/** With room for [size] entries and no more: there is one in every row. */
internal fun <K> mapFor(size: Int): LinkedHashMap<K, Any?> = LinkedHashMap(size * 4 / 3 + 1)
