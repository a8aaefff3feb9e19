package io.github.phoenixkt.traces

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.requirePresent
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
public class TraceQuery
@JvmOverloads
constructor(
    public val startTime: Instant? = null,
    public val endTime: Instant? = null,
    sessionIds: Collection<String>? = null,
    public val sort: TraceSort = TraceSort.START_TIME,
    public val order: SortOrder = SortOrder.DESCENDING,
    public val includeSpans: Boolean = false,
    filter: String? = null,
) {
    public val sessionIds: List<String>? =
        sessionIds?.map { requirePresent("One of the session ids", it) }?.distinct()
    public val filter: String? = filter?.let { requirePresent("The filter", it) }

    init {
        requireWindow(startTime, endTime)
        require((this.sessionIds?.size ?: 0) <= MOST_SESSIONS) {
            "A query of traces names at most $MOST_SESSIONS sessions: Phoenix sorts the traces of one request only."
        }
    }

    /** Collects the values of a [TraceQuery]; they are checked by [build]. Not thread-safe. */
    public class Builder internal constructor() {
        private var startTime: Instant? = null
        private var endTime: Instant? = null
        private var sessionIds: Collection<String>? = null
        private var sort = TraceSort.START_TIME
        private var order = SortOrder.DESCENDING
        private var includeSpans = false
        private var filter: String? = null

        /** Sets [TraceQuery.startTime]. */
        public fun startTime(time: Instant?): Builder = apply { startTime = time }

        /** Sets [TraceQuery.endTime]. */
        public fun endTime(time: Instant?): Builder = apply { endTime = time }

        /** Sets [TraceQuery.sessionIds]. */
        public fun sessionIds(ids: Collection<String>?): Builder = apply { sessionIds = ids }

        /** Sets [TraceQuery.sort]. */
        public fun sort(sort: TraceSort): Builder = apply { this.sort = sort }

        /** Sets [TraceQuery.order]. */
        public fun order(order: SortOrder): Builder = apply { this.order = order }

        /** Sets [TraceQuery.includeSpans]. */
        public fun includeSpans(include: Boolean): Builder = apply { includeSpans = include }

        /** Sets [TraceQuery.filter]. */
        public fun filter(filter: String?): Builder = apply { this.filter = filter }

        /**
         * The query.
         *
         * @throws IllegalArgumentException when the window ends before it starts, or there are too
         *   many sessions
         */
        public fun build(): TraceQuery =
            TraceQuery(startTime, endTime, sessionIds, sort, order, includeSpans, filter)
    }

    public companion object {
        private const val MOST_SESSIONS = 100

        /** A builder of a query for all traces, the latest first. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
