package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationLevel
import org.jetbrains.kotlinx.dataframe.RowExpression

/**
 * What the rows of a frame annotate, and where their ids are.
 *
 * Without a `key`, ids are read from a column; each of its names may be flat (`context.span_id`) or
 * nested (a column group `context` with a column `span_id`). Where a frame has several of them,
 * they must agree in each row.
 *
 * |           | columns                                             |
 * |-----------|-----------------------------------------------------|
 * | spans     | `span_id`, `context.span_id`                        |
 * | documents | the same, and `document_position` or `position`     |
 * | traces    | `trace_id`, `context.trace_id`                      |
 * | sessions  | `session_id`, `attributes.session.id`, `session.id` |
 *
 * A `key` beats these columns:
 * ```
 * AnnotationTargets.spans { "my span" }
 * ```
 */
public class AnnotationTargets<T>
private constructor(
    internal val level: AnnotationLevel,
    internal val key: RowExpression<T, Any?>?,
    internal val position: RowExpression<T, Any?>?,
) {
    /** The field of the id, by its name in Phoenix. */
    internal val idField: String
        get() = idColumns.first()

    /** The names that the column with the ids may have. */
    internal val idColumns: List<String>
        get() =
            when (level) {
                AnnotationLevel.SPAN,
                AnnotationLevel.DOCUMENT -> listOf("span_id", "context.span_id")
                AnnotationLevel.TRACE -> listOf("trace_id", "context.trace_id")
                AnnotationLevel.SESSION ->
                    listOf("session_id", "attributes.session.id", "session.id")
            }

    /** The names that the column with the positions of documents may have. */
    internal val positionColumns: List<String>
        get() = listOf("document_position", "position")

    public companion object {
        /** The rows annotate spans; [key] gives the span id of a row. */
        public fun <T> spans(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(AnnotationLevel.SPAN, key, position = null)

        /**
         * The rows annotate retrieved documents of spans; [key] gives the span id of a row,
         * [position] which document of that span, from 0.
         */
        public fun <T> documents(
            key: RowExpression<T, Any?>? = null,
            position: RowExpression<T, Any?>? = null,
        ): AnnotationTargets<T> = AnnotationTargets(AnnotationLevel.DOCUMENT, key, position)

        /** The rows annotate traces; [key] gives the trace id of a row. */
        public fun <T> traces(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(AnnotationLevel.TRACE, key, position = null)

        /** The rows annotate sessions; [key] gives the session id of a row. */
        public fun <T> sessions(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(AnnotationLevel.SESSION, key, position = null)
    }
}
