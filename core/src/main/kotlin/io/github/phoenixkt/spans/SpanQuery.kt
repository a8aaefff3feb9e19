package io.github.phoenixkt.spans

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.internal.requireStorable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/**
 * A query in Phoenix's span query language, for [SpansResource.querySpans]. Immutable: each
 * function returns a new query. Calling a function again replaces what it set before.
 *
 * ```
 * SpanQuery().where("span_kind == 'RETRIEVER' and metadata['session_id'] == 'chat-7'")
 *     .explode("retrieval.documents", mapOf("text" to "document.content"))
 * ```
 *
 * A key names a field of a span (`name`, `span_id`, `trace_id`, `parent_id`, `start_time`,
 * `status_code`, `latency_ms`) or an attribute, such as `input.value` or `llm.token_count.total`.
 * Naming an attribute that no span has is not an error: its column is null, and a condition on it
 * matches nothing.
 */
public class SpanQuery
private constructor(
    private val condition: String?,
    private val selected: Map<String, String>,
    private val exploded: Exploded?,
    private val concatenated: Concatenated?,
    private val renamed: Map<String, String>,
    private val index: String?,
) {
    /** Creates a query that returns every span with all its columns. */
    public constructor() : this(null, emptyMap(), null, null, emptyMap(), null)

    /**
     * Returns only spans that match [condition], an expression in Python's syntax:
     * - `metadata['session_id'] == 'chat-7'`
     * - `annotations['correctness'].label == 'correct'`
     * - `llm.token_count.total > 100 and 'error' in output.value`
     * - `parent_id is None`
     *
     * @throws IllegalArgumentException if [condition] is blank
     */
    public fun where(condition: String): SpanQuery =
        copy(condition = requirePresent("The condition", condition))

    /** Returns only the columns with these [keys], and the index. */
    public fun select(vararg keys: String): SpanQuery = select(keys.associateWith { it })

    /**
     * Returns only these columns, and the index.
     *
     * @param columns maps the name of each column to the key of its value; at least one
     */
    public fun select(columns: Map<String, String>): SpanQuery {
        require(columns.isNotEmpty()) {
            "select names no column: name at least one, or leave select out to get all columns."
        }
        return copy(selected = checked("select", columns))
    }

    /**
     * Returns one row for each object in the list at [key], instead of one row for each span. Spans
     * without such a list have no rows. The position of the object in the list is in the column
     * `document_position` for `retrieval.documents`, and in `position` for other lists.
     *
     * @param columns maps the name of each column to a key within the object; empty for all keys
     */
    @JvmOverloads
    public fun explode(key: String, columns: Map<String, String> = emptyMap()): SpanQuery =
        copy(exploded = Exploded(requirePresent("key", key), checked("explode", columns)))

    /**
     * Joins the texts of the list at [key] into one text. Spans without such a list have no rows.
     *
     * @param columns maps the name of each column to a key within the objects of the list; empty to
     *   join the elements themselves
     * @param separator the text between two joined texts
     */
    @JvmOverloads
    public fun concat(
        key: String,
        columns: Map<String, String> = emptyMap(),
        separator: String = "\n\n",
    ): SpanQuery {
        requireStorable("separator", separator)
        return copy(
            concatenated =
                Concatenated(requirePresent("key", key), checked("concat", columns), separator)
        )
    }

    /**
     * Renames columns.
     *
     * @param names maps the old name of each column to the new one
     */
    public fun rename(names: Map<String, String>): SpanQuery =
        copy(renamed = checked("rename", names))

    /** Sets the key of the index, the first column of every row. Default: `context.span_id`. */
    public fun withIndex(key: String): SpanQuery = copy(index = requirePresent("key", key))

    /** Whether a span may have several rows. */
    internal val explodes: Boolean
        get() = exploded != null

    /** The same spans, but of each only when it started: what a page can be cut by. */
    internal fun startTimes(): SpanQuery =
        SpanQuery(condition, mapOf(START_TIME to START_TIME), null, null, emptyMap(), START_TIME)

    /** What to write instead, after the server refused the query; null without a condition. */
    internal fun hint(): String? {
        if (condition == null) return null
        val dotted = DOTTED_METADATA.find(condition.replace(QUOTED, "''")) ?: return EXAMPLES
        val key = dotted.groupValues[1].forMessage()
        return "Write metadata['$key'] instead of metadata.$key, which not every server understands."
    }

    internal fun toJson(): JsonObject = buildJsonObject {
        if (selected.isNotEmpty())
            putJsonObject("select") {
                selected.forEach { (name, key) -> putJsonObject(name) { put("key", key) } }
            }
        condition?.let { putJsonObject("filter") { put("condition", it) } }
        exploded?.let {
            putJsonObject("explode") {
                put("key", it.key)
                putTexts("kwargs", it.columns)
                index?.let { put("primary_index_key", it) }
            }
        }
        concatenated?.let {
            putJsonObject("concat") {
                put("key", it.key)
                putTexts("kwargs", it.columns)
                put("separator", it.separator)
            }
        }
        putTexts("rename", renamed)
        index?.let { putJsonObject("index") { put("key", it) } }
    }

    private fun copy(
        condition: String? = this.condition,
        selected: Map<String, String> = this.selected,
        exploded: Exploded? = this.exploded,
        concatenated: Concatenated? = this.concatenated,
        renamed: Map<String, String> = this.renamed,
        index: String? = this.index,
    ) = SpanQuery(condition, selected, exploded, concatenated, renamed, index)

    override fun toString(): String = "SpanQuery(${toJson().toString().forMessage(LONGEST_SHOWN)})"

    private class Exploded(val key: String, val columns: Map<String, String>)

    private class Concatenated(
        val key: String,
        val columns: Map<String, String>,
        val separator: String,
    )

    internal companion object {
        const val START_TIME: String = "start_time"
        private const val LONGEST_SHOWN = 500

        private val QUOTED = Regex("""'[^']*'|"[^"]*"""")
        private val DOTTED_METADATA = Regex("""\bmetadata\.(\w+)""")
        private const val EXAMPLES =
            "Write conditions like metadata['session_id'] == 'a' or annotations['tone'].label == 'calm'."

        private fun checked(what: String, names: Map<String, String>): Map<String, String> =
            names.entries.associate { (name, key) ->
                requirePresent("A name in $what", name) to requirePresent("A key in $what", key)
            }

        private fun JsonObjectBuilder.putTexts(name: String, texts: Map<String, String>) {
            if (texts.isNotEmpty())
                putJsonObject(name) { texts.forEach { (key, value) -> put(key, value) } }
        }
    }
}
