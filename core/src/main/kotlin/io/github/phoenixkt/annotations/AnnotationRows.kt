package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.snapshot

/**
 * Annotations to write, by row number. Both a list and a data frame can be seen in this way, so
 * that one check and one encoding serve both, and no object is made per row.
 *
 * Every function takes a row number from 0 to [size] − 1. It may be called any number of times and
 * must return the same value each time.
 */
public interface AnnotationRows {
    /** The number of rows. */
    public val size: Int

    /** What the row is put on. */
    public fun targetKind(row: Int): TargetKind

    /** The id of the span, trace or session. Null and blank are a problem: the id is missing. */
    public fun targetId(row: Int): String?

    /** The position of the retrieved document, from 0; null except for documents. */
    public fun documentPosition(row: Int): Int?

    /** What is judged. Null and blank are a problem: the name is missing. */
    public fun name(row: Int): String?

    /** Who judged. Null is a problem: the kind is missing. */
    public fun annotatorKind(row: Int): AnnotatorKind?

    /** The category, or null. */
    public fun label(row: Int): String?

    /**
     * The score, or null. NaN counts as null, since it marks a gap in a column of numbers. In an
     * [AnnotationData] NaN is a problem.
     */
    public fun score(row: Int): Double?

    /** The free text, or null. */
    public fun explanation(row: Int): String?

    /** Anything JSON can hold, or null. */
    public fun metadata(row: Int): Map<String, Any?>?

    /** Distinguishes annotations of one name on one target, or null; null for documents. */
    public fun identifier(row: Int): String?

    /**
     * The problems of the row that its values do not show, for instance a cell of the wrong type.
     */
    public fun problems(row: Int): List<AnnotationProblem> = emptyList()

    public companion object {
        /**
         * Returns rows with these [annotations]. Changing the list later does not change the rows.
         */
        @JvmStatic
        public fun of(annotations: List<AnnotationData>): AnnotationRows =
            ListRows(annotations.toList())
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
 * Whether NaN marks a gap, as in a column of numbers. In an [AnnotationData] it is the result of a
 * calculation that went wrong.
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
