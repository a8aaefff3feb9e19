package io.github.phoenixkt.traces

import io.github.phoenixkt.Page
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationLevel
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TraceAnnotationWriter
import kotlinx.coroutines.flow.Flow

/** The annotations of traces. */
public class TracesResource
internal constructor(
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    traceAnnotations: TraceAnnotationWriter,
) : TraceAnnotationWriter by traceAnnotations {
    /**
     * Annotations of traces; what [io.github.phoenixkt.spans.SpansResource.getSpanAnnotations] says
     * holds here too. Since Phoenix 12.0.
     */
    public fun getTraceAnnotations(
        traceIds: Collection<String>? = null,
        identifiers: Collection<String>? = null,
        includeAnnotationNames: Collection<String>? = null,
        excludeAnnotationNames: Collection<String>? = null,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> =
        getTraceAnnotations(
            AnnotationQuery(
                traceIds,
                identifiers,
                includeAnnotationNames,
                excludeAnnotationNames,
                project,
            ),
            limit,
        )

    /** Annotations of traces, at most [limit] in all. */
    public fun getTraceAnnotations(
        query: AnnotationQuery,
        limit: Int? = null,
    ): Flow<StoredAnnotation> = reader.flow(AnnotationLevel.TRACE, query, limit)

    /**
     * One page of at most [limit] (1 to 10,000) annotations of traces; a page may be empty although
     * more follow.
     */
    public suspend fun getTraceAnnotationsPage(
        query: AnnotationQuery,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation> = reader.page(AnnotationLevel.TRACE, query, cursor, limit)

    /**
     * Deletes annotations of traces; what
     * [io.github.phoenixkt.spans.SpansResource.deleteSpanAnnotations] says holds here too.
     */
    public suspend fun deleteTraceAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    ): Unit = deleter.delete(AnnotationLevel.TRACE, project, range, name, identifier, annotatorKind)
}
