package io.github.phoenixkt.spans

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.JsonValueSerializer
import io.github.phoenixkt.annotations.findJsonValueProblem
import io.github.phoenixkt.annotations.forMessage
import io.github.phoenixkt.annotations.presentOrNull
import io.github.phoenixkt.annotations.requirePresent
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.IdChunks
import io.github.phoenixkt.transport.requireWindow
import java.time.Instant
import kotlinx.serialization.json.Json

/** What spans are sorted by. */
public enum class SpanSort(internal val wire: String) {
    /** By when Phoenix stored them. */
    ID("id"),

    /** By when they started; since Phoenix 20.16. */
    START_TIME("start_time"),
}

/**
 * Which spans to read, and in which order; everything that is given must hold at once. Of a list,
 * any of its values will do; null is all, and an empty list asks for nothing.
 *
 * @property startTime spans that start then or later
 * @property endTime spans that start before then
 * @property traceIds spans of any of these traces, any number of them; since Phoenix 13.9
 * @property spanIds any of these spans, any number of them; since Phoenix 19.6
 * @property parentId children of this span; since Phoenix 13.12
 * @property rootSpansOnly only spans without a parent; since Phoenix 13.12
 * @property names spans of any of these names; since Phoenix 13.15
 * @property spanKinds spans of any of these kinds, in any case; since Phoenix 13.15
 * @property statusCodes `OK`, `ERROR` or `UNSET`; since Phoenix 13.15
 * @property attributes spans that have all these attributes, by dotted name, with exactly these
 *   texts, numbers or booleans; since Phoenix 14.9. Texts outside of ASCII and attributes that are
 *   lists never match.
 * @property sort what they are sorted by; null for [SpanSort.ID]. Ids are asked for in hundreds,
 *   and the order holds within each.
 * @property order null for the newest first; another is since Phoenix 20.16
 */
