package io.github.phoenixkt.transport

import io.github.phoenixkt.internal.forMessage

/**
 * Splits any number of ids into the queries of several requests. Phoenix refuses a request head of
 * 16 KiB, proxies often one of 8 KiB.
 */
internal object IdChunks {
    private const val IDS_PER_REQUEST = 100
    private const val QUERY_BYTES_PER_REQUEST = 6_000

    /**
     * One query for each part of the ids. [beside] is in all of them. Two lists share the space,
     * and each pair of their parts is a query. A null list is left out; with an empty list there
     * are no queries.
     */
    fun of(
        vararg lists: Pair<String, Collection<String>?>,
        beside: List<Pair<String, String>>,
    ): List<List<Pair<String, String>>> {
        val room = QUERY_BYTES_PER_REQUEST - querySize(beside)
        require(room >= QUERY_BYTES_PER_REQUEST / 2) {
            "The names and filters beside the ids are too long for one request."
        }
        val share = room / lists.count { it.second != null }.coerceAtLeast(1)
        return lists
            .map { (name, values) -> chunks(name, values, share) }
            .reduce { first, second -> first.flatMap { one -> second.map { one + it } } }
            .map { it + beside }
    }

    /**
     * The distinct [values] in order, in lists that each fit [room]. For null there is one empty
     * list.
     */
    private fun chunks(
        name: String,
        values: Collection<String>?,
        room: Int,
    ): List<List<Pair<String, String>>> {
        if (values == null) return listOf(emptyList())
        val chunks = mutableListOf<MutableList<Pair<String, String>>>()
        var left = 0
        for (value in values.distinct()) {
            val parameter = name to value
            val size = querySize(listOf(parameter))
            require(size <= room) { "\"${value.forMessage()}\" is too long to ask for." }
            if (chunks.isEmpty() || left < size || chunks.last().size == IDS_PER_REQUEST) {
                chunks += mutableListOf<Pair<String, String>>()
                left = room
            }
            chunks.last() += parameter
            left -= size
        }
        return chunks
    }

    private fun querySize(query: List<Pair<String, String>>): Int = query.sumOf { (name, value) ->
        name.length + encodedLength(value) + 2
    }

    /** Ids have nothing to encode, as a rule. */
    private fun encodedLength(value: String): Int =
        if (value.all { it in 'a'..'z' || it in '0'..'9' || it in 'A'..'Z' || it == '-' })
            value.length
        else value.encodedForQuery().length
}
