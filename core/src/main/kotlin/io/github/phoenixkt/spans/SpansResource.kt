package io.github.phoenixkt.spans

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteRange
import io.github.phoenixkt.annotations.DocumentAnnotationWriter
import io.github.phoenixkt.annotations.SpanAnnotationWriter
import io.github.phoenixkt.annotations.StoredAnnotation
import java.time.Instant
import kotlinx.coroutines.flow.Flow

/**
 * Spans, and the annotations of spans and of their retrieved documents.
 *
 * A `project` parameter takes the project's name or its id. To decorate or mock this interface, see
 * [io.github.phoenixkt.PhoenixClient].
 */
public interface SpansResource : SpanAnnotationWriter, DocumentAnnotationWriter {
    /**
     * Reads annotations of spans, given the ids of the spans, the identifiers of the annotations,
     * or both. See [AnnotationQuery] for each parameter.
     *
     * ```
     * client.spans.getSpanAnnotations(listOf(spanId)).toList()
     * ```
     *
     * One request carries up to 100 ids, and the newest annotations of each request come first. A
     * span that does not exist has no annotations.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
     * @throws PhoenixException.NotFound if the project does not exist
     * @throws IllegalArgumentException if neither [spanIds] nor [identifiers] is given
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
     * Reads the annotations of spans that [query] selects. Order and errors are those of the other
     * `getSpanAnnotations`.
     *
     * @param project null for the project of the settings
     * @param limit the most annotations to return; null for all
     */
    public fun getSpanAnnotations(
        query: AnnotationQuery,
        project: String? = null,
        limit: Int? = null,
    ): Flow<StoredAnnotation>

