package io.github.phoenixkt.traces

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.LARGEST_PAGE
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.PartCursor
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requirePageSize
import java.time.DateTimeException
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.flow.Flow

/**
 * Reads traces, page by page. Servers before 20.5 sort by time but compare the cursor with row
 * numbers, so their pages repeat and skip traces. On these servers, and if the version is not
 * known, the next page is selected by time.
 */
internal class TraceReader(private val transport: Transport) {
    fun flow(
        query: TraceQuery,
        project: String?,
        limit: Int?,
        cursor: String?,
    ): Flow<StoredTrace> =
        pagesAsFlow(PageSizes(transport), cursor, limit) { next, page ->
            page(query, project, next, page)
        }

    suspend fun page(
        query: TraceQuery,
        project: String?,
        cursor: String?,
        page: PageRequest,
    ): Page<StoredTrace> {
        requirePageSize(page.limit)
        requireStorable("cursor", cursor)
        if (query.sessionIds?.isEmpty() == true) return Page(emptyList(), null)
        if (query.filter != null) transport.require(Capability.FILTERED_TRACES)
        val position = TimePosition.parse(cursor)
        val byTime =
            position != null ||
                cursor == null &&
                    query.sort == TraceSort.START_TIME &&
                    !transport.has(Capability.PAGES_OF_TRACES)
        if (byTime) return pageByTime(query, project, position, page)
        if (cursor != null) transport.require(Capability.PAGES_OF_TRACES)
        return read(query, project, query.startTime, query.endTime, cursor, page)
    }

    /** The traces from [position] on, without those of that moment that were returned before. */
    private suspend fun pageByTime(
        query: TraceQuery,
        project: String?,
        position: TimePosition?,
        page: PageRequest,
    ): Page<StoredTrace> {
        require(position == null || query.sort == TraceSort.START_TIME) {
            "This cursor continues by start time, so the traces must be sorted by start time: use the query that returned the cursor."
        }
        val ascending = query.order == SortOrder.ASCENDING
        val from = position?.time?.takeIf { ascending } ?: query.startTime
        val to = position?.time?.takeIf { !ascending }?.plus(1, ChronoUnit.MICROS) ?: query.endTime
        val seen = position?.seen.orEmpty()
        val size = minOf(page.limit + seen.size, LARGEST_PAGE)
        val traces = read(query, project, from, to, cursor = null, page, size).items
        val new = traces.filter { it.id !in seen }
        return when {
            traces.size < size -> Page(new, null)
            new.isEmpty() -> throw stuck(traces.last().startTime)
            else -> {
                val time = traces.last().startTime
                val here = traces.filter { it.startTime == time }.mapTo(mutableSetOf()) { it.id }
                if (position?.time == time) here += seen
                Page(new, TimePosition(time, here).toString())
            }
        }
    }

    private fun stuck(time: Instant) =
        PhoenixException.UnexpectedResponse(
            "$LARGEST_PAGE or more traces start at $time. Servers before 20.5 cannot page through them: upgrade Phoenix.",
            status = null,
        )

    @Suppress("LongParameterList") // One for each parameter of the route.
    private suspend fun read(
        query: TraceQuery,
        project: String?,
        from: Instant?,
        to: Instant?,
        cursor: String?,
        page: PageRequest,
        size: Int = page.limit,
    ): Page<StoredTrace> {
        val parameters = buildList {
            from?.let { add("start_time" to "$it") }
            to?.let { add("end_time" to "$it") }
            query.sessionIds?.forEach { add("session_identifier" to it) }
            add("sort" to query.sort.wire)
            add("order" to query.order.wire)
            if (query.includeSpans) add("include_spans" to "true")
            query.filter?.let { add("filter" to it) }
            cursor?.let { add("cursor" to it) }
            add("limit" to "$size")
        }
        val request =
            ApiRequest.get(
                "v1",
                "projects",
                project ?: transport.defaultProject,
                "traces",
                query = parameters,
                requires = Capability.READ_TRACES,
                divisible = page.divisible,
            )
        return page.send(transport, request).decode(TracePage.serializer()) { answer ->
            Page(answer.data.map { it.toStored() }, answer.nextCursor)
        }
    }
}

/**
 * A position in a list that is read by time.
 *
 * @property time when the last trace started
 * @property seen the ids of the traces that started at that time and were returned before
 */
private class TimePosition(val time: Instant, val seen: Set<String>) {
    override fun toString(): String = "$PREFIX$time,${seen.joinToString(",")}"

    companion object {
        private const val PREFIX = "time:"

        /** Null if [cursor] is the server's, or null. */
        fun parse(cursor: String?): TimePosition? {
            if (cursor == null || !cursor.startsWith(PREFIX)) return null
            val parts = cursor.removePrefix(PREFIX).split(',')
            val time =
                try {
                    Instant.parse(parts.first())
                } catch (_: DateTimeException) {
                    throw IllegalArgumentException(PartCursor.foreign(cursor))
                }
            return TimePosition(time, parts.drop(1).toSet())
        }
    }
}
