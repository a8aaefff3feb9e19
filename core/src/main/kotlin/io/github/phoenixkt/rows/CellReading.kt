package io.github.phoenixkt.rows

import io.github.phoenixkt.internal.InternalPhoenixApi

/** Where a reader says why it cannot take a cell; both functions return null, to be passed on. */
@InternalPhoenixApi
public interface Refusals {
    /** How to get the cells of the column as text. */
    public val asText: String

    /** No cell of this type can be read here. */
    public fun refuseType(wanted: String, hint: String? = null): Nothing?

    /** Cells of this type can be read, but not this one; [path] leads to the place inside it. */
    public fun refuse(reason: String, hint: String? = null, path: String = ""): Nothing?
}

/**
 * Reads the cells of one column, one at a time.
 *
 * @param field what the column is read for
 * @param source where the cells come from, see [fromColumn]
 * @param asText see [Refusals.asText]
 */
@InternalPhoenixApi
public abstract class CellReading(
    private val field: String,
    private val source: String,
    override val asText: String,
) : Refusals {
    private var cell: Any? = null

    /** The value of a cell; null if it is absent or has been refused. */
    public fun <V> read(cell: Any?, reader: CellReader<V>): V? {
        if (isAbsent(cell)) return null
        this.cell = cell
        return reader(checkNotNull(cell))
    }

    /** Takes a refusal. */
    protected abstract fun refused(field: String, cell: Any?, reason: String, hint: String?)

    /** What users call the type of the cell. */
    protected open fun typeName(cell: Any): String =
        when (cell) {
            is Map<*, *> -> "map"
            is Collection<*> -> "list"
            else -> cell::class.simpleName ?: cell.javaClass.name
        }

    final override fun refuseType(wanted: String, hint: String?): Nothing? =
        refuse("is of type ${typeName(checkNotNull(cell))} where $wanted is wanted", hint)

    final override fun refuse(reason: String, hint: String?, path: String): Nothing? {
        refused(field + path, cell, source + reason, hint)
        return null
    }
}