public class SpanFilter
@JvmOverloads
constructor(
    public val startTime: Instant? = null,
    public val endTime: Instant? = null,
    traceIds: Collection<String>? = null,
    spanIds: Collection<String>? = null,
    parentId: String? = null,
    public val rootSpansOnly: Boolean = false,
    names: Collection<String>? = null,
    spanKinds: Collection<String>? = null,
    statusCodes: Collection<String>? = null,
    attributes: Map<String, Any> = emptyMap(),
    public val sort: SpanSort? = null,
    public val order: SortOrder? = null,
) {
    public val traceIds: List<String>? = present("trace ids", traceIds)
    public val spanIds: List<String>? = present("span ids", spanIds)
    public val parentId: String? = parentId?.let { requirePresent("parentId", it) }
    public val names: List<String>? = names?.toList()
    public val spanKinds: List<String>? = present("span kinds", spanKinds)
    public val statusCodes: List<String>? = present("status codes", statusCodes)
    public val attributes: Map<String, Any> = attributes.toMap()

    private val query: List<Pair<String, String>> = buildList {
        startTime?.let { add("start_time" to "$it") }
        endTime?.let { add("end_time" to "$it") }
        (this@SpanFilter.parentId ?: "null".takeIf { rootSpansOnly })?.let {
            add("parent_id" to it)
        }
        this@SpanFilter.names?.forEach { add("name" to it) }
        this@SpanFilter.spanKinds?.forEach { add("span_kind" to it) }
        this@SpanFilter.statusCodes?.forEach { add("status_code" to it) }
        attributes.forEach { (key, value) -> add("attribute" to attributeFilter(key, value)) }
        sort?.let { add("sort" to it.wire) }
        order?.let { add("order" to it.wire) }
    }

    init {
        requireWindow(startTime, endTime)
        require(parentId == null || !rootSpansOnly) {
            "Root spans have no parent: give parentId or rootSpansOnly, not both."
        }
    }

    /** The requests that this takes; none where nothing is asked for. */
    internal val parts: List<List<Pair<String, String>>> =
        if (listOf(names, spanKinds, statusCodes).any { it?.isEmpty() == true }) emptyList()
        else IdChunks.of("trace_id" to this.traceIds, "span_id" to this.spanIds, beside = query)

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

    /** Collects the values of a [SpanFilter]; they are checked by [build]. Not thread-safe. */
    @Suppress("TooManyFunctions") // One for each value.
    public class Builder internal constructor() {
        private var startTime: Instant? = null
        private var endTime: Instant? = null
        private var traceIds: Collection<String>? = null
        private var spanIds: Collection<String>? = null
        private var parentId: String? = null
        private var rootSpansOnly = false
        private var names: Collection<String>? = null
        private var spanKinds: Collection<String>? = null
        private var statusCodes: Collection<String>? = null
        private var attributes: Map<String, Any> = emptyMap()
        private var sort: SpanSort? = null
        private var order: SortOrder? = null

        /** Sets [SpanFilter.startTime]. */
        public fun startTime(time: Instant?): Builder = apply { startTime = time }

        /** Sets [SpanFilter.endTime]. */
        public fun endTime(time: Instant?): Builder = apply { endTime = time }

        /** Sets [SpanFilter.traceIds]. */
        public fun traceIds(ids: Collection<String>?): Builder = apply { traceIds = ids }

        /** Sets [SpanFilter.spanIds]. */
        public fun spanIds(ids: Collection<String>?): Builder = apply { spanIds = ids }

        /** Sets [SpanFilter.parentId]. */
        public fun parentId(id: String?): Builder = apply { parentId = id }

        /** Sets [SpanFilter.rootSpansOnly]. */
        public fun rootSpansOnly(only: Boolean): Builder = apply { rootSpansOnly = only }

        /** Sets [SpanFilter.names]. */
        public fun names(names: Collection<String>?): Builder = apply { this.names = names }

        /** Sets [SpanFilter.spanKinds]. */
        public fun spanKinds(kinds: Collection<String>?): Builder = apply { spanKinds = kinds }

        /** Sets [SpanFilter.statusCodes]. */
        public fun statusCodes(codes: Collection<String>?): Builder = apply { statusCodes = codes }

        /** Adds one of [SpanFilter.attributes]. */
        public fun attribute(name: String, value: Any): Builder = apply {
            attributes = attributes + (name to value)
        }

        /** Replaces all [SpanFilter.attributes]. */
        public fun attributes(attributes: Map<String, Any>): Builder = apply {
            this.attributes = attributes
        }

        /** Sets [SpanFilter.sort]. */
        public fun sort(sort: SpanSort?): Builder = apply { this.sort = sort }

        /** Sets [SpanFilter.order]. */
        public fun order(order: SortOrder?): Builder = apply { this.order = order }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException when values contradict each other, or Phoenix could not
         *   look for one
         */
        public fun build(): SpanFilter =
            SpanFilter(
                startTime,
                endTime,
                traceIds,
                spanIds,
                parentId,
                rootSpansOnly,
                names,
                spanKinds,
                statusCodes,
                attributes,
                sort,
                order,
            )
    }

    public companion object {
        /** A builder of a filter that lets every span through. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** In their order, without repetitions. */
private fun present(what: String, values: Collection<String>?): List<String>? =
    values?.map { requirePresent("One of the $what", it) }?.distinct()

/**
 * Phoenix reads the value as JSON where it can: texts go in quotation marks, so that `"1"` stays a
 * text.
 */
private fun attributeFilter(key: String, value: Any): String {
    require(key.presentOrNull() != null && ':' !in key) {
        "Spans cannot be looked for by the attribute \"${key.forMessage()}\": its name is blank or has a colon."
    }
    val problem = findJsonValueProblem(value)?.reason
    require(problem == null) { "The value of the attribute \"${key.forMessage()}\" $problem." }
    val json = Json.encodeToString(JsonValueSerializer, value)
    require(json.first() !in "[{n") {
        "Spans can be looked for by texts, numbers and booleans only, but \"${key.forMessage()}\" is a ${value.javaClass.name}."
    }
    return "$key:$json"
}
