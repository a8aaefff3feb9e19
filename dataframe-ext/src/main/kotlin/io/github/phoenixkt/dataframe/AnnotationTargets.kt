package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.forMessage
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
 * A `key` beats these columns. It gives the value of each row: of a column of another name, or
 * computed from the row.
 *
 * ```
 * AnnotationTargets.spans { "my span"<String>() }
 * AnnotationTargets.sessions { "${"tenant"<String>()}/${"chat"<String>()}" }
 * ```
 *
 * A text that is the same whatever the row holds (`spans { "my span" }`) is refused, since it would
 * put all rows on one target: where that is meant, add it as a column. A row for which the key
 * throws cannot be sent, and is told with the others that cannot.
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

        /** The rows annotate spans; [key] gives the span id of a row. */
        public fun <T> spans(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.SPAN, key, position = null)

        /**
         * The rows annotate retrieved documents of spans; [position] gives which document of its
         * span a row is about, from 0, and [key] the span id, as everywhere in the last lambda:
         * ```
         * AnnotationTargets.documents(position = { "rank"<Int>() - 1 }) { "my span"<String>() }
         * ```
         */
        public fun <T> documents(
            position: RowExpression<T, Any?>? = null,
            key: RowExpression<T, Any?>? = null,
        ): AnnotationTargets<T> = AnnotationTargets(TargetKind.DOCUMENT, key, position)

        /** The rows annotate traces; [key] gives the trace id of a row. */
        public fun <T> traces(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.TRACE, key, position = null)

        /** The rows annotate sessions; [key] gives the session id of a row. */
        public fun <T> sessions(key: RowExpression<T, Any?>? = null): AnnotationTargets<T> =
            AnnotationTargets(TargetKind.SESSION, key, position = null)
    }
}

private val POSITION_COLUMNS = listOf("document_position", "position")
