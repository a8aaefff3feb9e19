package io.github.phoenixkt.annotations

import io.github.phoenixkt.annotations.AnnotationProblem.Kind.INVALID
import io.github.phoenixkt.annotations.AnnotationProblem.Kind.MISSING
import io.github.phoenixkt.annotations.AnnotationProblem.Kind.NO_RESULT
import io.github.phoenixkt.internal.MOST_INDEXED_BYTES
import io.github.phoenixkt.internal.NOT_FINITE
import io.github.phoenixkt.internal.UNSTORABLE
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.findJsonValueProblem
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.indexOfUnstorable
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.textOf
import io.github.phoenixkt.internal.utf8Size

/** The problems of all rows, found by [RowCheck]. */
internal fun findProblems(rows: AnnotationRows): List<AnnotationProblem> {
    val check = RowCheck(rows)
    return (0 until rows.size).flatMap(check::problems)
}

/**
 * The same with the problems that the row's source found. They come first; that nothing is left of
 * that field, or of the result, is no news then.
 */
internal fun findAllProblems(
    rows: AnnotationRows,
    row: Int,
    check: RowCheck = RowCheck(rows),
): List<AnnotationProblem> {
    val own = rows.problems(row)
    val found = check.problems(row)
    if (own.isEmpty()) return found
    val told = own.map { it.field }
    return own + found.filterNot { it.kind == NO_RESULT || it.field in told }
}

/** The types of Phoenix's own ids. Of any other type, what looks like one may be a session's id. */
private val GLOBAL_ID_TYPES =
    setOf(
        "Project",
        "User",
        "CategoricalAnnotationConfig",
        "ContinuousAnnotationConfig",
        "FreeformAnnotationConfig",
    ) + TargetKind.entries.flatMap { it.globalIdTypes }

private const val IS_MISSING = "is missing"

/**
 * Finds what Phoenix would refuse or drop, or what would cost other rows of the same request,
 * before anything is sent. Used by one thread at a time.
 */
internal class RowCheck(private val rows: AnnotationRows) {
    private var row = 0
    private lateinit var targetKind: TargetKind
    private var found: MutableList<AnnotationProblem>? = null

    fun problems(row: Int): List<AnnotationProblem> {
        this.row = row
        targetKind = rows.targetKind(row)
        found = null
        checkTarget()
        checkName()
        if (rows.annotatorKind(row) == null)
            add("annotator_kind", null, IS_MISSING, "set it to HUMAN, LLM or CODE", MISSING)
        checkResult()
        checkMetadata()
        checkIdentifier()
        return found.orEmpty()
    }

    private fun checkTarget() {
        val id = required(targetKind.targetField, rows.targetId(row))
        val decoded = id?.let(::decodeGlobalId)
        if (decoded != null && decoded.substringBefore(':') in GLOBAL_ID_TYPES) {
            add(
                targetKind.targetField,
                id,
                "is Phoenix's own id ${decoded.forMessage()}, not a ${targetKind.noun} id",
                "use the ${targetKind.noun} id that the tracer knows",
            )
        }
        val position = rows.documentPosition(row)
        when {
            !targetKind.hasPosition -> return
            position == null ->
                add("document_position", null, IS_MISSING, "positions count from 0", MISSING)
            position < 0 ->
                add("document_position", position, "is negative", "positions count from 0")
        }
    }

    private fun checkName() {
        val name = required("name", rows.name(row))
        if (targetKind.reservesNote && name == TargetKind.NOTE_NAME) {
            val call = "add${targetKind.noun.replaceFirstChar(Char::uppercase)}Note"
            add("name", name, "is reserved for notes", "call $call to leave a note")
        }
    }

    private fun checkResult() {
        val given = rows.score(row)
        val score = if (rows.nanIsAbsent) given?.takeUnless(Double::isNaN) else given
        if (score != null && !score.isFinite())
            add("score", score, NOT_FINITE, "leave it out, or send a number")
        val label = storable("label", rows.label(row))
        val explanation = storable("explanation", rows.explanation(row))
        if (label == null && explanation == null && score == null) {
            val nan = if (given == null) "" else "NaN counts as absent; "
            val hint = "${nan}give at least one of label, score and explanation"
            add("result", null, "is empty", hint, NO_RESULT)
        }
    }

    private fun checkMetadata() {
        val problem = rows.metadata(row)?.let { findJsonValueProblem(it) } ?: return
        add("metadata${problem.path}", problem.value, problem.reason, problem.hint)
    }

    private fun checkIdentifier() {
        val identifier = storable("identifier", rows.identifier(row))
        if (identifier != null && !targetKind.supportsIdentifier) {
            add(
                "identifier",
                identifier,
                "is not supported for ${targetKind.word} annotations",
                "leave it out",
            )
        }
        val size =
            identifier.orEmpty().utf8Size() + rows.name(row).presentOrNull().orEmpty().utf8Size()
        // They are together in one index.
        if (size > MOST_INDEXED_BYTES) {
            val reason =
                "takes $size bytes with the identifier, more than the $MOST_INDEXED_BYTES that Phoenix can index"
            add("name", null, reason, "shorten them")
        }
    }

    private fun required(field: String, text: String?): String? {
        val present = storable(field, text)
        if (present == null)
            add(field, text, if (text == null) IS_MISSING else "is blank", hint = null, MISSING)
        return present
    }

    private fun storable(field: String, text: String?): String? {
        if (text != null && text.indexOfUnstorable() >= 0) add(field, text, UNSTORABLE, "remove it")
        return text.presentOrNull()
    }

    private fun add(
        field: String,
        value: Any?,
        reason: String,
        hint: String?,
        kind: AnnotationProblem.Kind = INVALID,
    ) {
        val id = rows.targetId(row).presentOrNull()
        val isAlone = rows.size == 1
        val problem =
            AnnotationProblem(row, id, field, value?.let(::textOf), reason, hint, kind, isAlone)
        (found ?: mutableListOf<AnnotationProblem>().also { found = it }) += problem
    }
}
