package io.github.phoenixkt.traces

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.requireWindow
import java.time.Instant

/** What traces are sorted by. */
public enum class TraceSort(internal val wire: String) {
    /** The time at which the traces started. */
    START_TIME("start_time"),

    /** The time that the traces took. */
    LATENCY("latency_ms"),
}

/**
 * Selects traces to read, and their order. A trace must match every property that is set.
 *
 * ```
 * traceQuery { sessionIds = listOf("chat-7"); includeSpans = true }
 * ```
 *
 * Queries with the same values are equal.
 *
 * @property startTime only traces that start at this time or later
 * @property endTime only traces that start before this time
 * @property sessionIds only traces of these sessions, at most 100, by their `session.id` or by
 *   Phoenix's own id. Null does not filter; an empty list matches nothing.
 * @property sort what the traces are sorted by. Default: [TraceSort.START_TIME].
 * @property order the order of the traces. Default: [SortOrder.DESCENDING].
 * @property includeSpans whether to return a summary of the spans with each trace. Default: false.
 * @property filter an expression as in the web UI, for example `latency_ms > 1000`; since Phoenix
 *   20.13
 */
public class TraceQuery private constructor(builder: Builder) {
    public val startTime: Instant? = builder.startTime
    public val endTime: Instant? = builder.endTime
    public val sessionIds: List<String>? =
        builder.sessionIds?.map { requirePresent("One of the session ids", it) }?.distinct()
    public val sort: TraceSort = builder.sort
    public val order: SortOrder = builder.order
    public val includeSpans: Boolean = builder.includeSpans
    public val filter: String? = builder.filter?.let { requirePresent("The filter", it) }

    private val values =
        RequestValues(
            "startTime" to startTime,
            "endTime" to endTime,
            "sessionIds" to sessionIds,
            "sort" to sort,
            "order" to order,
            "includeSpans" to includeSpans.takeIf { it },
            "filter" to filter,
        )

    init {
        requireWindow(startTime, endTime)
        require((sessionIds?.size ?: 0) <= MOST_SESSIONS) {
            "A query of traces can name at most $MOST_SESSIONS sessions, because Phoenix sorts only within a request."
        }
    }

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.startTime = startTime
            it.endTime = endTime
            it.sessionIds = sessionIds
            it.sort = sort
            it.order = order
            it.includeSpans = includeSpans
            it.filter = filter
        }

    override fun equals(other: Any?): Boolean = other is TraceQuery && values == other.values

    override fun hashCode(): Int = values.hashCode()

    override fun toString(): String = values.describe("TraceQuery")

    /** Builds a [TraceQuery]. [build] checks the values. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [TraceQuery.startTime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var startTime: Instant? = null

        /** See [TraceQuery.endTime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var endTime: Instant? = null

        /** See [TraceQuery.sessionIds]. */
        @get:JvmSynthetic @set:JvmSynthetic public var sessionIds: Collection<String>? = null

        /** See [TraceQuery.sort]. */
        @get:JvmSynthetic @set:JvmSynthetic public var sort: TraceSort = TraceSort.START_TIME

        /** See [TraceQuery.order]. */
        @get:JvmSynthetic @set:JvmSynthetic public var order: SortOrder = SortOrder.DESCENDING

        /** See [TraceQuery.includeSpans]. */
        @get:JvmSynthetic @set:JvmSynthetic public var includeSpans: Boolean = false

        /** See [TraceQuery.filter]. */
        @get:JvmSynthetic @set:JvmSynthetic public var filter: String? = null

        /** Sets [TraceQuery.startTime]. */
        public fun startTime(startTime: Instant?): Builder = apply { this.startTime = startTime }

        /** Sets [TraceQuery.endTime]. */
        public fun endTime(endTime: Instant?): Builder = apply { this.endTime = endTime }

        /** Sets [TraceQuery.sessionIds]. */
        public fun sessionIds(sessionIds: Collection<String>?): Builder = apply {
            this.sessionIds = sessionIds
        }

        /** Sets [TraceQuery.sort]. */
        public fun sort(sort: TraceSort): Builder = apply { this.sort = sort }

        /** Sets [TraceQuery.order]. */
        public fun order(order: SortOrder): Builder = apply { this.order = order }

        /** Sets [TraceQuery.includeSpans]. */
        public fun includeSpans(includeSpans: Boolean): Builder = apply {
            this.includeSpans = includeSpans
        }

        /** Sets [TraceQuery.filter]. */
        public fun filter(filter: String?): Builder = apply { this.filter = filter }

        /**
         * Returns the query.
         *
         * @throws IllegalArgumentException if [endTime] is not after [startTime], there are more
         *   than 100 sessions, or a text is blank
         */
        public fun build(): TraceQuery = TraceQuery(this)
    }

    public companion object {
        private const val MOST_SESSIONS = 100

        /** Returns a builder of a query for all traces, the latest first. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/**
 * Builds a query: `traceQuery { includeSpans = true }`. `traceQuery()` matches every trace.
 *
 * @throws IllegalArgumentException if a value cannot be used
 */
public fun traceQuery(configure: TraceQuery.Builder.() -> Unit = {}): TraceQuery =
    TraceQuery.builder().apply(configure).build()
