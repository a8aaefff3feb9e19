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
 * Required are the ids, a name and a kind (each from a column, or one for all rows; there is no
 * default for the kind), and at least one of `label`, `score` and `explanation`. Other columns are
 * ignored. Each column is read once, now.
 *
 * A frame without rows is no annotations, whatever its columns.
 *
 * Null, NaN and blank text mean absent in every column. A text is a text: `"NaN"` and `"None"` in a
 * column of texts are labels like any other, only as a score is the text `nan` absent.
 *
 * **Files.** DataFrame's readers understand texts before they come here. Where the text itself
 * counts, tell them:
 * ```
 * DataFrame.readCSV(
 *     file,
 *     colTypes = mapOf("span_id" to ColType.String, "label" to ColType.String, "identifier" to ColType.String),
 *     parserOptions = ParserOptions(nullStrings = setOf("", "NA", "null", "NaN", "None")),
 * )
 * ```
 * - Without `colTypes` the CSV reader makes a flag of `yes`, a number of `007` (the identifiers
 *   `01` and `1` become one), `1h` of the label `60m`, a date or an address of what looks like one,
 *   and, where the comma separates thousands, 5.0 of the score `0,5`. That cannot be seen here.
 *   Only numbers that have lost digits are refused: integers beyond 2^53 in a column of doubles.
 * - `NaN` in a column of texts is left a text, unless `nullStrings` names it.
 * - Of two columns of one name a reader renames the second (`label1`), which is then ignored.
 * - The JSON reader makes no difference between a key that is missing, null, an empty list or an
 *   empty object: none of them becomes metadata. Where a value is an object in one row, and a text,
 *   a number or a list in another, it adds columns `value` and `array`, which might be keys as
 *   well: such rows are refused. Read the file with `typeClashTactic =
 *   JSON.TypeClashTactic.ANY_COLUMNS`.
 *
 * Numbers in the text of a JSON object are taken as every reader of JSON takes them: integers by
 * all their digits, others as the nearest double.
 *
 * What is wrong with single rows is told when they are uploaded, together with what is wrong with
 * any other row, and `onInvalid` says whether they are skipped; see [AnnotationRows.problems]. A
 * column of which no cell can be read is a problem of each row.
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
 * The rows of all groups as annotations, group after group: the order of `groupBy.concat()`, which
 * is the frame to join a report to ([withOutcomes]). Where no column is named as
 * [AnnotationTargets] knows it and the frame is grouped by one column, that one has the ids. Ids
 * and positions may be keys that were computed, under the names of their columns. See
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
 * Rows by the ids of what they annotate, as annotations in the order of the map. The frame to join
 * a report to ([withOutcomes]) is `map.values.concat()`. See [toAnnotations] of a frame.
 */
public fun <T> Map<String, DataRow<T>>.toAnnotations(
    target: AnnotationTargets<T>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows =
    FrameReader(values.concat(), target, name, kind, OutsideKeys(column = null, keys.toList()))
        .read()
