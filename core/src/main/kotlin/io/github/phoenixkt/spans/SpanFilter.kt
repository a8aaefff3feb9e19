package io.github.phoenixkt.spans

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.IdChunks
import io.github.phoenixkt.transport.requireWindow
import java.time.Instant
import kotlinx.serialization.json.Json

/** What spans are sorted by. */
public enum class SpanSort(internal val wire: String) {
    /** The order in which Phoenix stored the spans. */
    ID("id"),

    /** The time at which the spans started; since Phoenix 20.16. */
    START_TIME("start_time"),
}

/**
 * Selects spans to read, and their order. A span must match every property that is set. It matches
 * a list if it matches one of its values. Null does not filter; an empty list matches nothing.
 *
 * ```
 * spanFilter { spanKinds = listOf("LLM"); statusCodes = listOf("ERROR") }
 * ```
 *
 * Filters with the same values are equal.
 *
 * @property startTime only spans that start at this time or later
 * @property endTime only spans that start before this time
 * @property traceIds only spans of these traces, any number; since Phoenix 13.9
 * @property spanIds only these spans, any number; since Phoenix 19.6
 * @property parentId only children of the span with this id; since Phoenix 13.12
 * @property rootSpansOnly only spans without a parent; since Phoenix 13.12
 * @property names only spans with these names; since Phoenix 13.15
 * @property spanKinds only spans of these kinds, such as `LLM`, ignoring case; since Phoenix 13.15
 * @property statusCodes only spans with these codes: `OK`, `ERROR` or `UNSET`; since Phoenix 13.15
 * @property attributes only spans that have all these attributes, by dotted name, with exactly
 *   these texts, numbers or booleans; since Phoenix 14.9. A text outside ASCII never matches, and
 *   neither does an attribute that is a list.
 * @property sort what the spans are sorted by; null for [SpanSort.ID]. One request carries up to
 *   100 ids, and the order holds within each request.
 * @property order null for descending; ascending needs Phoenix 20.16
 */
public class SpanFilter private constructor(builder: Builder) {
    public val startTime: Instant? = builder.startTime
    public val endTime: Instant? = builder.endTime
    public val traceIds: List<String>? = present("trace ids", builder.traceIds)
    public val spanIds: List<String>? = present("span ids", builder.spanIds)
    public val parentId: String? = builder.parentId?.let { requirePresent("parentId", it) }
    public val rootSpansOnly: Boolean = builder.rootSpansOnly
    public val names: List<String>? = builder.names?.toList()
    public val spanKinds: List<String>? = present("span kinds", builder.spanKinds)
    public val statusCodes: List<String>? = present("status codes", builder.statusCodes)
    public val attributes: Map<String, Any> = builder.attributes.toMap()
    public val sort: SpanSort? = builder.sort
    public val order: SortOrder? = builder.order

    private val query: List<Pair<String, String>> = buildList {
        startTime?.let { add("start_time" to "$it") }
        endTime?.let { add("end_time" to "$it") }
        (parentId ?: "null".takeIf { rootSpansOnly })?.let { add("parent_id" to it) }
        names?.forEach { add("name" to it) }
        spanKinds?.forEach { add("span_kind" to it) }
        statusCodes?.forEach { add("status_code" to it) }
        attributes.forEach { (key, value) -> add("attribute" to attributeFilter(key, value)) }
        sort?.let { add("sort" to it.wire) }
        order?.let { add("order" to it.wire) }
    }

    private val values =
        RequestValues(
            "startTime" to startTime,
            "endTime" to endTime,
            "traceIds" to traceIds,
            "spanIds" to spanIds,
            "parentId" to parentId,
            "rootSpansOnly" to rootSpansOnly.takeIf { it },
            "names" to names,
            "spanKinds" to spanKinds,
            "statusCodes" to statusCodes,
            "attributes" to attributes.ifEmpty { null },
            "sort" to sort,
            "order" to order,
        )

    init {
        requireWindow(startTime, endTime)
        require(parentId == null || !rootSpansOnly) {
            "Root spans have no parent: set parentId or rootSpansOnly, not both."
        }
    }

    /** The queries of the requests to make; none if the filter matches nothing. */
    internal val parts: List<List<Pair<String, String>>> =
        if (listOf(names, spanKinds, statusCodes).any { it?.isEmpty() == true }) emptyList()
        else IdChunks.of("trace_id" to traceIds, "span_id" to spanIds, beside = query)

