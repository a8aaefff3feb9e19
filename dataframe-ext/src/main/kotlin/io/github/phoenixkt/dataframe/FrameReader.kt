package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.rows.CellReader
import io.github.phoenixkt.rows.NO_KIND_COLUMN
import io.github.phoenixkt.rows.NO_RESULT_COLUMN
import io.github.phoenixkt.rows.RESULT_COLUMNS
import io.github.phoenixkt.rows.Refusals
import io.github.phoenixkt.rows.STORED_COLUMNS
import io.github.phoenixkt.rows.checkUntrimmed
import io.github.phoenixkt.rows.findAgreeing
import io.github.phoenixkt.rows.findNameColumn
import io.github.phoenixkt.rows.fromColumn
import io.github.phoenixkt.rows.isAbsent
import io.github.phoenixkt.rows.readId
import io.github.phoenixkt.rows.readKind
import io.github.phoenixkt.rows.readPosition
import io.github.phoenixkt.rows.readScore
import io.github.phoenixkt.rows.readText
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.ColumnsContainer
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.columns.ColumnGroup

/**
 * Ids that the columns do not have: keys of groups, then with the name of their column, or of a
 * map.
 */
internal class OutsideKeys(val column: String?, val values: List<Any?>)

/**
 * Reads a frame as annotations, and finds all that is wrong with it on the way.
 *
 * @param outside the ids of the rows where the columns have none
 */
