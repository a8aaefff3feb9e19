package io.github.phoenixkt.traces

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TraceAnnotationWriter
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.deletionOf
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

/** Traces, and the annotations of traces. */
public class TracesResource
internal constructor(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    traceAnnotations: TraceAnnotationWriter,
) : TraceAnnotationWriter by traceAnnotations {
    private val traceReader = TraceReader(transport)

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
     * The annotations of traces that the [query] asks for.
     *
     * @param project its name or id; null for that of the settings
     * @param limit how many at most in all; null for all there are
     */
    public fun getTraceAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.TRACE, query, project, limit)

    /**
     * One page of at most [limit] (1 to 10,000) annotations of traces; a page may be empty although
     * more follow.
     */
    public suspend fun getTraceAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation> = reader.page(TargetKind.TRACE, query, project, cursor, limit)

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
    ): Unit = deleter.delete(TargetKind.TRACE, project, range, name, identifier, annotatorKind)

    /**
     * Traces, the latest first unless the [query] says otherwise. Since Phoenix 13.15.
     *
     * All there are, each once, however many. Sessions that do not exist have no traces; an unknown
     * project is an error. Before Phoenix 20.5, more than 1,000 traces can be read in the order of
     * their time only ([PhoenixException.ServerTooOld] after the first page of another).
     *
     * ```
     * client.traces.getTraces(traceQuery { sessionIds = listOf("chat-7") }).toList()
     * ```
     *
     * @param project its name or id; null for that of the settings
     * @param limit how many at most in all; null for all there are
     * @param cursor where to go on, from a page or from [PhoenixException.readProgress]
     */
    public fun getTraces(
        query: TraceQuery = traceQuery(),
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredTrace> = traceReader.flow(query, project, limit, cursor)

    /** One page of at most [limit] (1 to 1,000) traces; see [getTraces]. */
    public suspend fun getTracesPage(
        query: TraceQuery = traceQuery(),
        project: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredTrace> = traceReader.page(query, project, cursor, PageRequest(limit))

    /**
     * Deletes a trace with its spans and all annotations; its session stays. Since Phoenix 11.18.
     *
     * @param traceId the id that the tracer knows, or Phoenix's own
     * @throws PhoenixException.NotFound when there is none
     */
    public suspend fun delete(traceId: String) {
        val id = requirePresent("traceId", traceId)
        transport.send(deletionOf("traces", id, Capability.DELETE_TRACES))
    }

    /**
     * Deletes the traces of a project that start within a window, with their spans and all
     * annotations, and the sessions that lose their last trace. Phoenix does not say how many.
     * Since Phoenix 20.6.
     *
     * @param project its name or id; never taken from the settings
     */
    public suspend fun deleteInWindow(project: String, window: DeleteWindow) {
        transport.send(
            ApiRequest.delete(
                "v1",
                "projects",
                project,
                "traces",
                query = window.query,
                requires = Capability.DELETE_TRACES_IN_WINDOW,
            )
        )
    }

    /**
     * Moves traces, with their spans and annotations, to another project. All or none: a trace that
     * does not exist stops it. Traces that are there already may be moved again. Since Phoenix
     * 20.1.
     *
     * @param traceIds the ids that the tracer knows, or Phoenix's own; all of one project
     * @param destinationProject its name or id; it must exist
     * @throws PhoenixException.NotFound when there is no such project, or one of the traces is
     *   missing
     * @throws PhoenixException.Rejected when the traces are of several projects
     */
    public suspend fun transfer(
        traceIds: Collection<String>,
        destinationProject: String,
    ): TransferredTraces {
        require(traceIds.isNotEmpty()) { "There are no traces to move: the list is empty." }
        val ids = traceIds.map { requirePresent("One of the trace ids", it) }.distinct()
        val destination = requirePresent("destinationProject", destinationProject)
        val body = buildJsonObject {
            putJsonArray("trace_identifiers") { ids.forEach { add(it) } }
            put("destination_project_identifier", destination)
        }
        val request =
            ApiRequest.post(
                "v1",
                "traces",
                "transfer",
                body = JsonBody.encode(body),
                requires = Capability.TRANSFER_TRACES,
            )
        return transport.send(request).decode(TransferBody.serializer()).data.toTransferred()
    }
}
