package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.internal.forMessage
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow
import org.jetbrains.kotlinx.dataframe.api.GroupBy
import org.jetbrains.kotlinx.dataframe.api.concat
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Returns the rows of this frame as annotations, to be uploaded:
 * ```
 * val rows = evaluations.toAnnotations(AnnotationTargets.spans(), "correctness", AnnotatorKind.LLM)
 * val report = client.annotations.upload(rows, uploadOptions { onEmpty = BadRows.SKIP })
 * ```
 *
 * Evaluations that failed have no result. Without `onEmpty`, one such row stops the whole upload
 * before anything is sent.
 *
 * |column                              |what it may hold                                                         |
 * |------------------------------------|-------------------------------------------------------------------------|
 * |the ids, see [AnnotationTargets]    |text                                                                     |
 * |`annotation_name` or `name`         |text; in a frame of spans, `name` is the name of the span and is not used|
 * |`annotator_kind`                    |`HUMAN`, `LLM` or `CODE`, in any case                                    |
 * |`label`, `explanation`, `identifier`|text, booleans, numbers, enums, dates                                    |
 * |`score`                             |numbers, booleans (1 and 0), text that is a number                       |
 * |`metadata` or `metadata.…`          |maps, nested columns or JSON objects as text; or one column per key      |
 *
 * The ids, a name, a kind and at least one of `label`, `score` and `explanation` are required. The
 * name and the kind come from a column, or are given for all rows; the kind has no default. Other
 * columns are ignored. Each column is read once, when this function is called.
 *
 * A frame without rows gives no annotations, whatever its columns are.
 *
 * Null, NaN and blank text mean absent in every column. Other texts are values: `"NaN"` and
 * `"None"` in a column of texts are ordinary labels. Only as a score does the text `nan` mean
 * absent.
 *
 * **Files.** DataFrame's readers interpret texts before this function sees them. If the exact text
 * matters, tell the reader:
 * ```
 * DataFrame.readCSV(
 *     file,
 *     colTypes = mapOf("span_id" to ColType.String, "label" to ColType.String, "identifier" to ColType.String),
 *     parserOptions = ParserOptions(nullStrings = setOf("", "NA", "null", "NaN", "None")),
 * )
 * ```
 * - Without `colTypes`, the CSV reader turns `yes` into a boolean, `007` into a number (the
 *   identifiers `01` and `1` become the same), the label `60m` into `1h`, and texts that look like
 *   dates or addresses into those. If the comma separates thousands, it turns the score `0,5` into
 *   5.0. This function cannot detect that. It refuses only numbers that have lost digits: integers
 *   beyond 2^53 in a column of doubles.
 * - `NaN` in a column of texts stays a text, unless `nullStrings` contains it.
 * - If two columns have the same name, the reader renames the second (`label1`); it is then
 *   ignored.
 * - The JSON reader does not distinguish a missing key, null, an empty list and an empty object:
 *   none of them becomes metadata. If a value is an object in one row, and a text, a number or a
 *   list in another, the reader adds columns `value` and `array`, which could also be keys: such
 *   rows are refused. Read the file with `typeClashTactic = JSON.TypeClashTactic.ANY_COLUMNS`.
 *
 * Numbers in the text of a JSON object keep all digits if they are integers; other numbers become
 * the nearest double.
 *
 * Problems of single rows are reported when the rows are uploaded, together with all other
 * problems, and `onInvalid` decides whether such rows are skipped; see [AnnotationRows.problems].
 * If no cell of a column can be read, each row has that problem.
 *
 * @param name the name of all rows, instead of a column
 * @param kind the kind of all rows, instead of a column
 * @throws IllegalArgumentException if the frame as a whole cannot be read; the message has all
 *   reasons
 */
public fun <T> DataFrame<T>.toAnnotations(
    target: AnnotationTargets<T>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows = FrameReader(this, target, name, kind).read()

/**
 * Returns the rows of all groups as annotations, group after group. This is the order of
 * `groupBy.concat()`, the frame to which a report can be added ([withOutcomes]). If no column has a
 * name listed in [AnnotationTargets] and the frame is grouped by one column, that column has the
 * ids. Computed keys may have ids and positions, too, if they are named like their columns.
 * Otherwise like [toAnnotations] of a frame.
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
 * Returns the rows of a map, whose keys are the ids of the targets, as annotations in the order of
 * the map. The frame to which a report can be added ([withOutcomes]) is `map.values.concat()`.
 * Otherwise like [toAnnotations] of a frame. Rows without any column are refused.
 */
public fun <T> Map<String, DataRow<T>>.toAnnotations(
    target: AnnotationTargets<T>,
    name: String? = null,
    kind: AnnotatorKind? = null,
): AnnotationRows {
    // To concatenate such rows would drop them.
    val bare = entries.firstOrNull { it.value.df().columns().isEmpty() }
    require(bare == null) {
        "The row of ${bare?.key?.forMessage()} has no columns, so it cannot be read as an annotation; nothing was sent."
    }
    val rows = OutsideKeys(column = null, keys.toList())
    return FrameReader(values.concat(), target, name, kind, rows).read()
}
