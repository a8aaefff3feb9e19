package io.github.phoenixkt.sessions

import io.github.phoenixkt.Page
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationLevel
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import kotlinx.coroutines.flow.Flow

/** The annotations of sessions. */
public class SessionsResource
internal constructor(
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    sessionAnnotations: SessionAnnotationWriter,
) : SessionAnnotationWriter by sessionAnnotations {
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
            AnnotationQuery(
                sessionIds,
                identifiers,
                includeAnnotationNames,
                excludeAnnotationNames,
                project,
            ),
            limit,
        )

    /** Annotations of sessions, at most [limit] in all. */
    public fun getSessionAnnotations(
        query: AnnotationQuery,
        limit: Int? = null,
    ): Flow<StoredAnnotation> = reader.flow(AnnotationLevel.SESSION, query, limit)

    /**
     * One page of at most [limit] (1 to 10,000) annotations of sessions; a page may be empty
     * although more follow.
     */
    public suspend fun getSessionAnnotationsPage(
        query: AnnotationQuery,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation> = reader.page(AnnotationLevel.SESSION, query, cursor, limit)

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
    ): Unit =
        deleter.delete(AnnotationLevel.SESSION, project, range, name, identifier, annotatorKind)
}
