package io.github.phoenixkt.spans

import io.github.phoenixkt.Page
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationsResource
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.DocumentAnnotationWriter
import io.github.phoenixkt.annotations.SpanAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.deletionOf
import java.time.Instant
import kotlinx.coroutines.flow.Flow

internal class HttpSpansResource(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    annotations: AnnotationsResource,
) : SpansResource, SpanAnnotationWriter by annotations, DocumentAnnotationWriter by annotations {
    private val spanReader = SpanReader(transport)

    override fun getSpanAnnotations(
        query: AnnotationQuery,
        project: String?,
        limit: Int?,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.SPAN, query, project, limit)

    override suspend fun getSpanAnnotationsPage(
        query: AnnotationQuery,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotation> = reader.page(TargetKind.SPAN, query, project, cursor, limit)

    override suspend fun deleteSpanAnnotations(
        project: String,
        range: DeleteRange,
        name: String?,
        identifier: String?,
        annotatorKind: AnnotatorKind?,
    ): Unit = deleter.delete(TargetKind.SPAN, project, range, name, identifier, annotatorKind)

    override suspend fun logSpans(spans: List<SpanData>, project: String?): LoggedSpans =
        SpanLogger(transport).log(spans, project)

    override fun getSpans(
        filter: SpanFilter,
        project: String?,
        limit: Int?,
        cursor: String?,
    ): Flow<StoredSpan> = spanReader.flow(filter, project, limit, cursor)

    override suspend fun getSpansPage(
        filter: SpanFilter,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredSpan> = spanReader.page(filter, project, cursor, PageRequest(limit))

    override fun querySpans(
        query: SpanQuery,
        startTime: Instant?,
        endTime: Instant?,
        project: String?,
        limit: Int?,
        cursor: String?,
    ): Flow<Map<String, Any?>> =
        SpanQueryReader(transport, query, startTime, endTime, project).flow(limit, cursor)

    override suspend fun querySpansPage(
        query: SpanQuery,
        startTime: Instant?,
        endTime: Instant?,
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<@JvmSuppressWildcards Map<String, Any?>> =
        SpanQueryReader(transport, query, startTime, endTime, project)
            .page(cursor, PageRequest(limit))

    override suspend fun delete(spanId: String) {
        transport.send(
            deletionOf("spans", requirePresent("spanId", spanId), Capability.DELETE_SPANS)
        )
    }
}
