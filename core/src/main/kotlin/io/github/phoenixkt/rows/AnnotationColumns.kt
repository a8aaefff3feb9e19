@file:JvmName("AnnotationColumns")

package io.github.phoenixkt.rows

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.textOf

/** The names of the column with the positions of documents. */
@InternalPhoenixApi
public val POSITION_COLUMNS: List<String> = listOf("document_position", "position")

/** The columns of which a table of annotations must have one. */
@InternalPhoenixApi
public val RESULT_COLUMNS: List<String> = listOf("label", "score", "explanation")

/** The columns that only a table of stored annotations has. */
@InternalPhoenixApi
public val STORED_COLUMNS: List<String> = listOf("id", "created_at", "updated_at", "source")

/** What is said of a table without any of [RESULT_COLUMNS]. */
@InternalPhoenixApi
public const val NO_RESULT_COLUMN: String =
    "There is no column label, score or explanation: give at least one."

/** What is said of a table that does not tell who judged. */
@InternalPhoenixApi
public val NO_KIND_COLUMN: String =
    "The annotations have no kind: add a column annotator_kind with " +
        "${AnnotatorKind.entries.joinToString()}, or pass one kind for all."

/**
 * The column with the names of the annotations. The column `name` of a table of spans has the names
 * of the spans.
 *
 * @param columns the names of all columns
 * @param hasTargetId whether there is a column with the id of a span or a trace as spans have it
 * @param tell takes why there is none
 */
@InternalPhoenixApi
public fun findNameColumn(
    columns: Collection<String>,
    hasTargetId: Boolean,
    tell: (String) -> Unit,
): String? {
    val ofSpans = "span_kind" in columns && hasTargetId
    val own = NAMES.filter { it in columns && !(it == "name" && ofSpans) }
    when (own.size) {
        1 -> return own.single()
        0 -> {
            val spans = if ("name" in columns) " (its column name has the names of spans)" else ""
            tell(
                "The annotations have no name$spans: add a column annotation_name, or pass one name for all."
            )
        }
        else ->
            tell(
                "There are both a column annotation_name and a column name: keep one, or pass one name for all."
            )
    }
    return null
}

private val NAMES = listOf("annotation_name", "name")

/** What is wrong with a value of one row. */
@InternalPhoenixApi
public fun interface ValueProblem {
    /** Takes the problem. */
    public fun tell(value: String, reason: String, hint: String)
}

/**
 * The value that the columns of one row agree on.
 *
 * @param columns the names of the columns
 * @param values the value of the row in each
 * @param differ is told if they do not agree
 */
@InternalPhoenixApi
public fun <V : Any> findAgreeing(
    columns: List<String>,
    values: List<V?>,
    differ: ValueProblem,
): V? {
    val present = values.indices.filter { values[it].isPresent() }
    if (present.distinctBy { values[it].trimmed() }.size > 1) {
        val shown = present.map { textOf(checkNotNull(values[it])).forMessage() }.distinct()
        differ.tell(
            shown.joinToString(" and "),
            "differs between the columns ${present.joinToString(" and ") { columns[it] }}",
            "keep one column",
        )
    }
    return present.firstOrNull()?.let(values::get) ?: values.firstOrNull { it != null }
}

/** Whether a value is there: not null, and no blank text. */
@InternalPhoenixApi
@JvmSynthetic
public fun Any?.isPresent(): Boolean = this != null && !(this is String && presentOrNull() == null)

private fun Any?.trimmed() = if (this is String) presentOrNull() else this

/** Tells if the key of a stored annotation would change when it is written again. */
@InternalPhoenixApi
public fun checkUntrimmed(value: String?, problem: ValueProblem) {
    if (value.orEmpty() == value.presentOrNull().orEmpty()) return
    problem.tell(
        "\"$value\"",
        "has white space around it in Phoenix, which writing trims: another annotation would appear beside the stored one",
        "leave the row out, or drop the column id to write a new annotation",
    )
}