internal class FrameReader<T>(
    private val frame: DataFrame<T>,
    private val targets: AnnotationTargets<T>,
    private val name: String?,
    private val kind: AnnotatorKind?,
    private val outside: OutsideKeys? = null,
) {
    private val size = frame.rowsCount()
    private val findings = Findings(size)

    fun read(): AnnotationRows {
        // Often without columns, too: a reader has seen no value that would tell of them.
        if (size == 0) return AnnotationRows.of(emptyList())
        val ids = readIds()
        val positions = readPositions()
        val names = readNames()
        val kinds = readKinds()
        val labels = readLabels()
        val scores = readScores()
        val explanations = readExplanations()
        if (RESULT_COLUMNS.none { it in frame.columnNames() }) findings.add(NO_RESULT_COLUMN)
        val metadata = readMetadata(frame, findings)
        val identifiers = readIdentifiers()
        findFailedEvaluations(labels, scores, explanations)
        checkStoredKeys(ids, names, identifiers)
        findings.requireReadableFrame(
            "The frame cannot be read as annotations of ${targets.targetKind.word}s; nothing was sent."
        )
        val problems = findings.problemsByRow { ids[it].presentOrNull() }
        return FrameRows(
            size,
            FrameOrigin(targets, name != null, outside),
            ids,
            positions,
            names,
            kinds,
            labels,
            scores,
            explanations,
            metadata,
            identifiers,
            problems,
        )
    }

    /** Only the ids, each once, to read what is stored of them. */
    fun readTargetIds(): List<String> {
        val ids = readIds()
        val word = targets.targetKind.word
        findings.requireReadableFrame("The frame does not say of which ${word}s to read.")
        val problems = findings.problemsByRow { ids[it] }.values.flatten()
        require(problems.isEmpty()) {
            problems
                .take(3)
                .joinToString("\n  ", "${problems.size} ids cannot be read:\n  ")
                .asMessage()
        }
        return ids.mapNotNull { it.presentOrNull() }.distinct()
    }

    fun hasIds() =
        targets.key != null ||
            outside != null ||
            targets.idColumns.any { frame.columnsAt(it).isNotEmpty() }

    fun readIds(): List<String?> {
        val field = targets.idField
        val key = targets.key?.select(frame, findings) ?: outside?.values
        if (key != null)
            return findings.read(field, fromSelector("key"), key::get, Refusals::readId)
        return readAgreeing(field, targets.idColumns, Refusals::readId)
            ?: missing("ids", targets.idColumns, "key")
    }

    fun readPositions(): List<Int?>? {
        val columns = targets.positionColumns
        val field = columns.firstOrNull() ?: return null
        val cells = targets.position?.select(frame, findings)
        if (cells != null) {
            val source = fromSelector("position")
            return findings.read(field, source, cells::get, Refusals::readPosition)
        }
        return readAgreeing(field, columns, Refusals::readPosition)
            ?: missing("positions of the documents", columns, "position")
    }

    fun readLabels() = readColumn("label", Refusals::readText)

    fun readScores() = readColumn("score", Refusals::readScore)

    fun readExplanations() = readColumn("explanation", Refusals::readText)

    fun readIdentifiers() = readColumn("identifier", Refusals::readText)

    private fun <V> missing(what: String, columns: List<String>, selector: String): List<V?> {
        findings.add(
            "There is no column with the $what: name it ${columns.joinToString(" or ")}, or pass " +
                "AnnotationTargets.${targets.targetKind.word}s($selector = { … }). The columns are ${describeColumns()}."
        )
        return List(size) { null }
    }

    private fun describeColumns() = frame.columnNames().forMessage().ifEmpty { "none" }

    /** One value per row from all columns of these names, where they agree; null without any. */
    private fun <V : Any> readAgreeing(
        field: String,
        columns: List<String>,
        reader: CellReader<V>,
    ): List<V?>? {
        val found = columns.flatMap { path ->
            frame.columnsAt(path).mapIndexed { index, column ->
                val name = if (index == 0) path else "$path (nested)"
                name to findings.read(field, fromColumn(path, field), column::get, reader)
            }
        }
        if (found.size <= 1) return found.firstOrNull()?.second
        val names = found.map { (name) -> name }
        return List(size) { row ->
            findAgreeing(names, found.map { (_, values) -> values[row] }) { value, reason, hint ->
                findings.add(row, field, value, reason, hint)
            }
        }
    }

    private fun readNames(): List<String?> {
        if (name != null) {
            if (name.isAbsentText()) findings.add("The name that was given is blank.")
            return List(size) { name }
        }
        return readNameColumn() ?: List(size) { null }
    }

    fun readNameColumn(): List<String?>? =
        nameColumn()?.let { column ->
            findings.read(
                "name",
                fromColumn(column, "name"),
                frame[column]::get,
                Refusals::readText,
            )
        }

    private fun nameColumn(): String? {
        // As getSpansDataframe makes them.
        val hasTargetId =
            listOf("context.span_id", "context.trace_id").any { frame.columnsAt(it).isNotEmpty() }
        return findNameColumn(frame.columnNames(), hasTargetId, findings::add)
    }

    private fun readKinds(): List<AnnotatorKind?> {
        if (kind != null) return List(size) { kind }
        readColumn("annotator_kind", Refusals::readKind)?.let {
            return it
        }
        findings.add(NO_KIND_COLUMN)
        return List(size) { null }
    }

    private fun <V> readColumn(name: String, reader: CellReader<V>): List<V?>? =
        frame.getColumnOrNull(name)?.let {
            findings.read(name, fromColumn(name, name), it::get, reader)
        }

    /** Rows of [evaluate] without a result have the error of the evaluator. */
    private fun findFailedEvaluations(
        labels: List<String?>?,
        scores: List<Double?>?,
        explanations: List<String?>?,
    ) {
        if (!frame.columnNames().containsAll(EVALUATED)) return
        val errors = frame[ERROR]
        for (row in 0 until size) {
            val hasResult =
                labels?.get(row).presentOrNull() != null ||
                    scores?.get(row) != null ||
                    explanations?.get(row).presentOrNull() != null
            val error = (errors[row] as? String).presentOrNull()
            if (hasResult || error == null) continue
            findings.add(
                row,
                "result",
                error,
                "is empty because the evaluator failed",
                "fix the evaluator or raise maxAttempts",
                AnnotationProblem.Kind.NO_RESULT,
            )
        }
    }

    /** A row that was read from Phoenix must come back to the row that it was. */
    private fun checkStoredKeys(
        ids: List<String?>,
        names: List<String?>,
        identifiers: List<String?>?,
    ) {
        if (!frame.columnNames().containsAll(STORED_COLUMNS)) return
        checkUntrimmed(targets.idField, ids)
        if (name == null) checkUntrimmed("name", names)
        if (identifiers != null) checkUntrimmed("identifier", identifiers)
    }

    private fun checkUntrimmed(field: String, values: List<String?>) {
        val stored = frame["id"]
        for ((row, value) in values.withIndex()) {
            if (isAbsent(stored[row])) continue
            checkUntrimmed(value) { shown, reason, hint ->
                findings.add(row, field, shown, reason, hint)
            }
        }
    }
}

private const val ERROR = "error"

/** What only a result of [evaluate] has. */
private val EVALUATED = listOf(ERROR, "attempts")

private fun String?.isAbsentText() = presentOrNull() == null

/** Every column that goes by a dotted name, flat (`a.b`) or nested (`b` in the group `a`). */
internal fun ColumnsContainer<*>.columnsAt(path: String): List<AnyCol> =
    listOfNotNull(getColumnOrNull(path)) +
        path.indices
            .filter { path[it] == '.' }
            .flatMap { dot ->
                val group = getColumnOrNull(path.take(dot)) as? ColumnGroup<*>
                group?.columnsAt(path.drop(dot + 1)).orEmpty()
            }
