package io.github.phoenixkt.rows

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.findAllProblems
import io.github.phoenixkt.annotations.toAnnotationData
import io.github.phoenixkt.internal.InternalPhoenixApi

/** What was read of one row, where rows come one at a time. */
@InternalPhoenixApi
public class RowValues(
    private val targetKind: TargetKind,
    private val targetId: String?,
    private val documentPosition: Int?,
    private val name: String?,
    private val annotatorKind: AnnotatorKind?,
    private val label: String?,
    private val score: Double?,
    private val explanation: String?,
    private val metadata: Map<String, Any?>?,
    private val identifier: String?,
    private val problems: List<AnnotationProblem>,
) : AnnotationRows {
    override val size: Int
        get() = 1

    override fun targetKind(row: Int): TargetKind = targetKind

    override fun targetId(row: Int): String? = targetId

    override fun documentPosition(row: Int): Int? = documentPosition

    override fun name(row: Int): String? = name

    override fun annotatorKind(row: Int): AnnotatorKind? = annotatorKind

    override fun label(row: Int): String? = label

    override fun score(row: Int): Double? = score

    override fun explanation(row: Int): String? = explanation

    override fun metadata(row: Int): Map<String, Any?>? = metadata

    override fun identifier(row: Int): String? = identifier

    override fun problems(row: Int): List<AnnotationProblem> = problems

    /** Why the row cannot be sent: what its source found, and what the check of all rows finds. */
    public fun findProblems(): List<AnnotationProblem> = findAllProblems(this, 0)

    /** The row as an object; what is missing and required is empty. */
    public fun toAnnotationData(): AnnotationData = toAnnotationData(0)
}
