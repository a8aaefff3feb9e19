package io.github.phoenixkt.sessions

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import kotlinx.coroutines.flow.Flow

/**
 * Sessions and their annotations. Phoenix groups traces into a session by the span attribute
 * `session.id`. A `session_id` in the metadata alone does not create a session.
 *
 * A `project` parameter takes the project's name or its id. To decorate or mock this interface, see
 * [io.github.phoenixkt.PhoenixClient].
 */
public interface SessionsResource : SessionAnnotationWriter {
    /**
     * Reads annotations of sessions, like
     * [io.github.phoenixkt.spans.SpansResource.getSpanAnnotations]. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
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
     * Reads the annotations of sessions that [query] selects. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
     */
    public fun getSessionAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation>

    /**
     * Reads one page of the annotations of sessions that [query] selects. A page can be empty
     * although more pages follow. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most annotations on the page, 1 to 10,000
     */
    public suspend fun getSessionAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation>

    /**
     * Deletes annotations of sessions permanently, like
     * [io.github.phoenixkt.spans.SpansResource.deleteSpanAnnotations]. Since Phoenix 15.4.
     *
     * @param project required: the project of the settings is never used
     */
    public suspend fun deleteSessionAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    )

    /**
     * Returns a session with its traces. Since Phoenix 13.5.
     *
     * @param sessionId the `session.id` of its spans, or Phoenix's own id
     * @throws PhoenixException.NotFound if there is no such session
     */
    public suspend fun get(sessionId: String): StoredSession

    /**
     * Lists the sessions of a project in the order in which Phoenix stored them. Since Phoenix
     * 13.5.
     *
     * @param project null for the project of the settings
     * @param order whether the first or the last stored session comes first
     * @param filter an expression as in the web UI; since Phoenix 20.13
     * @param limit the most sessions to return; null for all
     * @param cursor where to continue, from a page or from [PhoenixException.readProgress]
     * @throws PhoenixException.NotFound if the project does not exist
     */
    public fun list(
        project: String? = null,
        order: SortOrder = SortOrder.ASCENDING,
        filter: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredSession>

    /**
     * Reads one page of [list].
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most sessions on the page, 1 to 1,000
     */
    public suspend fun listPage(
        project: String? = null,
        order: SortOrder = SortOrder.ASCENDING,
        filter: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredSession>

    /**
     * Returns the turns of a session, the earliest first. Each trace is a turn: what its root span
     * received and what it answered. Since Phoenix 13.12.
     *
     * @param sessionId the `session.id` of its spans, or Phoenix's own id
     * @throws PhoenixException.NotFound if there is no such session
     */
    public suspend fun getSessionTurns(sessionId: String): List<SessionTurn>

    /**
     * Deletes a session with its traces, their spans and all annotations of these. Since Phoenix
     * 13.13.
     *
     * A request without a clear response is repeated, for example after a broken connection or a
     * proxy's 503. If the repeat finds no such session, the call succeeds, although the session may
     * never have existed.
     *
     * @param sessionId the `session.id` of its spans, or Phoenix's own id
     * @throws PhoenixException.NotFound if there is no such session
     */
    public suspend fun delete(sessionId: String)

    /**
     * Deletes sessions with their traces, their spans and all annotations of these. Sessions that
     * do not exist are ignored. Since Phoenix 13.13.
     *
     * @param sessionIds either the `session.id` of each session, or Phoenix's own ids; not a mix
     * @throws IllegalArgumentException if [sessionIds] is empty, or mixes both kinds of ids
     */
    public suspend fun bulkDelete(sessionIds: Collection<String>)
}
