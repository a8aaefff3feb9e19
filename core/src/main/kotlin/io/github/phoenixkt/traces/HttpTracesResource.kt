package io.github.phoenixkt.traces

import io.github.phoenixkt.Page
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

internal class HttpTracesResource(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    traceAnnotations: TraceAnnotationWriter,
) : TracesResource, TraceAnnotationWriter by traceAnnotations {
    private val traceReader = TraceReader(transport)

    override fun getTraceAnnotations(
        query: AnnotationQuery,
        project: String?,
        limit: Int?,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.TRACE, query, project, limit)

    override suspend fun getTraceAnnotationsPage(
        query: AnnotationQuery,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotation> = reader.page(TargetKind.TRACE, query, project, cursor, limit)

    override suspend fun deleteTraceAnnotations(
        project: String,
        range: DeleteRange,
        name: String?,
        identifier: String?,
        annotatorKind: AnnotatorKind?,
    ): Unit = deleter.delete(TargetKind.TRACE, project, range, name, identifier, annotatorKind)

    override fun getTraces(
        query: TraceQuery,
        project: String?,
        limit: Int?,
        cursor: String?,
    ): Flow<StoredTrace> = traceReader.flow(query, project, limit, cursor)

    override suspend fun getTracesPage(
        query: TraceQuery,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredTrace> = traceReader.page(query, project, cursor, PageRequest(limit))

    override suspend fun delete(traceId: String) {
        val id = requirePresent("traceId", traceId)
        transport.send(deletionOf("traces", id, Capability.DELETE_TRACES))
    }

    override suspend fun deleteInWindow(project: String, window: DeleteWindow) {
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

    override suspend fun transfer(
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
