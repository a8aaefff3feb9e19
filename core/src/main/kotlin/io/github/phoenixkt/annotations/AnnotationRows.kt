package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.snapshot

/**
 * Annotations to write, seen by row number. A list and a data frame both look like this, so that
 * there is one check and one encoding for both; columns are read where they are and no object is
 * made per row.
 *
 * Every function takes a row number from 0 to [size] − 1, may be called any number of times and
 * must give the same answer each time.
 */
public interface AnnotationRows {
    /** How many rows there are. */
    public val size: Int

    /** What the row is put on. */
    public fun targetKind(row: Int): TargetKind

    /** The span, trace or session id; null or blank when it is missing, which is a problem. */
    public fun targetId(row: Int): String?

    /** Null except for documents. */
    public fun documentPosition(row: Int): Int?

    /** What is judged; null or blank when it is missing, which is a problem. */
    public fun name(row: Int): String?

    /** Who judged; null when it is missing, which is a problem. */
    public fun annotatorKind(row: Int): AnnotatorKind?

    /** The category, or null. */
    public fun label(row: Int): String?

    /**
     * The score, or null; NaN counts as null, as a column of numbers has it. In an [AnnotationData]
     * it is a problem.
     */
    public fun score(row: Int): Double?

    /** The free text, or null. */
    public fun explanation(row: Int): String?

    /** Anything JSON can hold, or null. */
    public fun metadata(row: Int): Map<String, Any?>?

    /** What tells annotations of one name on one target apart, or null; null for documents. */
    public fun identifier(row: Int): String?

    /**
     * What is wrong with the row beyond what its values show, for instance a cell of the wrong
     * type.
     */
    public fun problems(row: Int): List<AnnotationProblem> = emptyList()

    public companion object {
        /** A view of [annotations]; the list must not change while it is being sent. */
        @JvmStatic
        public fun of(annotations: List<AnnotationData>): AnnotationRows = ListRows(annotations)
    }
}

private class ListRows(val annotations: List<AnnotationData>) : AnnotationRows {
    override val size: Int
        get() = annotations.size

    override fun targetKind(row: Int) = annotations[row].targetKind

    override fun targetId(row: Int) = annotations[row].targetId

    override fun documentPosition(row: Int) = annotations[row].documentPosition

    override fun name(row: Int) = annotations[row].name

    override fun annotatorKind(row: Int) = annotations[row].annotatorKind

    override fun label(row: Int) = annotations[row].label

    override fun score(row: Int) = annotations[row].score

    override fun explanation(row: Int) = annotations[row].explanation

    override fun metadata(row: Int) = annotations[row].metadata

    override fun identifier(row: Int) = annotations[row].identifier
}

/**
 * Whether NaN is a gap, as a column of numbers has it where a row has none. In an annotation that
 * someone has written down it is the result of a calculation that went wrong.
 */
internal val AnnotationRows.nanIsAbsent: Boolean
    get() = this !is ListRows

/** One row as an object of its own. */
internal fun AnnotationRows.toAnnotationData(row: Int): AnnotationData {
    (this as? ListRows)?.let {
        return it.annotations[row]
    }
    val kind = targetKind(row)
    val fields =
        AnnotationFields(
            name(row).orEmpty(),
            annotatorKind(row) ?: AnnotatorKind.HUMAN,
            label(row),
            score(row)?.takeUnless(Double::isNaN),
            explanation(row),
            metadata(row)?.let(::snapshot),
            identifier(row).takeIf { kind.supportsIdentifier },
        )
    return kind.toData(targetId(row).orEmpty(), documentPosition(row), fields)
}
