package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.forMessage

private const val LONGEST_FIELD = 200
private const val LONGEST_SENTENCE = 300

/**
 * Why one row cannot be sent.
 *
 * @param field the field at fault
 * @param value the value at fault
 * @property row the number of the row, from 0, in the list that was given; 0 for a single
 *   annotation
 * @property targetId the id of the row's span, trace or session, if it has one
 * @property reason what is wrong
 * @property hint what to do about it, or null
 * @property kind what sort of problem it is
 */
public class AnnotationProblem
internal constructor(
    public val row: Int,
    public val targetId: String?,
    field: String,
    value: String?,
    public val reason: String,
    public val hint: String?,
    public val kind: Kind,
    private val isAlone: Boolean,
) {
    @InternalPhoenixApi
    public constructor(
        row: Int,
        targetId: String?,
        field: String,
        value: String?,
        reason: String,
        hint: String?,
        kind: Kind = Kind.INVALID,
    ) : this(row, targetId, field, value, reason, hint, kind, isAlone = false)

    /** A sort of problem. The enum may grow: keep an `else` branch. */
    public enum class Kind {
        /** The row has no label, score or explanation, as rows of failed evaluations have none. */
        NO_RESULT,

        /** A required value is absent or blank. */
        MISSING,

        /** A value is there, but cannot be read or cannot be sent. */
        INVALID,

        /** A later row has the same name, target and identifier. */
        DUPLICATE,
    }

    /** The field at fault: `span_id`, `name`, `score`, `metadata.tags[3]`; shortened where long. */
    public val field: String = field.forMessage(LONGEST_FIELD)

    /** The value at fault, shortened and safe to print, or null. */
    public val value: String? = value?.forMessage()

    /** This problem with another number of its row. */
    internal fun ofRow(row: Int): AnnotationProblem =
        AnnotationProblem(row, targetId, field, value, reason, hint, kind)

    /** This problem with another way out. */
    internal fun orElse(remedy: String): AnnotationProblem {
        val hints = listOfNotNull(hint, remedy).joinToString(", or ")
        return AnnotationProblem(row, targetId, field, value, reason, hints, kind, isAlone)
    }

    /** A number would only puzzle the caller who gave one annotation. */
    private fun place(): String? {
        val id = targetId?.forMessage()
        return if (isAlone) id else "row $row" + if (id == null) "" else " ($id)"
    }

    /** The problem without its row, where rows have no numbers that mean anything to users. */
    @InternalPhoenixApi
    public fun describe(): String = buildString {
        append(field).append(' ').append(reason.forMessage(LONGEST_SENTENCE))
        if (value != null) append(" (it is \"").append(value).append("\")")
        if (hint != null) append("; ").append(hint.forMessage(LONGEST_SENTENCE))
    }

    override fun toString(): String = listOfNotNull(place(), describe()).joinToString(": ")
}

/**
 * Rows that cannot be sent. **Nothing** was sent; of a stream, nothing from the row on that the
 * message names. The message shows at most ten problems; [problems] has all, in row order.
 *
 * @property problems what is wrong with the rows
 */
public class InvalidAnnotationsException
internal constructor(public val problems: List<AnnotationProblem>, what: String) :
    IllegalArgumentException(describe(what, problems)) {
    public constructor(
        problems: List<AnnotationProblem>,
        rows: Int,
    ) : this(
        problems,
        if (rows == 1) "The annotation cannot be sent."
        else
            "${problems.distinctBy { it.row }.size} of $rows annotations cannot be sent; nothing was sent.",
    )
}

private const val NAMED_IN_MESSAGE = 10
private const val ROOM_FOR_NAMED = 1_500
private const val MOST_FIELDS = 8

private fun describe(what: String, problems: List<AnnotationProblem>): String {
    val named = mutableListOf<String>()
    var room = ROOM_FOR_NAMED
    for (problem in problems.take(NAMED_IN_MESSAGE)) {
        val line = "\n  $problem"
        room -= line.length
        if (room < 0 && named.isNotEmpty()) break
        named += line
    }
    val rest = problems.drop(named.size)
    val more = if (rest.isEmpty()) "" else "\n  and ${rest.size} more (${countByField(rest)})"
    return (named.joinToString("", what) + more).asMessage()
}

/** Without the places inside of metadata, of which each row may have another. */
private fun countByField(problems: List<AnnotationProblem>): String {
    val counts =
        problems
            .groupingBy { it.field.substringBefore('.').substringBefore('[').forMessage() }
            .eachCount()
            .entries
    val shown = counts.take(MOST_FIELDS).joinToString { "${it.key}: ${it.value}" }
    return if (counts.size <= MOST_FIELDS) shown
    else "$shown, others: ${counts.drop(MOST_FIELDS).sumOf { it.value }}"
}
