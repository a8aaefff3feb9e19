package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.nanos
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.StoredSpanEvent
import io.github.phoenixkt.spans.spanFilter
import java.time.Duration
import java.time.Instant
import java.util.TreeMap
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.columns.BaseColumn

/**
 * Returns spans as a frame, in the order of [SpansResource.getSpans]. The columns have the names
 * that Phoenix's own client gives them: add a `label`, `score` or `explanation`, and
 * [logSpanAnnotationsDataframe] and similar functions take the frame as it is.
 *
 * ```
 * val spans = client.spans.getSpansDataframe(spanFilter { spanKinds = listOf("LLM") })
 * spans.filter { "latency_ms"<Double>() > 5_000 }.select("name", "attributes.llm.token_count.total")
 * ```
 *
 * |column                               |type                                                   |
 * |-------------------------------------|-------------------------------------------------------|
 * |`context.span_id`, `context.trace_id`|`String`                                               |
 * |`name`, `span_kind`, `status_code`   |`String`                                               |
 * |`parent_id`, `status_message`        |`String?`; null for a root span, and if there is none  |
 * |`start_time`, `end_time`             |[Instant]                                              |
 * |`latency`, `latency_ms`              |[Duration] and, in milliseconds, `Double`              |
 * |`events`                             |`List` of maps with `name`, `timestamp`, `attributes`  |
 * |`attributes.…`                       |one column per attribute of any of the spans, see below|
 *
 * The type of a column of attributes is the type that its values have in common; spans without the
 * attribute have null. A list of objects is one column: `attributes.llm.output_messages` holds
 * lists of maps with keys such as `message.content`. `attributes.metadata` holds maps, whether it
 * was logged as an object or as its JSON text. Every frame, even an empty one, has columns for the
 * attributes of input, output, model, session, user, metadata, token counts and retrieved
 * documents. Their types are always the same, unless a span has a value of another type there.
 *
 * Phoenix sends attributes flattened, and loses some values: nulls, and plain values in a list that
 * also has objects. A dot in a key of `metadata` is read as nesting.
 *
 * Use [nestAttributes] to turn the attributes into column groups.
 *
 * @param filter which spans to return, and in which order
 * @param project the name or id of the project; null for the project of the settings
 * @param limit the most spans to return; null for all
 */
public suspend fun SpansResource.getSpansDataframe(
    filter: SpanFilter = spanFilter(),
    project: String? = null,
    limit: Int? = null,
): AnyFrame {
    val columns = SpanColumns()
    allOrNothing { getSpans(filter, project, limit).collect(columns::add) }
    return columns.toFrame()
}

private const val NANOS_PER_MILLI = 1e6

/** Columns that are there in every frame of spans, by the attribute. */
private val ALWAYS_THERE =
    mapOf(
        "input.value" to Declared.TEXT_VALUE,
        "output.value" to Declared.TEXT_VALUE,
        "llm.model_name" to Declared.TEXT_VALUE,
        "llm.token_count.prompt" to Declared.COUNT,
        "llm.token_count.completion" to Declared.COUNT,
        "llm.token_count.total" to Declared.COUNT,
        "session.id" to Declared.TEXT_VALUE,
        "user.id" to Declared.TEXT_VALUE,
        "metadata" to Declared.OBJECT,
        "retrieval.documents" to Declared.OBJECTS,
    )

/** Grows column by column while spans arrive: no span is kept. */
private class SpanColumns {
    private val spanIds = mutableListOf<String>()
    private val traceIds = mutableListOf<String>()
    private val names = mutableListOf<String>()
    private val kinds = mutableListOf<String>()
    private val parentIds = mutableListOf<String?>()
    private val starts = mutableListOf<Instant>()
    private val ends = mutableListOf<Instant>()
    private val latencies = mutableListOf<Duration>()
    private val statusCodes = mutableListOf<String>()
    private val statusMessages = mutableListOf<String?>()
    private val events = mutableListOf<List<Map<String, Any?>>>()

    /** By name, so that two frames of the same spans have the same order of columns. */
    private val attributes = TreeMap<String, MutableList<Any?>>()

