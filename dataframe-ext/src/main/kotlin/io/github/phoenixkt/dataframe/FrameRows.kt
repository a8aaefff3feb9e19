package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.TargetKind

/**
 * How rows were read of a frame, so that they can be found in it again.
 *
 * @property nameGiven whether one name was given for all rows, and no column of names was read
 * @property outside ids that no column had
 */
internal class FrameOrigin(
    val targets: AnnotationTargets<*>,
    val nameGiven: Boolean,
    val outside: OutsideKeys?,
)

/** Annotations whose fields were read from the columns of a frame, each column once. */
internal class FrameRows(
    override val size: Int,
    val origin: FrameOrigin,
    private val targetIds: List<String?>,
    private val positions: List<Int?>?,
    private val names: List<String?>,
    private val kinds: List<AnnotatorKind?>,
    private val labels: List<String?>?,
    private val scores: List<Double?>?,
    private val explanations: List<String?>?,
    private val metadata: List<Map<String, Any?>?>?,
    private val identifiers: List<String?>?,
    private val problems: Map<Int, List<AnnotationProblem>>,
) : AnnotationRows {
    override fun targetKind(row: Int): TargetKind = origin.targets.targetKind

    override fun targetId(row: Int) = targetIds[row]

    override fun documentPosition(row: Int) = positions?.get(row)

    override fun name(row: Int) = names[row]

    override fun annotatorKind(row: Int) = kinds[row]

    override fun label(row: Int) = labels?.get(row)

    override fun score(row: Int) = scores?.get(row)

    override fun explanation(row: Int) = explanations?.get(row)

    override fun metadata(row: Int) = metadata?.get(row)

    override fun identifier(row: Int) = identifiers?.get(row)

    override fun problems(row: Int) = problems[row].orEmpty()
}
