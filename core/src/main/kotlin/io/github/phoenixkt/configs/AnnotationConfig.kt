package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.forMessage

/** Whether higher or lower scores are better. */
public enum class OptimizationDirection {
    /** Lower scores are better. */
    MINIMIZE,

    /** Higher scores are better. */
    MAXIMIZE,

    /** Neither is better. */
    NONE,
}

/**
 * A rubric: the labels or scores that annotations of its [name] should have. Phoenix shows it to
 * people who annotate in the web UI, but accepts annotations that do not follow it. To check them
 * yourself, use [check] or [AnnotationConfigsResource.check].
 *
 * New kinds of configs may be added: keep an `else` branch in a `when`.
 *
 * Configs with the same values are equal.
 *
 * @property name the name of the annotations that the config describes
 * @property description a text for the people who annotate; null for none
 */
public sealed class AnnotationConfig(public val name: String, public val description: String?) {
    /**
     * Checks [annotation] against this config without asking the server. Nothing is wrong with an
     * annotation for an [UnknownAnnotationConfig].
     */
    public fun check(annotation: AnnotationData): AnnotationCheck =
        when (this) {
            is CategoricalAnnotationConfig -> checkLabel(this, annotation)
            is ContinuousAnnotationConfig -> checkScore(this, annotation)
            is FreeformAnnotationConfig -> checkText(this, annotation)
            is UnknownAnnotationConfig -> AnnotationCheck(annotation, emptyList())
        }

    internal abstract val content: RequestValues

    override fun equals(other: Any?): Boolean =
        other is AnnotationConfig && javaClass == other.javaClass && content == other.content

    override fun hashCode(): Int = content.hashCode()

    override fun toString(): String = content.describe(javaClass.simpleName)
}

/**
 * A config from the server whose type or values this version does not support. It can be read, but
 * not written.
 *
 * @property type the type as Phoenix names it, for example `CATEGORICAL`
 */
public class UnknownAnnotationConfig
internal constructor(name: String, description: String?, public val type: String) :
    AnnotationConfig(name, description) {
    override val content: RequestValues
        get() = RequestValues("name" to name, "type" to type, "description" to description)
}

/**
 * A config that Phoenix has stored.
 *
 * @property id Phoenix's own id. An update that changes the type changes the id; Phoenix still
 *   finds the config by the old id.
 * @property config the config itself
 */
public class StoredAnnotationConfig
internal constructor(public val id: String, public val config: AnnotationConfig) {
    /** The name of the [config]. */
    public val name: String
        get() = config.name

    override fun toString(): String = "$config, id=$id"
}

internal fun requireBounds(name: String, lower: Double?, upper: Double?) {
    require(lower?.isFinite() != false && upper?.isFinite() != false) {
        "The bounds of the config \"${name.forMessage()}\" are $lower and $upper: use finite numbers."
    }
    if (lower == null || upper == null) return
    require(lower < upper) {
        "The lower bound of the config \"${name.forMessage()}\" is $lower: it must be below the upper bound, $upper."
    }
}
