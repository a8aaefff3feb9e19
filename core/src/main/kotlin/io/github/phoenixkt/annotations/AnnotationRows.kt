package io.github.phoenixkt.annotations

/**
 * Annotations to write, seen by row number. A list and a data frame both look like this, so that
 * there is one check and one encoding for both; columns are read where they are and no object is
 * made per row.
 *
 * Every function takes a row number from 0 to [size] − 1, may be called any number of times and
 * must give the same answer each time.
 */
public interface AnnotationRows {
    public val size: Int

    public fun level(row: Int): AnnotationLevel

    public fun targetId(row: Int): String?

    /** Null except for documents. */
    public fun documentPosition(row: Int): Int?

    public fun name(row: Int): String?

    public fun annotatorKind(row: Int): AnnotatorKind?

    public fun label(row: Int): String?

    public fun score(row: Int): Double?

    public fun explanation(row: Int): String?

    public fun metadata(row: Int): Map<String, Any?>?

    public fun identifier(row: Int): String?

    public companion object {
        /** A view of [annotations]; the list must not change while it is being sent. */
        @JvmStatic
        public fun of(annotations: List<AnnotationData>): AnnotationRows = ListRows(annotations)
    }
}

private class ListRows(private val annotations: List<AnnotationData>) : AnnotationRows {
    override val size: Int
        get() = annotations.size

    override fun level(row: Int) = annotations[row].level

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
