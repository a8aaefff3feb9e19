package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.rows.POSITION_COLUMNS
import org.jetbrains.kotlinx.dataframe.RowExpression

/**
 * Says what the rows of a frame annotate, and where their ids are.
 *
 * Without a `key`, the ids are read from one of the columns below. Each name may be flat
 * (`context.span_id`) or nested (a column `span_id` in the column group `context`). If a frame has
 * several of these columns, they must agree in each row.
 *
 * |           | columns                                             |
 * |-----------|-----------------------------------------------------|
 * | spans     | `span_id`, `context.span_id`                        |
 * | documents | the same, and `document_position` or `position`     |
 * | traces    | `trace_id`, `context.trace_id`                      |
 * | sessions  | `session_id`, `attributes.session.id`, `session.id` |
 *
 * A `key` is used instead of these columns. It returns the id of a row, from a column of another
 * name or computed from the row.
 *
 * ```
 * AnnotationTargets.spans { "my span"<String>() }
 * AnnotationTargets.sessions { "${"tenant"<String>()}/${"chat"<String>()}" }
 * ```
 *
 * A key that returns a constant text (`spans { "my span" }`) is refused, since it would put all
 * rows on one target. If that is what you want, add the text as a column. A row for which the key
 * throws cannot be sent, and is reported with the other rows that cannot be sent.
 */
public class AnnotationTargets<T>
private constructor(
    internal val targetKind: TargetKind,
    key: RowExpression<T, Any?>?,
    position: RowExpression<T, Any?>?,
) {
    internal val key: Selector<T>? = key?.let {
        Selector(it, idField, "key") { column ->
            "AnnotationTargets.${targetKind.word}s { \"${column.forMessage()}\"<String>() }"
        }
    }
    internal val position: Selector<T>? = position?.let {
        Selector(it, positionColumns.first(), "position") { column ->
            "AnnotationTargets.documents(position = { \"${column.forMessage()}\"<Int>() })"
        }
    }

    /** The field of the id, by its name in Phoenix. */
    internal val idField: String
        get() = idColumns.first()

    /** The names that the column with the ids may have. */
    internal val idColumns: List<String>
        get() = targetKind.idColumns

    /** The names that the column with the positions may have; none if rows have no position. */
    internal val positionColumns: List<String>
        get() = if (targetKind.hasPosition) POSITION_COLUMNS else emptyList()

    public companion object {
        internal fun <T> of(targetKind: TargetKind): AnnotationTargets<T> =
            AnnotationTargets(targetKind, key = null, position = null)

        /** The rows annotate spans; [key] returns the span id of a row. */
        public fun <T> spans(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.SPAN, key, position = null)

        /**
         * The rows annotate retrieved documents of spans. [position] returns the position of the
         * document in its span, from 0; [key], always the last lambda, returns the span id:
         * ```
         * AnnotationTargets.documents(position = { "rank"<Int>() - 1 }) { "my span"<String>() }
         * ```
         */
        public fun <T> documents(
            position: RowExpression<T, Any?>? = null,
            key: RowExpression<T, Any?>? = null,
        ): AnnotationTargets<T> = AnnotationTargets(TargetKind.DOCUMENT, key, position)

        /** The rows annotate traces; [key] returns the trace id of a row. */
        public fun <T> traces(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.TRACE, key, position = null)

        /** The rows annotate sessions; [key] returns the session id of a row. */
        public fun <T> sessions(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.SESSION, key, position = null)
    }
}
