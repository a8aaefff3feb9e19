package io.github.phoenixkt.sessions

import io.github.phoenixkt.Page
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.spans.SpanReader
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.requirePageSize
import io.ktor.http.HttpMethod

internal class SessionReader(private val transport: Transport) {
    suspend fun get(sessionId: String): StoredSession {
        val id = requirePresent("sessionId", sessionId)
        val request =
            ApiRequest(
                HttpMethod.Get,
                listOf("v1", "sessions", id),
                requires = Capability.READ_SESSIONS,
                sentIds = listOf(id),
            )
        return transport.send(request).decode(SessionBody.serializer()) { it.data.toStored() }
    }

    suspend fun page(
        project: String?,
        order: SortOrder,
        filter: String?,
        cursor: String?,
        page: PageRequest,
    ): Page<StoredSession> {
        requirePageSize(page.limit)
        requireStorable("cursor", cursor)
        val expression = filter?.let { requirePresent("The filter", it) }
        if (expression != null) transport.require(Capability.FILTERED_SESSIONS)
        val query =
            listOfNotNull(
                "order" to order.wire,
                expression?.let { "filter" to it },
                cursor?.let { "cursor" to it },
                "limit" to "${page.limit}",
            )
        val request =
            ApiRequest.get(
                "v1",
                "projects",
                project ?: transport.defaultProject,
                "sessions",
                query = query,
                requires = Capability.READ_SESSIONS,
                divisible = page.divisible,
            )
        return page.send(transport, request).decode(SessionPage.serializer()) { answer ->
            Page(answer.data.map { it.toStored() }, answer.nextCursor)
        }
    }

    /** The earliest root span counts: a trace may have several. */
    suspend fun turns(session: StoredSession): List<SessionTurn> {
        val roots = mutableMapOf<String, StoredSpan>()
        val filter = spanFilter {
            traceIds = session.traces.map { it.traceId }
            rootSpansOnly = true
        }
        allOrNothing {
            SpanReader(transport).flow(filter, session.projectId, limit = null).collect { span ->
                roots.merge(span.traceId, span) { one, other ->
                    minOf(one, other, compareBy(StoredSpan::startTime, StoredSpan::spanId))
                }
            }
        }
        return session.traces
            .sortedWith(compareBy(SessionTrace::startTime, SessionTrace::traceId))
            .map { turnOf(it, roots[it.traceId]) }
    }
}