    /**
     * Reads one page of the annotations of spans that [query] selects. A page can be empty although
     * more pages follow.
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most annotations on the page, 1 to 10,000
     */
    public suspend fun getSpanAnnotationsPage(
        query: AnnotationQuery,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<StoredAnnotation>

    /**
     * Deletes annotations of spans permanently. An annotation is deleted if it is in [range] and
     * matches every other argument that is given. Since Phoenix 15.4.
     *
     * Non-admins can delete only their own annotations. Phoenix reports neither what it kept nor
     * how many it deleted.
     *
     * @param project required: the project of the settings is never used
     * @param range a [io.github.phoenixkt.annotations.DeleteWindow], which goes by the time an
     *   annotation was first stored, or [io.github.phoenixkt.annotations.DeleteAll]
     * @param name only annotations of this name; null for all names
     * @param identifier only annotations with this identifier; null for all annotations
     * @param annotatorKind only annotations by this kind of annotator; null for all kinds
     * @throws PhoenixException.NotFound if the project does not exist
     * @throws IllegalArgumentException if [name] or [identifier] is blank
     */
    public suspend fun deleteSpanAnnotations(
        project: String,
        range: DeleteRange,
        name: String? = null,
        identifier: String? = null,
        annotatorKind: AnnotatorKind? = null,
    )

    /**
     * Creates spans. Spans normally come from a tracer; this is for imports and tests. Since
     * Phoenix 10.12.
     *
     * Phoenix stores all of the spans or none. It stores them in the background: a moment passes
     * before they can be read, or annotated with `sync`.
     *
     * The request is not repeated once it may have arrived. If no response comes, the client looks
     * for the spans (since Phoenix 19.6) for up to 10 seconds, within the time limit of the call.
     * The call fails if they do not appear, or if Phoenix has other contents under one of their
     * ids; the message then names these ids. Sending the spans again is safe: Phoenix refuses spans
     * that it already has.
     *
     * @param project null for the project of the settings. Phoenix creates a project that does not
     *   exist. Spans of a trace that exists go to the project of that trace.
     * @throws PhoenixException.SpansRejected if some spans are invalid or already stored. None of
     *   [spans] is stored then.
     * @throws PhoenixException.ServerError with status 503 if Phoenix has no room for more spans
     *   until it has stored those it received
     * @throws IllegalArgumentException if [spans] is empty, or two spans share an id
     */
    public suspend fun logSpans(spans: List<SpanData>, project: String? = null): LoggedSpans

    /**
     * Reads the spans that match [filter], the last stored first unless the filter sets another
     * order. Since Phoenix 10.6; some filters need a newer server, see [SpanFilter].
     *
     * ```
     * client.spans.getSpans(spanFilter { spanKinds = listOf("LLM") }, project = "chatbot").toList()
     * ```
     *
     * Returns every span once, except those that are stored while this reads. Spans are read in
     * pages of 1,000, or of [io.github.phoenixkt.CallOptions.pageSize]. A page that is too large
     * for the server, for a proxy or for [io.github.phoenixkt.PhoenixSettings.replyLimit] is read
     * again in halves. Ids of spans and traces that do not exist match nothing.
     *
     * @param project null for the project of the settings
     * @param limit the most spans to return; null for all
     * @param cursor where to continue, from a page or from [PhoenixException.readProgress]
     * @throws PhoenixException.NotFound if the project does not exist
     */
    public fun getSpans(
        filter: SpanFilter = spanFilter(),
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<StoredSpan>

    /**
     * Reads one page of [getSpans]. A page can be empty although more pages follow.
     *
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most spans on the page, 1 to 1,000
     */
    public suspend fun getSpansPage(
        filter: SpanFilter = spanFilter(),
        project: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredSpan>

    /**
     * Runs a [SpanQuery] and returns its rows, each as a map from column name to value. A value is
     * null if the row has none for that column. Since Phoenix 9.0.
     *
     * ```
     * val query = SpanQuery().where("annotations['correctness'].label == 'incorrect'")
     *     .select("name", "input.value")
     * client.spans.querySpans(query).collect { row -> println(row["input.value"]) }
     * ```
     *
     * Returns every row once. Rows that do not fit on one page are read in windows of the time at
     * which their spans started, the latest window first. Within a page the order is the server's:
     * the latest span first, but no particular order with `select`, `explode` or `concat`.
     *
     * Times are [Instant]s. Whole numbers in a column that also has nulls are decimals (`7.0`).
     *
     * @param startTime only spans that start at this time or later
     * @param endTime only spans that start before this time
     * @param project null for the project of the settings
     * @param limit the most rows to return; null for all. A limit of up to 1,000 takes one request,
     *   and the server chooses the rows.
     * @param cursor where to continue, from a page or from [PhoenixException.readProgress]
     * @throws PhoenixException.Rejected if the server does not understand the query
     * @throws PhoenixException.NotFound if the project does not exist
     * @throws PhoenixException.Forbidden if the API key belongs to a viewer
     */
    public fun querySpans(
        query: SpanQuery = SpanQuery(),
        startTime: Instant? = null,
        endTime: Instant? = null,
        project: String? = null,
        limit: Int? = null,
        cursor: String? = null,
    ): Flow<Map<String, Any?>>

    /**
     * Reads one page of [querySpans]. A page can be empty although more pages follow.
     *
     * @param startTime only spans that start at this time or later
     * @param endTime only spans that start before this time
     * @param project null for the project of the settings
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit 2 to 1,000. A page has fewer rows than this, unless more rows belong to spans
     *   that start in the same microsecond.
     */
    public suspend fun querySpansPage(
        query: SpanQuery = SpanQuery(),
        startTime: Instant? = null,
        endTime: Instant? = null,
        project: String? = null,
        cursor: String? = null,
        limit: Int = 1_000,
    ): Page<@JvmSuppressWildcards Map<String, Any?>>

    /**
     * Deletes a span and its annotations. Its child spans stay. Deleting the last span of a trace
     * deletes the trace. Since Phoenix 11.19.
     *
     * A request without a clear response is repeated, for example after a broken connection or a
     * proxy's 503. If the repeat finds no such span, the call succeeds, although the span may never
     * have existed.
     *
     * @param spanId the span id from the tracer, or Phoenix's own id
     * @throws PhoenixException.NotFound if there is no such span
     */
    public suspend fun delete(spanId: String)
}
