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
 * A query for Phoenix's span query language, for [SpansResource.querySpans]. Immutable: each
 * function gives another query, and given twice, the last one counts.
 *
 * ```
 * SpanQuery().where("span_kind == 'RETRIEVER' and metadata['session_id'] == 'chat-7'")
 *     .explode("retrieval.documents", mapOf("text" to "document.content"))
 * ```
 *
 * Keys name what a span has: `name`, `span_id`, `trace_id`, `parent_id`, `start_time`,
 * `status_code`, `latency_ms`, or an attribute such as `input.value` and `llm.token_count.total`.
 * What a key or a condition names and no span has, is no error: it is null, or finds nothing.
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
    /** A query for all spans with all that they have. */
    public constructor() : this(null, emptyMap(), null, null, emptyMap(), null)

    /**
     * Only spans of which the [condition] holds. It is written as in Python:
     * `metadata['session_id'] == 'chat-7'`, `annotations['correctness'].label == 'correct'`,
     * `llm.token_count.total > 100 and 'error' in output.value`, `parent_id is None`.
     */
    public fun where(condition: String): SpanQuery =
        copy(condition = requirePresent("The condition", condition))

    /** Only these columns, each named as its key, and the index. */
    public fun select(vararg keys: String): SpanQuery = select(keys.associateWith { it })

    /** Only these columns, each [columns] entry a name and the key of its value, and the index. */
    public fun select(columns: Map<String, String>): SpanQuery {
        require(columns.isNotEmpty()) { "select names no column; without it there are all." }
        return copy(selected = checked("select", columns))
    }

    /**
     * One row for each object in the list at [key], with its position in the list: for
     * `retrieval.documents` in the column `document_position`, else in `position`. Spans without
     * such a list have no rows.
     *
     * @param columns name and key, within the object, of what to take from it; empty for all
     */
    @JvmOverloads
    public fun explode(key: String, columns: Map<String, String> = emptyMap()): SpanQuery =
        copy(exploded = Exploded(requirePresent("key", key), checked("explode", columns)))

    /**
     * The texts of the list at [key] joined into one. Spans without such a list have no rows.
     *
     * @param columns name and key, within each object of the list, of what to join; empty to join
     *   the elements themselves
     * @param separator what stands between two texts
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

    /** Other names for columns: each [names] entry an old and a new one. */
    public fun rename(names: Map<String, String>): SpanQuery =
        copy(renamed = checked("rename", names))

    /** The [key] of the column that comes first in every row; `context.span_id` without this. */
    public fun withIndex(key: String): SpanQuery = copy(index = requirePresent("key", key))

    /** Whether a span may have several rows. */
    internal val explodes: Boolean
        get() = exploded != null

    /** The same spans, but of each only when it started: what a page can be cut by. */
    internal fun startTimes(): SpanQuery =
        SpanQuery(condition, mapOf(START_TIME to START_TIME), null, null, emptyMap(), START_TIME)

    /** What to write instead, for an error of the server; null where there is no condition. */
    internal fun hint(): String? {
        if (condition == null) return null
        val dotted = DOTTED_METADATA.find(condition.replace(QUOTED, "''")) ?: return EXAMPLES
        val key = dotted.groupValues[1].forMessage()
        return "Write metadata['$key'] instead of metadata.$key: not every server knows the form with a dot."
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
            "A condition is written like metadata['session_id'] == 'a' or annotations['tone'].label == 'calm'."

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
