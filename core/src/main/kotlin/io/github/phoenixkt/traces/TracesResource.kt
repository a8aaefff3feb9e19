package io.github.phoenixkt.traces

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TraceAnnotationWriter
import kotlinx.coroutines.flow.Flow

/**
 * Traces and their annotations.
 *
 * A `project` parameter takes the project's name or its id. To decorate or mock this interface, see
 * [io.github.phoenixkt.PhoenixClient].
 */
public interface TracesResource : TraceAnnotationWriter {
    /**
     * Reads annotations of traces, like
     * [io.github.phoenixkt.spans.SpansResource.getSpanAnnotations]. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
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
            AnnotationQuery.builder()
                .ids(traceIds)
                .identifiers(identifiers)
                .includeAnnotationNames(includeAnnotationNames)
                .excludeAnnotationNames(excludeAnnotationNames)
                .build(),
            project,
            limit,
        )

    /**
     * Reads the annotations of traces that [query] selects. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
     */
    public fun getTraceAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation>

    /**
     * Reads one page of the annotations of traces that [query] selects. A page can be empty
     * although more pages follow. Since Phoenix 12.0.
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most annotations on the page, 1 to 10,000
     */
    public suspend fun getTraceAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation>

    /**
     * Deletes annotations of traces permanently, like
     * [io.github.phoenixkt.spans.SpansResource.deleteSpanAnnotations]. Since Phoenix 15.4.
     *
     * @param project required: the project of the settings is never used
     */
    public suspend fun deleteTraceAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    )

    /**
     * Reads the traces that match [query], the latest first unless the query sets another order.
     * Since Phoenix 13.15.
     *
     * ```
     * client.traces.getTraces(traceQuery { sessionIds = listOf("chat-7") }).toList()
     * ```
     *
     * Returns every trace once. Sessions that do not exist have no traces. Servers before Phoenix
     * 20.5 can page only through traces that are sorted by start time. With another
     * [TraceQuery.sort], reading past the first 1,000 traces throws
     * [PhoenixException.ServerTooOld].
     *
     * @param project null for the project of the settings
     * @param limit the most traces to return; null for all
     * @param cursor where to continue, from a page or from [PhoenixException.readProgress]
     * @throws PhoenixException.NotFound if the project does not exist
     */
    public fun getTraces(
        query: TraceQuery = traceQuery(),
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredTrace>

    /**
     * Reads one page of [getTraces].
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most traces on the page, 1 to 1,000
     */
    public suspend fun getTracesPage(
        query: TraceQuery = traceQuery(),
        project: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredTrace>

    /**
     * Deletes a trace with its spans and all their annotations. Its session stays. Since Phoenix
     * 11.18.
     *
     * A request without a clear response is repeated, for example after a broken connection or a
     * proxy's 503. If the repeat finds no such trace, the call succeeds, although the trace may
     * never have existed.
     *
     * @param traceId the trace id from the tracer, or Phoenix's own id
     * @throws PhoenixException.NotFound if there is no such trace
     */
    public suspend fun delete(traceId: String)

    /**
     * Deletes the traces of a project that start within [window], with their spans and all their
     * annotations. A session that loses its last trace is deleted too. Phoenix does not report how
     * many traces it deleted. Since Phoenix 20.6.
     *
     * @param project required: the project of the settings is never used
     * @throws PhoenixException.NotFound if the project does not exist
     */
    public suspend fun deleteInWindow(project: String, window: DeleteWindow)

    /**
     * Moves traces to another project, with their spans and annotations. Phoenix moves all of them
     * or none. Moving a trace to the project that it is already in is not an error. Since Phoenix
     * 20.1.
     *
     * @param traceIds trace ids from the tracer, or Phoenix's own ids; all of one project
     * @param destinationProject must exist
     * @throws PhoenixException.NotFound if the project or one of the traces does not exist
     * @throws PhoenixException.Rejected if the traces belong to several projects
     * @throws IllegalArgumentException if [traceIds] is empty
     */
    public suspend fun transfer(
        traceIds: Collection<String>,
        destinationProject: String,
    ): TransferredTraces
}
