package io.github.phoenixkt.sessions

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.deletionOf
import io.github.phoenixkt.transport.pagesAsFlow
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.putJsonArray

/**
 * Sessions, and the annotations of sessions. Phoenix makes a session of the traces whose spans have
 * the attribute `session.id`; metadata alone makes none.
 */
public class SessionsResource
internal constructor(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    sessionAnnotations: SessionAnnotationWriter,
) : SessionAnnotationWriter by sessionAnnotations {
    private val sessionReader = SessionReader(transport)

    /**
     * Annotations of sessions; what [io.github.phoenixkt.spans.SpansResource.getSpanAnnotations]
     * says holds here too. Since Phoenix 12.0.
     */
    public fun getSessionAnnotations(
        sessionIds: Collection<String>? = null,
        identifiers: Collection<String>? = null,
        includeAnnotationNames: Collection<String>? = null,
        excludeAnnotationNames: Collection<String>? = null,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> =
        getSessionAnnotations(
            AnnotationQuery.builder()
                .ids(sessionIds)
                .identifiers(identifiers)
                .includeAnnotationNames(includeAnnotationNames)
                .excludeAnnotationNames(excludeAnnotationNames)
                .build(),
            project,
            limit,
        )

    /**
     * The annotations of sessions that the [query] asks for.
     *
     * @param project its name or id; null for that of the settings
     * @param limit how many at most in all; null for all there are
     */
    public fun getSessionAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.SESSION, query, project, limit)

    /**
     * One page of at most [limit] (1 to 10,000) annotations of sessions; a page may be empty
     * although more follow.
     */
    public suspend fun getSessionAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation> = reader.page(TargetKind.SESSION, query, project, cursor, limit)

    /**
     * Deletes annotations of sessions; what
     * [io.github.phoenixkt.spans.SpansResource.deleteSpanAnnotations] says holds here too.
     */
    public suspend fun deleteSessionAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    ): Unit = deleter.delete(TargetKind.SESSION, project, range, name, identifier, annotatorKind)

    /**
     * The session of that id. Since Phoenix 13.5.
     *
     * @param sessionId the id that its spans name, or Phoenix's own
     * @throws PhoenixException.NotFound when there is none
     */
    public suspend fun get(sessionId: String): StoredSession = sessionReader.get(sessionId)

    /**
     * Sessions, in the order in which they were stored. Since Phoenix 13.5.
     *
     * All there are, each once, however many; an unknown project is an error.
     *
     * @param project its name or id; null for that of the settings
     * @param order which of them come first
     * @param filter an expression as in the web UI; since Phoenix 20.13
     * @param limit how many at most in all; null for all there are
     * @param cursor where to go on, from a page or from [PhoenixException.readProgress]
     */
    public fun list(
        project: String? = null,
        order: SortOrder = SortOrder.ASCENDING,
        filter: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredSession> =
        pagesAsFlow(PageSizes(transport, PAGE_SIZE), cursor, limit) { next, page ->
            sessionReader.page(project, order, filter, next, page)
        }

    /** One page of at most [limit] (1 to 1,000) sessions; see [list]. */
    public suspend fun listPage(
        project: String? = null,
        order: SortOrder = SortOrder.ASCENDING,
        filter: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredSession> = sessionReader.page(project, order, filter, cursor, PageRequest(limit))

    /**
     * What was asked and answered in a session: one turn for each of its traces, the earliest
     * first. Since Phoenix 13.12.
     *
     * @param sessionId the id that its spans name, or Phoenix's own
     * @throws PhoenixException.NotFound when there is no such session
     */
    public suspend fun getSessionTurns(sessionId: String): List<SessionTurn> =
        sessionReader.turns(get(sessionId))

    /**
     * Deletes a session with its traces, their spans and all annotations. Since Phoenix 13.13.
     *
     * @param sessionId the id that its spans name, or Phoenix's own
     * @throws PhoenixException.NotFound when there is none
     */
    public suspend fun delete(sessionId: String) {
        val id = requirePresent("sessionId", sessionId)
        transport.send(deletionOf("sessions", id, Capability.DELETE_SESSIONS))
    }

    /**
     * Deletes sessions with their traces, their spans and all annotations; those that do not exist
     * are passed over. Since Phoenix 13.13.
     *
     * @param sessionIds all as their spans name them, or all Phoenix's own
     */
    public suspend fun bulkDelete(sessionIds: Collection<String>) {
        require(sessionIds.isNotEmpty()) { "There are no sessions to delete: the list is empty." }
        val ids = sessionIds.map { requirePresent("One of the session ids", it) }.distinct()
        val (own, named) =
            ids.partition { decodeGlobalId(it)?.startsWith("ProjectSession:") == true }
        require(own.isEmpty() || named.isEmpty()) {
            "Phoenix's own ids (${own.first().forMessage()}) and ids as spans name them (${named.first().forMessage()}) " +
                "cannot be deleted together: send two lists."
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
