package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DocumentAnnotationWriter
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SessionAnnotationWriter
import io.github.phoenixkt.annotations.SpanAnnotationWriter
import io.github.phoenixkt.annotations.TraceAnnotationWriter
import org.jetbrains.kotlinx.dataframe.AnyFrame

/**
 * Writes the rows of a frame as annotations of spans, a hundred per request. The whole frame is
 * checked before the first is sent; see [toAnnotations] for its columns. To be told of each row
 * what became of it, upload the rows instead.
 *
 * ```
 * client.spans.logSpanAnnotationsDataframe(evaluations, "correctness", AnnotatorKind.LLM)
 * ```
 *
 * A name and a kind are required for every row, here or in a column; unlike `addSpanAnnotation`
 * this has no default for the kind.
 *
 * @param annotationName for all rows, instead of a column `annotation_name` or `name`
 * @param annotatorKind for all rows, instead of a column `annotator_kind`
 * @param sync whether to wait until the annotations are stored; otherwise they are queued, see
 *   [SpanAnnotationWriter]
 * @return with [sync] the stored annotations in the order of the rows, else null
 * @throws IllegalArgumentException when the frame has no rows or cannot be read, or some of its
 *   rows cannot be sent ([io.github.phoenixkt.annotations.InvalidAnnotationsException]); nothing
 *   was sent
 * @throws io.github.phoenixkt.PhoenixException.UploadException when not all were written; its
 *   report says which were
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
 * Writes the rows of a frame as annotations of retrieved documents; what
 * [logSpanAnnotationsDataframe] says holds here too. Documents have no identifier.
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

/**
 * Writes the rows of a frame as annotations of traces; what [logSpanAnnotationsDataframe] says
 * holds here too.
 */
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
 * Writes the rows of a frame as annotations of sessions; what [logSpanAnnotationsDataframe] says
 * holds here too.
 */
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

private fun AnyFrame.withRows(): AnyFrame = also {
    require(rowsCount() > 0) { "dataframe has no rows: there are no annotations to log." }
}
