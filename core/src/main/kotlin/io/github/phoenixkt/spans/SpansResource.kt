package io.github.phoenixkt.spans

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotationReader
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

/** Spans, and the annotations of spans and of their retrieved documents. */
public class SpansResource
internal constructor(
    private val transport: Transport,
    private val reader: AnnotationReader,
    private val deleter: AnnotationDeleter,
    spanAnnotations: SpanAnnotationWriter,
    documentAnnotations: DocumentAnnotationWriter,
) : SpanAnnotationWriter by spanAnnotations, DocumentAnnotationWriter by documentAnnotations {
    private val spanReader = SpanReader(transport)

    /**
     * Annotations of spans, newest first within each hundred of ids. Ids that do not exist have no
     * annotations; an unknown project is an error. Needs at least one of [spanIds] and
     * [identifiers]; see [AnnotationQuery] for each parameter.
     *
     * ```
     * client.spans.getSpanAnnotations(listOf(spanId)).toList()
     * ```
     *
     * @param limit how many at most in all; null for all there are
     */
    public fun getSpanAnnotations(
        spanIds: Collection<String>? = null,
        identifiers: Collection<String>? = null,
        includeAnnotationNames: Collection<String>? = null,
        excludeAnnotationNames: Collection<String>? = null,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> =
        getSpanAnnotations(
            AnnotationQuery.builder()
                .ids(spanIds)
                .identifiers(identifiers)
                .includeAnnotationNames(includeAnnotationNames)
                .excludeAnnotationNames(excludeAnnotationNames)
                .build(),
            project,
            limit,
        )

    /**
     * The annotations of spans that the [query] asks for.
     *
     * @param project its name or id; null for that of the settings
     * @param limit how many at most in all; null for all there are
     */
    public fun getSpanAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation> = reader.flow(TargetKind.SPAN, query, project, limit)

    /**
     * One page of at most [limit] (1 to 10,000) annotations of spans; a page may be empty although
     * more follow.
     */
    public suspend fun getSpanAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation> = reader.page(TargetKind.SPAN, query, project, cursor, limit)

    /**
     * Deletes annotations of spans, for good. What is given besides [range] narrows it. Since
     * Phoenix 15.4.
     *
     * A window goes by when an annotation was first stored. Non-admins can delete only their own
     * annotations. Phoenix reports neither what it kept nor how many it deleted.
     *
     * @param project its name or id; never taken from the settings
     * @param range [io.github.phoenixkt.annotations.DeleteWindow] or
     *   [io.github.phoenixkt.annotations.DeleteAll]
     */
    public suspend fun deleteSpanAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    ): Unit = deleter.delete(TargetKind.SPAN, project, range, name, identifier, annotatorKind)

    /**
     * Creates spans, for imports and tests; normally a tracer does. Phoenix stores them in the
     * background: they can be read, and annotated with `sync`, a moment later. Since Phoenix 10.12.
     *
     * All or none. Not repeated once the request may have arrived: where no answer came, the spans
     * are looked for (since Phoenix 19.6) for up to 10 seconds within the time of the call, and
     * only if they do not appear, the call fails. To send them again is safe; those that were
     * stored after all are then refused as duplicates.
     *
     * @param project its name or id, made by Phoenix where there is none of that name; null for
     *   that of the settings. Spans of a trace that exists go to the project of that trace.
     * @throws PhoenixException.SpansRejected when some are stored already or invalid; none of
     *   [spans] is stored then
     * @throws PhoenixException.ServerError when Phoenix has more spans to store than it can hold
     *   (503)
     */
    public suspend fun logSpans(spans: List<SpanData>, project: String? = null): LoggedSpans =
        SpanLogger(transport).log(spans, project)

    /**
     * Spans, those that were stored last first unless the [filter] says otherwise. Since Phoenix
     * 10.6; some filters are newer, see [SpanFilter].
     *
     * All there are, each once; those stored meanwhile do not appear. They are read in pages of
     * 1,000, or of [io.github.phoenixkt.CallOptions.pageSize]; a page that is too much for the
     * server, a proxy or [io.github.phoenixkt.PhoenixSettings.replyLimit] is read in halves. Spans
     * and traces that do not exist have no spans; an unknown project is an error.
     *
     * ```
     * client.spans.getSpans(spanFilter { spanKinds = listOf("LLM") }, project = "chatbot").toList()
     * ```
     *
     * @param project its name or id; null for that of the settings
     * @param limit how many at most in all; null for all there are
     * @param cursor where to go on, from a page or from [PhoenixException.readProgress]
     */
    public fun getSpans(
        filter: SpanFilter = spanFilter(),
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredSpan> = spanReader.flow(filter, project, limit, cursor)

    /**
     * One page of at most [limit] (1 to 1,000) spans; a page may be empty although more follow. See
     * [getSpans].
     */
    public suspend fun getSpansPage(
        filter: SpanFilter = spanFilter(),
        project: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredSpan> = spanReader.page(filter, project, cursor, PageRequest(limit))

    /**
     * What a [SpanQuery] finds: one map for each row, with the names of its columns; a column is
     * null where a row has no value for it. Since Phoenix 9.0.
     *
     * All rows, each once, however many: where the server has more than fit one page, they are read
     * by the time that their spans started, later spans first. Within a page the order is the
     * server's: without `select`, `explode` and `concat` later spans come first, with them it has
     * none. Times are [Instant]; whole numbers in a column with gaps come as decimals (`7.0`). A
     * viewer's key may not query.
     *
     * ```
     * val query = SpanQuery().where("annotations['correctness'].label == 'incorrect'")
     *     .select("name", "input.value")
     * client.spans.querySpans(query).collect { row -> println(row["input.value"]) }
     * ```
     *
     * @param startTime of spans that start then or later
     * @param endTime of spans that start before then
     * @param project its name or id; null for that of the settings
     * @param limit how many rows at most in all; null for all there are. Up to 1,000 take one
     *   request, and it is the server that chooses them.
     * @param cursor where to go on, from a page or from [PhoenixException.readProgress]
     * @throws PhoenixException.Rejected when the server does not understand the query
     * @throws PhoenixException.NotFound when there is no such project
     */
    public fun querySpans(
        query: SpanQuery = SpanQuery(),
        startTime: Instant? = null,
        endTime: Instant? = null,
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<Map<String, Any?>> =
        SpanQueryReader(transport, query, startTime, endTime, project).flow(limit, cursor)

    /**
     * The rows of one page of [querySpans]. It has fewer than [limit] (2 to 1,000) rows, unless
     * more belong to spans that start at the same microsecond; it may be empty although more
     * follow.
     */
    public suspend fun querySpansPage(
        query: SpanQuery = SpanQuery(),
        startTime: Instant? = null,
        endTime: Instant? = null,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<@JvmSuppressWildcards Map<String, Any?>> =
        SpanQueryReader(transport, query, startTime, endTime, project)
            .page(cursor, PageRequest(limit))

    /**
     * Deletes a span with its annotations. Its children stay, and its trace goes with its last
     * span. Since Phoenix 11.19.
     *
     * @param spanId the id that the tracer knows, or Phoenix's own
     * @throws PhoenixException.NotFound when there is none
     */
    public suspend fun delete(spanId: String) {
        transport.send(
            deletionOf("spans", requirePresent("spanId", spanId), Capability.DELETE_SPANS)
        )
    }
}