    fun add(span: StoredSpan) {
        for ((key, value) in foldAttributes(span.attributes)) {
            if (value != null) valuesOf(key) += withJsonText(value)
        }
        spanIds += span.spanId
        traceIds += span.traceId
        names += span.name
        kinds += span.spanKind
        parentIds += span.parentId
        starts += span.startTime
        ends += span.endTime
        latencies += span.latency
        statusCodes += span.statusCode
        statusMessages += span.statusMessage.ifEmpty { null }
        events += span.events.map(::eventOf)
    }

    /** The values of an attribute up to the span before this one. */
    private fun valuesOf(key: String) =
        attributes.getOrPut(key, ::mutableListOf).also { it.fillUpTo(spanIds.size) }

    fun toFrame(): AnyFrame =
        dataFrameOf(
            listOf(
                column("context.span_id", spanIds, typeOf<String>()),
                column("context.trace_id", traceIds, typeOf<String>()),
                column("name", names, typeOf<String>()),
                column("span_kind", kinds, typeOf<String>()),
                column("parent_id", parentIds, TEXT),
                column("start_time", starts, typeOf<Instant>()),
                column("end_time", ends, typeOf<Instant>()),
                column("latency", latencies, typeOf<Duration>()),
                column(
                    "latency_ms",
                    latencies.map { it.nanos() / NANOS_PER_MILLI },
                    typeOf<Double>(),
                ),
                column("status_code", statusCodes, typeOf<String>()),
                column("status_message", statusMessages, TEXT),
                column("events", events, typeOf<List<Map<String, Any?>>>()),
            ) + attributeColumns()
        )

    private fun attributeColumns(): List<AnyCol> {
        val known = ALWAYS_THERE.map { (key, type) -> type.column("$ATTRIBUTES.$key", full(key)) }
        val others = attributes.keys.filterNot { it in ALWAYS_THERE }
        return known + others.map { inferredColumn("$ATTRIBUTES.$it", full(it)) }
    }

    private fun full(key: String) = valuesOf(key)
}

private fun MutableList<Any?>.fillUpTo(size: Int) = repeat(size - this.size) { add(null) }

private fun eventOf(event: StoredSpanEvent): Map<String, Any?> =
    mapOf(
        "name" to event.name,
        "timestamp" to event.timestamp,
        "attributes" to foldAttributes(event.attributes),
    )

private const val ATTRIBUTES = "attributes"
private val NESTED = listOf("context", ATTRIBUTES)

/**
 * Returns this frame with the columns `context.…` and `attributes.…` as nested groups. All other
 * columns stay as they are. The other functions of this library take both forms.
 *
 * ```
 * val spans = client.spans.getSpansDataframe().nestAttributes()
 * spans.select { pathOf("attributes", "llm", "token_count") }
 * ```
 *
 * If one attribute's name is the beginning of another's (`a` and `a.b`), there is no group of that
 * name, and the longer names stay flat at their level.
 */
public fun AnyFrame.nestAttributes(): AnyFrame {
    val (nested, others) =
        columns().partition { column -> NESTED.any { column.name().startsWith("$it.") } }
    val taken = others.mapTo(mutableSetOf()) { it.name() }
    return dataFrameOf(others + groups(nested.map { it.name() to it }, taken))
}

/** Columns by the rest of their names at this level; groups have no name that is [taken]. */
private fun groups(
    columns: List<Pair<String, AnyCol>>,
    taken: Set<String> = emptySet(),
): List<BaseColumn<*>> {
    val names = columns.mapTo(taken.toMutableSet()) { it.first }
    val heads = columns.groupBy { (name) -> headOf(name).takeUnless { it in names } ?: name }
    return heads.map { (head, members) ->
        val (name, column) = members.first()
        if (name == head) column.rename(head)
        else
            DataColumn.createColumnGroup(
                head,
                dataFrameOf(groups(members.map { it.first.drop(head.length + 1) to it.second })),
            )
    }
}

/** Up to the first dot, unless the name would be empty on either side of it. */
private fun headOf(name: String): String {
    val head = name.substringBefore('.')
    return if (head.isEmpty() || head.length + 1 >= name.length) name else head
}