    internal val needs: List<Capability>
        get() =
            listOfNotNull(
                Capability.SPANS_BY_TRACE_ID.takeIf { traceIds != null },
                Capability.SPANS_BY_SPAN_ID.takeIf { spanIds != null },
                Capability.SPANS_BY_PARENT_ID.takeIf { parentId != null || rootSpansOnly },
                Capability.SPANS_BY_ATTRIBUTE.takeIf { attributes.isNotEmpty() },
                Capability.SORTED_SPANS.takeIf {
                    sort == SpanSort.START_TIME || order == SortOrder.ASCENDING
                },
                Capability.SPANS_BY_NAME_KIND_STATUS.takeIf {
                    names != null || spanKinds != null || statusCodes != null
                },
            )

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.startTime = startTime
            it.endTime = endTime
            it.traceIds = traceIds
            it.spanIds = spanIds
            it.parentId = parentId
            it.rootSpansOnly = rootSpansOnly
            it.names = names
            it.spanKinds = spanKinds
            it.statusCodes = statusCodes
            it.attributes = attributes
            it.sort = sort
            it.order = order
        }

    override fun equals(other: Any?): Boolean = other is SpanFilter && values == other.values

    override fun hashCode(): Int = values.hashCode()

    override fun toString(): String = values.describe("SpanFilter")

    /** Builds a [SpanFilter]. [build] checks the values. Not thread-safe. */
    @Suppress("TooManyFunctions") // One for each value.
    public class Builder internal constructor() {
        /** See [SpanFilter.startTime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var startTime: Instant? = null

        /** See [SpanFilter.endTime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var endTime: Instant? = null

        /** See [SpanFilter.traceIds]. */
        @get:JvmSynthetic @set:JvmSynthetic public var traceIds: Collection<String>? = null

        /** See [SpanFilter.spanIds]. */
        @get:JvmSynthetic @set:JvmSynthetic public var spanIds: Collection<String>? = null

        /** See [SpanFilter.parentId]. */
        @get:JvmSynthetic @set:JvmSynthetic public var parentId: String? = null

        /** See [SpanFilter.rootSpansOnly]. */
        @get:JvmSynthetic @set:JvmSynthetic public var rootSpansOnly: Boolean = false

        /** See [SpanFilter.names]. */
        @get:JvmSynthetic @set:JvmSynthetic public var names: Collection<String>? = null

        /** See [SpanFilter.spanKinds]. */
        @get:JvmSynthetic @set:JvmSynthetic public var spanKinds: Collection<String>? = null

        /** See [SpanFilter.statusCodes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var statusCodes: Collection<String>? = null

        /** See [SpanFilter.attributes]. */
        @get:JvmSynthetic @set:JvmSynthetic public var attributes: Map<String, Any> = emptyMap()

        /** See [SpanFilter.sort]. */
        @get:JvmSynthetic @set:JvmSynthetic public var sort: SpanSort? = null

        /** See [SpanFilter.order]. */
        @get:JvmSynthetic @set:JvmSynthetic public var order: SortOrder? = null

        /** Sets [SpanFilter.startTime]. */
        public fun startTime(startTime: Instant?): Builder = apply { this.startTime = startTime }

        /** Sets [SpanFilter.endTime]. */
        public fun endTime(endTime: Instant?): Builder = apply { this.endTime = endTime }

        /** Sets [SpanFilter.traceIds]. */
        public fun traceIds(traceIds: Collection<String>?): Builder = apply {
            this.traceIds = traceIds
        }

        /** Sets [SpanFilter.spanIds]. */
        public fun spanIds(spanIds: Collection<String>?): Builder = apply { this.spanIds = spanIds }

        /** Sets [SpanFilter.parentId]. */
        public fun parentId(parentId: String?): Builder = apply { this.parentId = parentId }

        /** Sets [SpanFilter.rootSpansOnly]. */
        public fun rootSpansOnly(rootSpansOnly: Boolean): Builder = apply {
            this.rootSpansOnly = rootSpansOnly
        }

        /** Sets [SpanFilter.names]. */
        public fun names(names: Collection<String>?): Builder = apply { this.names = names }

        /** Sets [SpanFilter.spanKinds]. */
        public fun spanKinds(spanKinds: Collection<String>?): Builder = apply {
            this.spanKinds = spanKinds
        }

        /** Sets [SpanFilter.statusCodes]. */
        public fun statusCodes(statusCodes: Collection<String>?): Builder = apply {
            this.statusCodes = statusCodes
        }

        /** Adds one of [SpanFilter.attributes]. */
        public fun attribute(name: String, value: Any): Builder = apply {
            attributes = attributes + (name to value)
        }

        /** Sets [SpanFilter.attributes], replacing those set before. */
        public fun attributes(attributes: Map<String, Any>): Builder = apply {
            this.attributes = attributes
        }

        /** Sets [SpanFilter.sort]. */
        public fun sort(sort: SpanSort?): Builder = apply { this.sort = sort }

        /** Sets [SpanFilter.order]. */
        public fun order(order: SortOrder?): Builder = apply { this.order = order }

        /**
         * Returns the filter.
         *
         * @throws IllegalArgumentException if values contradict each other, or Phoenix cannot
         *   search for one of them
         */
        public fun build(): SpanFilter = SpanFilter(this)
    }

    public companion object {
        /** Returns a builder of a filter that matches every span. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/**
 * Builds a filter: `spanFilter { spanKinds = listOf("LLM") }`. `spanFilter()` matches every span.
 *
 * @throws IllegalArgumentException if values contradict each other, or Phoenix cannot search for
 *   one of them
 */
public fun spanFilter(configure: SpanFilter.Builder.() -> Unit = {}): SpanFilter =
    SpanFilter.builder().apply(configure).build()

/** The [values] in their order, each once. */
private fun present(what: String, values: Collection<String>?): List<String>? =
    values?.map { requirePresent("One of the $what", it) }?.distinct()

/**
 * Phoenix reads the value as JSON if it can. Texts are quoted, so that `"1"` is not taken for a
 * number.
 */
private fun attributeFilter(key: String, value: Any): String {
    require(key.presentOrNull() != null && ':' !in key) {
        "Phoenix cannot search for the attribute \"${key.forMessage()}\": its name is blank or contains a colon."
    }
    val problem = findJsonValueProblem(value)?.reason
    require(problem == null) { "The value of the attribute \"${key.forMessage()}\" $problem." }
    val json = Json.encodeToString(JsonValueSerializer, value)
    require(json.first() !in "[{n") {
        "Phoenix can search for texts, numbers and booleans only, but \"${key.forMessage()}\" is a ${value.javaClass.name}."
    }
    return "$key:$json"
}
