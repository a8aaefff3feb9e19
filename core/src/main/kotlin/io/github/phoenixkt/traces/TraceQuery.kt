package io.github.phoenixkt.traces

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.requireWindow
import java.time.Instant

/** What traces are sorted by. */
public enum class TraceSort(internal val wire: String) {
    /** By when they started. */
    START_TIME("start_time"),

    /** By how long they took. */
    LATENCY("latency_ms"),
}

/**
 * Which traces to read, and in which order; everything that is given must hold at once.
 *
 * @property startTime traces that start then or later
 * @property endTime traces that start before then
 * @property sessionIds traces of any of these sessions, at most 100 of them, by the session id or
 *   by Phoenix's own; null for all traces, an empty list asks for nothing
 * @property sort what they are sorted by
 * @property order which of them come first
 * @property includeSpans whether each trace comes with a summary of its spans
 * @property filter an expression as in the web UI, for instance `latency_ms > 1000`; since Phoenix
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
            "A query of traces names at most $MOST_SESSIONS sessions: Phoenix sorts the traces of one request only."
        }
    }

    /** A builder that starts from these values. */
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

    /** Collects the values of a [TraceQuery]; they are checked by [build]. Not thread-safe. */
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
         * The query.
         *
         * @throws IllegalArgumentException when the window ends before it starts, or there are too
         *   many sessions
         */
        public fun build(): TraceQuery = TraceQuery(this)
    }

    public companion object {
        private const val MOST_SESSIONS = 100

        /** A builder of a query for all traces, the latest first. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds a query: `traceQuery { includeSpans = true }`; without values it is all traces. */
public fun traceQuery(configure: TraceQuery.Builder.() -> Unit = {}): TraceQuery =
    TraceQuery.builder().apply(configure).build()
