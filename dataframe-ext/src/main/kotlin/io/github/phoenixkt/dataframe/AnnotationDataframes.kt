package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DocumentAnnotationWriter
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.SpanAnnotationWriter
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TraceAnnotationWriter
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.traces.TracesResource
import org.jetbrains.kotlinx.dataframe.AnyFrame

/**
 * Writes the rows of a frame as annotations of spans, 100 per request. The whole frame is checked
 * before the first request; see [toAnnotations] for its columns. To learn the outcome of each row,
 * upload the rows instead.
 *
 * ```
 * client.spans.logSpanAnnotationsDataframe(evaluations, "correctness", AnnotatorKind.LLM)
 * ```
 *
 * Every row needs a name and a kind, given here or in a column. Unlike `addSpanAnnotation`, this
 * function has no default kind.
 *
 * @param annotationName the name of all rows, instead of a column `annotation_name` or `name`
 * @param annotatorKind the kind of all rows, instead of a column `annotator_kind`
 * @param sync whether to wait until the annotations are stored; otherwise they are queued, see
 *   [SpanAnnotationWriter]
 * @return with [sync] the stored annotations in the order of the rows, else null
 * @throws IllegalArgumentException if the frame has no rows or cannot be read, or if a row cannot
 *   be sent ([io.github.phoenixkt.annotations.InvalidAnnotationsException]); nothing was sent
 * @throws io.github.phoenixkt.PhoenixException.UploadException if some rows were not written; its
 *   report has the outcome of each
 */
public suspend fun SpanAnnotationWriter.logSpanAnnotationsDataframe(
    dataframe: AnyFrame,
    annotationName: String? = null,
    annotatorKind: AnnotatorKind? = null,
    sync: Boolean = false,
): List<InsertedAnnotation>? =
    logSpanAnnotations(
        dataframe
            .withRows()
            .toAnnotations(AnnotationTargets.spans(), annotationName, annotatorKind),
        sync,
    )

/**
 * Returns the annotations of spans as a frame.
 *
 * It has the columns that [logSpanAnnotationsDataframe] takes (`context.span_id`,
 * `annotation_name`, `annotator_kind`, `label`, `score`, `explanation`, `metadata`, `identifier`),
 * so that it can be changed and written again, and `id`, `created_at`, `updated_at`, `source` and
 * `user_id`. All of them are there even if there are no annotations. Metadata are maps whose text
 * is JSON, so they survive a CSV or JSON file.
 *
 * The ids have the name that they have in a frame of spans, so the two frames can be joined:
 * ```
 * val spans = client.spans.getSpansDataframe()
 * val annotations = client.spans.getSpanAnnotationsDataframe(spans)
 * spans.leftJoin(annotations)
 * ```
 *
 * The parameters are those of [SpansResource.getSpanAnnotations].
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    spanIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSpanAnnotations(
            spanIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame(TargetKind.SPAN)

/**
 * Returns the annotations of spans that match the [query] as a frame.
 *
 * @param project the name or id of the project; null for the project of the settings
 * @param limit the most annotations to return; null for all
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getSpanAnnotations(query, project, limit).toFrame(TargetKind.SPAN)

/**
 * Returns the annotations of the spans in a frame. The ids are read from the columns listed in
 * [AnnotationTargets]; rows without an id are ignored.
 *
 * @throws IllegalArgumentException if the frame has no such column, or an id is not text
 */
public suspend fun SpansResource.getSpanAnnotationsDataframe(
    spansDataframe: AnyFrame,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSpanAnnotationsDataframe(
        spanIds =
            FrameReader(spansDataframe, AnnotationTargets.spans(), name = null, kind = null)
                .readTargetIds(),
        includeAnnotationNames = includeAnnotationNames,
        excludeAnnotationNames = excludeAnnotationNames,
        project = project,
        limit = limit,
    )

/**
 * Writes the rows of a frame as annotations of retrieved documents, like
 * [logSpanAnnotationsDataframe]. Annotations of documents have no identifier.
 */
public suspend fun DocumentAnnotationWriter.logDocumentAnnotationsDataframe(
    dataframe: AnyFrame,
    annotationName: String? = null,
    annotatorKind: AnnotatorKind? = null,
    sync: Boolean = false,
): List<InsertedAnnotation>? =
    logDocumentAnnotations(
        dataframe
            .withRows()
            .toAnnotations(AnnotationTargets.documents(), annotationName, annotatorKind),
        sync,
    )

/** Writes the rows of a frame as annotations of traces, like [logSpanAnnotationsDataframe]. */
public suspend fun TraceAnnotationWriter.logTraceAnnotationsDataframe(
    dataframe: AnyFrame,
    annotationName: String? = null,
    annotatorKind: AnnotatorKind? = null,
    sync: Boolean = false,
): List<InsertedAnnotation>? =
    logTraceAnnotations(
        dataframe
            .withRows()
            .toAnnotations(AnnotationTargets.traces(), annotationName, annotatorKind),
        sync,
    )

/**
 * Returns the annotations of traces as a frame, like [getSpanAnnotationsDataframe]. The ids are in
 * the column `context.trace_id`.
 */
public suspend fun TracesResource.getTraceAnnotationsDataframe(
    traceIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getTraceAnnotations(
            traceIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame(TargetKind.TRACE)

/**
 * Returns the annotations of traces that match the [query] as a frame.
 *
 * @param project the name or id of the project; null for the project of the settings
 * @param limit the most annotations to return; null for all
 */
public suspend fun TracesResource.getTraceAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getTraceAnnotations(query, project, limit).toFrame(TargetKind.TRACE)

/** Writes the rows of a frame as annotations of sessions, like [logSpanAnnotationsDataframe]. */
public suspend fun SessionAnnotationWriter.logSessionAnnotationsDataframe(
    dataframe: AnyFrame,
    annotationName: String? = null,
    annotatorKind: AnnotatorKind? = null,
    sync: Boolean = false,
): List<InsertedAnnotation>? =
    logSessionAnnotations(
        dataframe
            .withRows()
            .toAnnotations(AnnotationTargets.sessions(), annotationName, annotatorKind),
        sync,
    )

/**
 * Returns the annotations of sessions as a frame, like [getSpanAnnotationsDataframe]. The ids are
 * in the column `session_id`, as in [getSessionsDataframe] and [withSessionIds].
 */
public suspend fun SessionsResource.getSessionAnnotationsDataframe(
    sessionIds: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    project: String? = null,
    limit: Int? = null,
): AnyFrame =
    getSessionAnnotations(
            sessionIds,
            identifiers,
            includeAnnotationNames,
            excludeAnnotationNames,
            project,
            limit,
        )
        .toFrame(TargetKind.SESSION)

/**
 * Returns the annotations of sessions that match the [query] as a frame.
 *
 * @param project the name or id of the project; null for the project of the settings
 * @param limit the most annotations to return; null for all
 */
public suspend fun SessionsResource.getSessionAnnotationsDataframe(
    query: AnnotationQuery,
    project: String? = null,
    limit: Int? = null,
): AnyFrame = getSessionAnnotations(query, project, limit).toFrame(TargetKind.SESSION)

private fun AnyFrame.withRows(): AnyFrame = also {
    require(rowsCount() > 0) { "dataframe has no rows: there are no annotations to log." }
}
