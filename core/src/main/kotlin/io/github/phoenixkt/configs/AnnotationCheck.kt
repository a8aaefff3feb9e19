package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.internal.NOT_FINITE
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull

/**
 * The result of checking an annotation against a config.
 *
 * @property annotation the annotation that was checked. If it had no score, it has the score of its
 *   label.
 * @property problems where the annotation does not follow the config; empty if it does. Phoenix
 *   accepts the annotation in either case.
 */
public class AnnotationCheck
internal constructor(
    public val annotation: AnnotationData,
    public val problems: List<AnnotationProblem>,
) {
    /** Whether the annotation follows the config. */
    public val fits: Boolean
        get() = problems.isEmpty()

    override fun toString(): String = if (fits) "fits" else problems.joinToString("; ").asMessage()
}

internal fun checkLabel(
    config: CategoricalAnnotationConfig,
    annotation: AnnotationData,
): AnnotationCheck {
    val label = annotation.label.presentOrNull()
    val score = annotation.score
    val known = config.values.find { it.label.presentOrNull() == label }
    val hint = "use one of ${config.values.map { it.label }.forMessage()}"
    return when {
        score != null && !score.isFinite() -> annotation.with(annotation.unfinishedScore())
        label == null -> annotation.with(problem(annotation, "label", null, "is missing", hint))
        known == null ->
            annotation.with(
                problem(
                    annotation,
                    "label",
                    label,
                    "is not in the config \"${config.name.forMessage()}\"",
                    hint,
                )
            )
        score == null -> annotation.withScore(known.score).with(null)
        known.score != null && known.score != score ->
            annotation.with(
                problem(
                    annotation,
                    "score",
                    score,
                    "is not the score of ${label.forMessage()}",
                    "leave it out, or use ${known.score}",
                )
            )
        else -> annotation.with(null)
    }
}

internal fun checkScore(
    config: ContinuousAnnotationConfig,
    annotation: AnnotationData,
): AnnotationCheck {
    val bounds = Bounds(config.name, config.lowerBound, config.upperBound)
    val problem =
        if (annotation.score != null) bounds.problem(annotation)
        else problem(annotation, "score", null, "is missing", bounds.hint)
    return annotation.with(problem)
}

/** The score is optional. */
internal fun checkText(
    config: FreeformAnnotationConfig,
    annotation: AnnotationData,
): AnnotationCheck {
    val missing =
        if (annotation.explanation.presentOrNull() != null) null
        else problem(annotation, "explanation", null, "is missing", "add one")
    val bounds = Bounds(config.name, config.lowerBound, config.upperBound)
    return AnnotationCheck(annotation, listOfNotNull(missing, bounds.problem(annotation)))
}

private class Bounds(val config: String, val lower: Double?, val upper: Double?) {
    val hint: String
        get() = "give a score from ${lower ?: "−∞"} to ${upper ?: "∞"}"

    /** What is wrong with the score of [annotation], if it has one. */
    fun problem(annotation: AnnotationData): AnnotationProblem? {
        val score = annotation.score ?: return null
        if (!score.isFinite()) return annotation.unfinishedScore()
        val inside = score >= (lower ?: score) && score <= (upper ?: score)
        return if (inside) null
        else
            problem(
                annotation,
                "score",
                score,
                "is outside the config \"${config.forMessage()}\"",
                hint,
            )
    }
}

/** The same words as in the check before sending. */
private fun AnnotationData.unfinishedScore() =
    problem(this, "score", score, NOT_FINITE, "leave it out, or send a number")

private fun AnnotationData.with(problem: AnnotationProblem?) =
    AnnotationCheck(this, listOfNotNull(problem))

private fun problem(
    annotation: AnnotationData,
    field: String,
    value: Any?,
    reason: String,
    hint: String,
) =
    AnnotationProblem(
        row = 0,
        annotation.targetId,
        field,
        value?.toString(),
        reason,
        hint,
        AnnotationProblem.Kind.INVALID,
        isAlone = true,
    )
