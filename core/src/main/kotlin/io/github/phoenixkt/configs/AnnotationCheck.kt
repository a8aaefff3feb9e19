package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.presentOrNull

/**
 * An annotation held against a config.
 *
 * @property annotation what was checked, with the score of its label filled in where it had none
 * @property problems what does not fit; empty when all is well. Phoenix would take the annotation
 *   all the same.
 */
public class AnnotationCheck
internal constructor(
    public val annotation: AnnotationData,
    public val problems: List<AnnotationProblem>,
) {
    public val fits: Boolean
        get() = problems.isEmpty()

    override fun toString(): String = if (fits) "fits" else problems.joinToString("; ")
}

/** Holds [annotation] against this config without asking the server. */
public fun AnnotationConfig.check(annotation: AnnotationData): AnnotationCheck =
    when (this) {
        is CategoricalAnnotationConfig -> checkLabel(this, annotation)
        is ContinuousAnnotationConfig -> checkBounds(this, annotation)
        is FreeformAnnotationConfig -> checkText(annotation)
        is UnknownAnnotationConfig -> AnnotationCheck(annotation, emptyList())
    }

private fun checkLabel(
    config: CategoricalAnnotationConfig,
    annotation: AnnotationData,
): AnnotationCheck {
    val label = annotation.label.presentOrNull()
    val score = annotation.presentScore()
    val known = config.values.find { it.label == label }
    val hint = "use one of ${config.values.joinToString { it.label }}"
    return when {
        label == null -> annotation.with(problem(annotation, "label", null, "is missing", hint))
        known == null ->
            annotation.with(
                problem(annotation, "label", label, "is not in the config \"${config.name}\"", hint)
            )
        score == null -> annotation.withScore(known.score).with(null)
        known.score != null && known.score != score ->
            annotation.with(
                problem(
                    annotation,
                    "score",
                    score,
                    "is not the score of $label",
                    "leave it out, or use ${known.score}",
                )
            )
        else -> annotation.with(null)
    }
}

private fun checkBounds(
    config: ContinuousAnnotationConfig,
    annotation: AnnotationData,
): AnnotationCheck {
    val hint = "give a score from ${config.lowerBound ?: "−∞"} to ${config.upperBound ?: "∞"}"
    val score =
        annotation.presentScore()
            ?: return annotation.with(problem(annotation, "score", null, "is missing", hint))
    val inside = score >= (config.lowerBound ?: score) && score <= (config.upperBound ?: score)
    return annotation.with(
        if (inside) null
        else problem(annotation, "score", score, "is outside the config \"${config.name}\"", hint)
    )
}

private fun checkText(annotation: AnnotationData): AnnotationCheck {
    val missing = annotation.explanation.presentOrNull() == null
    return annotation.with(
        if (missing) problem(annotation, "explanation", null, "is missing", "write a text")
        else null
    )
}

private fun AnnotationData.presentScore(): Double? = score?.takeUnless(Double::isNaN)

private fun AnnotationData.with(problem: AnnotationProblem?) =
    AnnotationCheck(this, listOfNotNull(problem))

private fun problem(
    annotation: AnnotationData,
    field: String,
    value: Any?,
    reason: String,
    hint: String,
) = AnnotationProblem(row = 0, annotation.targetId, field, value?.toString(), reason, hint)
