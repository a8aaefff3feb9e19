package io.github.phoenixkt.sessions

import io.github.phoenixkt.Page
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.spans.SpanReader
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.deletionOf
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requirePageSize
import io.ktor.http.HttpMethod
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.putJsonArray

internal class HttpSessionsResource(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    sessionAnnotations: SessionAnnotationWriter,
) : SessionsResource, SessionAnnotationWriter by sessionAnnotations {
    override fun getSessionAnnotations(
        query: AnnotationQuery,
        project: String?,
        limit: Int?,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.SESSION, query, project, limit)

    override suspend fun getSessionAnnotationsPage(
        query: AnnotationQuery,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotation> = reader.page(TargetKind.SESSION, query, project, cursor, limit)

    override suspend fun deleteSessionAnnotations(
        project: String,
        range: DeleteRange,
        name: String?,
        identifier: String?,
        annotatorKind: AnnotatorKind?,
    ): Unit = deleter.delete(TargetKind.SESSION, project, range, name, identifier, annotatorKind)

    override suspend fun get(sessionId: String): StoredSession {
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

    override fun list(
        project: String?,
        order: SortOrder,
        filter: String?,
        limit: Int?,
        cursor: String?,
    ): Flow<StoredSession> =
        pagesAsFlow(PageSizes(transport, PAGE_SIZE), cursor, limit) { next, page ->
            page(project, order, filter, next, page)
        }

    override suspend fun listPage(
        project: String?,
        order: SortOrder,
        filter: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredSession> = page(project, order, filter, cursor, PageRequest(limit))

    private suspend fun page(
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

    override suspend fun getSessionTurns(sessionId: String): List<SessionTurn> {
        val session = get(sessionId)
        val roots = rootSpans(session)
        return session.traces
            .sortedWith(compareBy(SessionTrace::startTime, SessionTrace::traceId))
            .map { turnOf(it, roots[it.traceId]) }
    }

    /** The earliest root span of each trace, by trace id: a trace may have several. */
    private suspend fun rootSpans(session: StoredSession): Map<String, StoredSpan> {
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
        return roots
    }

    override suspend fun delete(sessionId: String) {
        val id = requirePresent("sessionId", sessionId)
        transport.send(deletionOf("sessions", id, Capability.DELETE_SESSIONS))
    }

    override suspend fun bulkDelete(sessionIds: Collection<String>) {
        require(sessionIds.isNotEmpty()) { "There are no sessions to delete: the list is empty." }
        val ids = sessionIds.map { requirePresent("One of the session ids", it) }.distinct()
        val (own, named) =
            ids.partition { decodeGlobalId(it)?.startsWith("ProjectSession:") == true }
        require(own.isEmpty() || named.isEmpty()) {
            "Phoenix cannot delete sessions by its own ids (${own.first().forMessage()}) and by session.id " +
                "(${named.first().forMessage()}) together: make two calls."
        }
        val body = buildJsonObject {
            putJsonArray("session_identifiers") { ids.forEach { add(it) } }
        }
        transport.send(
            ApiRequest.post(
                "v1",
                "sessions",
                "delete",
                body = JsonBody.encode(body),
                requires = Capability.DELETE_SESSIONS,
            )
        )
    }

    private companion object {
        /** Each session comes with all its traces. */
        const val PAGE_SIZE = 100
    }
}
