package io.github.phoenixkt.annotations

/**
 * Why one row cannot be sent.
 *
 * @property row the number of the row, from 0, in what was given
 * @property targetId the row's span, trace or session id, when it has one
 * @property field the field at fault: `span_id`, `name`, `score`, `metadata.tags[3]`
 * @property value what stood there, shortened, or null
 * @property reason what is wrong
 * @property hint what to do about it, or null
 */
public class AnnotationProblem(
    public val row: Int,
    public val targetId: String?,
    public val field: String,
    public val value: String?,
    public val reason: String,
    public val hint: String?,
) {
    override fun toString(): String = buildString {
        append("row ").append(row)
        if (targetId != null) append(" (").append(targetId.forMessage()).append(')')
        append(": ").append(field).append(' ').append(reason)
        if (value != null) append(" (it is \"").append(value).append("\")")
        if (hint != null) append("; ").append(hint)
    }
}

/**
 * Rows that cannot be sent; **nothing** was sent, and of a stream nothing from the row on that the
 * message names. The message names the first ten; [problems] has all, in row order.
 *
 * @property problems what is wrong with the rows
 */
public class InvalidAnnotationsException
internal constructor(public val problems: List<AnnotationProblem>, what: String) :
    IllegalArgumentException(what + describe(problems)) {
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

private fun describe(problems: List<AnnotationProblem>): String = buildString {
    problems.take(NAMED_IN_MESSAGE).forEach { append("\n  ").append(it) }
    val rest = problems.drop(NAMED_IN_MESSAGE)
    if (rest.isNotEmpty()) {
        val counts =
            rest
                .groupingBy { it.field }
                .eachCount()
                .entries
                .joinToString { "${it.key}: ${it.value}" }
        append("\n  and ${rest.size} more ($counts)")
    }
}
