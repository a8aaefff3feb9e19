package io.github.phoenixkt.transport

import io.github.phoenixkt.internal.forMessage

/**
 * Splits any number of ids into the queries of several requests. Phoenix refuses a request head of
 * 16 KiB, proxies often one of 8 KiB.
 */
internal object IdChunks {
    const val IDS_PER_REQUEST: Int = 100
    private const val QUERY_BYTES_PER_REQUEST = 6_000

    /**
     * One query for each part of the ids. [beside] is in all of them. Two lists share the space,
     * and each pair of their parts is a query. A null list is left out; with an empty list there
     * are no queries.
     *
     * @param mostIds how many ids of a list one query may have, if they fit
     */
    fun of(
        vararg lists: Pair<String, Collection<String>?>,
        beside: List<Pair<String, String>>,
        mostIds: Int = IDS_PER_REQUEST,
    ): List<List<Pair<String, String>>> {
        val share = room(lists.count { it.second != null }, beside)
        return lists
            .map { (name, values) -> chunks(name, values, share, mostIds) }
            .reduce { first, second -> first.flatMap { one -> second.map { one + it } } }
            .map { it + beside }
    }

    /** The space for each of so many [lists], in a query that has [beside], too. */
    fun room(lists: Int, beside: List<Pair<String, String>>): Int {
        val room =
            QUERY_BYTES_PER_REQUEST - beside.sumOf { (name, value) -> parameterSize(name, value) }
        require(room >= QUERY_BYTES_PER_REQUEST / 2) {
            "The names and filters beside the ids are too long for one request."
        }
        return room / lists.coerceAtLeast(1)
    }

    /**
     * The distinct [values] in order, in lists that each fit [room]. For null there is one empty
     * list.
     */
    private fun chunks(
        name: String,
        values: Collection<String>?,
        room: Int,
        mostIds: Int,
    ): List<List<Pair<String, String>>> {
        if (values == null) return listOf(emptyList())
        val chunks = mutableListOf<IdList>()
        for (value in values.distinct()) {
            require(parameterSize(name, value) <= room) {
                "\"${value.forMessage()}\" is too long to ask for."
            }
            if (chunks.lastOrNull()?.add(value) != true)
                chunks += IdList(name, room, mostIds).apply { add(value) }
        }
        return chunks.map { it.parameters() }
    }
}

/**
 * The distinct values of the parameter [name] in one query. A value that is too long for any query
 * is alone in its list.
 */
internal class IdList(
    private val name: String,
    private val room: Int,
    private val mostIds: Int = Int.MAX_VALUE,
) {
    private val values = LinkedHashSet<String>()
    private var size = 0

    /** Whether [value] is among them now: false if it does not fit. */
    fun add(value: String): Boolean {
        if (value in values) return true
        val longer = size + parameterSize(name, value)
        if (values.isNotEmpty() && (longer > room || values.size == mostIds)) return false
        size = longer
        return values.add(value)
    }

    fun parameters(): List<Pair<String, String>> = values.map { name to it }
}

private fun parameterSize(name: String, value: String): Int = name.length + encodedLength(value) + 2

/** Ids have nothing to encode, as a rule. */
private fun encodedLength(value: String): Int =
    if (value.all { it in 'a'..'z' || it in '0'..'9' || it in 'A'..'Z' || it == '-' }) value.length
    else value.encodedForQuery().length
