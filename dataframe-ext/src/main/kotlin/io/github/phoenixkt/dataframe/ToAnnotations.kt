package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow
import org.jetbrains.kotlinx.dataframe.api.GroupBy
import org.jetbrains.kotlinx.dataframe.api.concat
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * The rows of this frame as annotations, to be uploaded:
 * ```
 * val rows = evaluations.toAnnotations(AnnotationTargets.spans(), "correctness", AnnotatorKind.LLM)
 * val report = client.annotations.upload(rows)
 * ```
 *
 * |column                              |what it may hold                                                        |
 * |------------------------------------|------------------------------------------------------------------------|
 * |the ids, see [AnnotationTargets]    |text                                                                    |
 * |`annotation_name` or `name`         |text; a frame of spans has the span's name in `name`, which is not taken|
 * |`annotator_kind`                    |`HUMAN`, `LLM` or `CODE`, in any case                                   |
 * |`label`, `explanation`, `identifier`|text, flags, numbers, enums, dates                                      |
 * |`score`                             |numbers, flags (1 and 0), text that is a number                         |
 * |`metadata` or `metadata.…`          |maps, nested columns or JSON objects as text; or one column per key     |
 *
 * At least one of `label`, `score` and `explanation` is required, others are ignored. Null, NaN and
 * blank text mean absent in every column. Each column is read once, now.
 *
 * DataFrame's reader of CSV turns `yes` into a flag, digits into numbers and some texts into dates
 * before they come here; where the text itself counts, name the column in `colTypes` as
 * `ColType.String`.
 *
 * What is wrong with single rows is told when they are uploaded, together with what is wrong with
 * any other row; see [AnnotationRows.problems].
 *
 * @param name for all rows, instead of a column
 * @param kind for all rows, instead of a column
 * @throws IllegalArgumentException when the frame as a whole cannot be read; the message names all
 *   reasons
 */
public fun <T> DataFrame<T>.toAnnotations(
    target: AnnotationTargets<T>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows = FrameReader(this, target, name, kind).read()

/**
 * The rows of all groups as annotations, group after group. Where no column is named as
 * [AnnotationTargets] knows it and the frame is grouped by one column, that one has the ids. See
 * [toAnnotations] of a frame.
 *
 * ```
 * frame.groupBy("question span").toAnnotations(AnnotationTargets.spans(), "relevance", AnnotatorKind.LLM)
 * ```
 */
public fun <T, G> GroupBy<T, G>.toAnnotations(
    target: AnnotationTargets<G>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows {
    val frame = withKeys(target)
    val key =
        keys.columns().singleOrNull()?.takeIf {
            target.idColumns.all { frame.columnsAt(it).isEmpty() }
        }
    val outside = key?.let { OutsideKeys(it.name(), repeated(it)) }
    return FrameReader(frame, target, name, kind, outside).read()
}

/** All rows, and of the keys that were computed those that say what a row annotates. */
private fun <T, G> GroupBy<T, G>.withKeys(target: AnnotationTargets<G>): DataFrame<G> {
    val frame = concat()
    val wanted = target.idColumns + target.positionColumns
    val added =
        keys
            .columns()
            .filter { it.name() in wanted && it.name() !in frame.columnNames() }
            .map { DataColumn.createByInference(it.name(), repeated(it)) }
    @Suppress("UNCHECKED_CAST")
    return if (added.isEmpty()) frame else dataFrameOf(frame.columns() + added) as DataFrame<G>
}

/** The key of its group for each row, group after group. */
private fun GroupBy<*, *>.repeated(key: AnyCol): List<Any?> =
    groups.toList().flatMapIndexed { group, rows -> List(rows.rowsCount()) { key[group] } }

/**
 * Rows by the ids of what they annotate, as annotations in the order of the map. See
 * [toAnnotations] of a frame.
 */
public fun <T> Map<String, DataRow<T>>.toAnnotations(
    target: AnnotationTargets<T>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows =
    FrameReader(values.concat(), target, name, kind, OutsideKeys(column = null, keys.toList()))
        .read()
