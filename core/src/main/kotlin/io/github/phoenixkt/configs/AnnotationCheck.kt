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
public fun AnnotationConfig.check(annotation: AnnotationData): AnnotationCheck {
    val label = annotation.label.presentOrNull()
    val score = annotation.score?.takeUnless(Double::isNaN)
    fun problem(field: String, value: Any?, reason: String, hint: String) =
        AnnotationProblem(row = 0, annotation.targetId, field, value?.toString(), reason, hint)
    return when (this) {
        is CategoricalAnnotationConfig -> {
            val known = values.find { it.label == label }
            val hint = "use one of ${values.joinToString { it.label }}"
            when {
                label == null ->
                    AnnotationCheck(annotation, listOf(problem("label", null, "is missing", hint)))
                known == null ->
                    AnnotationCheck(
                        annotation,
                        listOf(problem("label", label, "is not in the config \"$name\"", hint)),
                    )
                score == null -> AnnotationCheck(annotation.withScore(known.score), emptyList())
                known.score != null && known.score != score ->
                    AnnotationCheck(
                        annotation,
                        listOf(
                            problem(
                                "score",
                                score,
                                "is not the score of $label",
                                "leave it out, or use ${known.score}",
                            )
                        ),
                    )
                else -> AnnotationCheck(annotation, emptyList())
            }
        }
        is ContinuousAnnotationConfig -> {
            val bounds = "from ${lowerBound ?: "−∞"} to ${upperBound ?: "∞"}"
            val outside =
                score != null && (score < (lowerBound ?: score) || score > (upperBound ?: score))
            val problems =
                listOfNotNull(
                    if (score == null) problem("score", null, "is missing", "give a score $bounds")
                    else null,
                    if (outside)
                        problem(
                            "score",
                            score,
                            "is outside the config \"$name\"",
                            "give a score $bounds",
                        )
                    else null,
                )
            AnnotationCheck(annotation, problems)
        }
        is FreeformAnnotationConfig -> {
            val missing = annotation.explanation.presentOrNull() == null
            val problems =
                if (missing) listOf(problem("explanation", null, "is missing", "write a text"))
                else emptyList()
            AnnotationCheck(annotation, problems)
        }
        is UnknownAnnotationConfig -> AnnotationCheck(annotation, emptyList())
    }
}
