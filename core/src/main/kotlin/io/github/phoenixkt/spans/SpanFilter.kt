package io.github.phoenixkt.spans

import io.github.phoenixkt.annotations.JsonValueSerializer
import io.github.phoenixkt.annotations.findJsonValueProblem
import io.github.phoenixkt.annotations.forMessage
import io.github.phoenixkt.annotations.presentOrNull
import io.github.phoenixkt.transport.Capability
import java.time.Instant
import kotlinx.serialization.json.Json

/**
 * Which spans to read; everything that is given must hold at once.
 *
 * @property startTime spans that start then or later
 * @property endTime spans that start before then
 * @property traceIds spans of any of these traces; since Phoenix 13.9
 * @property spanIds any of these spans; since Phoenix 19.6
 * @property parentId children of this span; since Phoenix 13.12
 * @property rootSpansOnly only spans without a parent; since Phoenix 13.12
 * @property names spans of any of these names; since Phoenix 13.15
 * @property spanKinds spans of any of these kinds, in any case; since Phoenix 13.15
 * @property statusCodes `OK`, `ERROR` or `UNSET`; since Phoenix 13.15
 * @property attributes spans that have all these attributes, by dotted name, with exactly these
 *   texts, numbers or booleans; since Phoenix 14.9. Texts outside of ASCII and attributes that are
 *   lists never match.
 */
public class SpanFilter
@JvmOverloads
constructor(
    public val startTime: Instant? = null,
    public val endTime: Instant? = null,
    public val traceIds: Collection<String> = emptyList(),
    public val spanIds: Collection<String> = emptyList(),
    public val parentId: String? = null,
    public val rootSpansOnly: Boolean = false,
    public val names: Collection<String> = emptyList(),
    public val spanKinds: Collection<String> = emptyList(),
    public val statusCodes: Collection<String> = emptyList(),
    attributes: Map<String, Any> = emptyMap(),
) {
    public val attributes: Map<String, Any> = attributes.toMap()

    private val attributeFilters =
        this.attributes.map { (key, value) -> attributeFilter(key, value) }

    init {
        require(startTime == null || endTime == null || startTime < endTime) {
            "The time window ends ($endTime) before it starts ($startTime)."
        }
        require(parentId == null || !rootSpansOnly) {
            "Root spans have no parent: give parentId or rootSpansOnly, not both."
        }
        require(traceIds.size + spanIds.size <= IDS_PER_REQUEST) {
            "A filter holds at most $IDS_PER_REQUEST trace and span ids."
        }
    }

    internal val query: List<Pair<String, String>>
        get() =
            listOfNotNull(
                startTime?.let { "start_time" to "$it" },
                endTime?.let { "end_time" to "$it" },
                (parentId ?: "null".takeIf { rootSpansOnly })?.let { "parent_id" to it },
            ) +
                traceIds.map { "trace_id" to it } +
                spanIds.map { "span_id" to it } +
                names.map { "name" to it } +
                spanKinds.map { "span_kind" to it } +
                statusCodes.map { "status_code" to it } +
                attributeFilters.map { "attribute" to it }

    internal val needs: List<Capability>
        get() =
            listOfNotNull(
                Capability.SPANS_BY_TRACE_ID.takeIf { traceIds.isNotEmpty() },
                Capability.SPANS_BY_SPAN_ID.takeIf { spanIds.isNotEmpty() },
                Capability.SPANS_BY_PARENT_ID.takeIf { parentId != null || rootSpansOnly },
                Capability.SPANS_BY_ATTRIBUTE.takeIf { attributes.isNotEmpty() },
                Capability.SPANS_BY_NAME_KIND_STATUS.takeIf {
                    names.isNotEmpty() || spanKinds.isNotEmpty() || statusCodes.isNotEmpty()
                },
            )

    /** Collects the values of a [SpanFilter], for Java. Not thread-safe. */
    public class Builder internal constructor() {
        private var startTime: Instant? = null
        private var endTime: Instant? = null
        private var traceIds: Collection<String> = emptyList()
        private var spanIds: Collection<String> = emptyList()
        private var parentId: String? = null
        private var rootSpansOnly: Boolean = false
        private var names: Collection<String> = emptyList()
        private var spanKinds: Collection<String> = emptyList()
        private var statusCodes: Collection<String> = emptyList()
        private var attributes: Map<String, Any> = emptyMap()

        /** Sets [SpanFilter.startTime]. */
        public fun startTime(startTime: Instant): Builder = apply { this.startTime = startTime }

        /** Sets [SpanFilter.endTime]. */
        public fun endTime(endTime: Instant): Builder = apply { this.endTime = endTime }

        /** Sets [SpanFilter.traceIds]. */
        public fun traceIds(traceIds: Collection<String>): Builder = apply {
            this.traceIds = traceIds
        }

        /** Sets [SpanFilter.spanIds]. */
        public fun spanIds(spanIds: Collection<String>): Builder = apply { this.spanIds = spanIds }

        /** Sets [SpanFilter.parentId]. */
        public fun parentId(parentId: String): Builder = apply { this.parentId = parentId }

        /** Sets [SpanFilter.rootSpansOnly]. */
        public fun rootSpansOnly(rootSpansOnly: Boolean): Builder = apply {
            this.rootSpansOnly = rootSpansOnly
        }

        /** Sets [SpanFilter.names]. */
        public fun names(names: Collection<String>): Builder = apply { this.names = names }

        /** Sets [SpanFilter.spanKinds]. */
        public fun spanKinds(spanKinds: Collection<String>): Builder = apply {
            this.spanKinds = spanKinds
        }

        /** Sets [SpanFilter.statusCodes]. */
        public fun statusCodes(statusCodes: Collection<String>): Builder = apply {
            this.statusCodes = statusCodes
        }

        /** Sets [SpanFilter.attributes]. */
        public fun attributes(attributes: Map<String, Any>): Builder = apply {
            this.attributes = attributes
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException when its values contradict each other, or cannot be
         *   looked for
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
            )
    }

    public companion object {
        private const val IDS_PER_REQUEST = 100

        /** A builder; what is not set does not narrow. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

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
