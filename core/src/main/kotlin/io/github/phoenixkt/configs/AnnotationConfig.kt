package io.github.phoenixkt.configs

/** Whether a higher score is better. */
public enum class OptimizationDirection {
    MINIMIZE,
    MAXIMIZE,
    NONE,
}

/**
 * A rubric: which labels or scores an annotation of its [name] should have. Phoenix shows it to
 * people who annotate, and never checks an annotation against it: see
 * [AnnotationConfigsResource.check].
 *
 * The tree may grow: keep an `else` branch.
 */
public sealed class AnnotationConfig(public val name: String, public val description: String?) {
    override fun toString(): String = "${javaClass.simpleName}($name)"
}

/**
 * One of some labels.
 *
 * @property values at least one, with different labels
 */
public class CategoricalAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    public val values: List<CategoricalValue>,
    public val optimizationDirection: OptimizationDirection = OptimizationDirection.NONE,
    description: String? = null,
) : AnnotationConfig(name, description) {
    init {
        require(values.isNotEmpty()) { "The config \"$name\" has no values: give at least one." }
        require(values.all { it.label.isNotEmpty() }) {
            "A value of the config \"$name\" has no label."
        }
        val twice = values.groupingBy { it.label }.eachCount().filterValues { it > 1 }.keys
        require(twice.isEmpty()) { "The config \"$name\" has the labels $twice more than once." }
    }
}

/**
 * A label, and the score that goes with it.
 *
 * @property score finite, or null for none
 */
public class CategoricalValue
@JvmOverloads
constructor(public val label: String, public val score: Double? = null) {
    init {
        require(score?.isFinite() != false) {
            "The score of \"$label\" is $score, which is no finite number."
        }
    }

    override fun equals(other: Any?): Boolean =
        other is CategoricalValue && label == other.label && score == other.score

    override fun hashCode(): Int = label.hashCode() * 31 + score.hashCode()

    override fun toString(): String = if (score == null) label else "$label ($score)"
}

/** A score, within bounds that are both inclusive and both optional. */
public class ContinuousAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    public val lowerBound: Double? = null,
    public val upperBound: Double? = null,
    public val optimizationDirection: OptimizationDirection = OptimizationDirection.NONE,
    description: String? = null,
) : AnnotationConfig(name, description) {
    init {
        requireBounds(name, lowerBound, upperBound)
    }
}

/**
 * Free text, in the explanation.
 *
 * @property optimizationDirection this and the numbers below: since Phoenix 16.0
 * @property threshold the score that divides good from bad
 */
public class FreeformAnnotationConfig
@JvmOverloads
constructor(
    name: String,
    description: String? = null,
    public val optimizationDirection: OptimizationDirection? = null,
    public val threshold: Double? = null,
    public val lowerBound: Double? = null,
    public val upperBound: Double? = null,
) : AnnotationConfig(name, description) {
    init {
        requireBounds(name, lowerBound, upperBound)
        require(threshold?.isFinite() != false) {
            "The threshold of the config \"$name\" is $threshold, which is no finite number."
        }
    }
}

/** A config of the server's that this library does not know, or would not write; read only. */
public class UnknownAnnotationConfig
internal constructor(name: String, description: String?, public val type: String) :
    AnnotationConfig(name, description)

/**
 * A config as Phoenix has it.
 *
 * @property id changes when an update changes the type; the old one keeps its meaning
 */
public class StoredAnnotationConfig
internal constructor(public val id: String, public val config: AnnotationConfig) {
    public val name: String
        get() = config.name

    override fun toString(): String = "$config, id=$id"
}

private fun requireBounds(name: String, lower: Double?, upper: Double?) {
    require(lower?.isFinite() != false && upper?.isFinite() != false) {
        "A bound of the config \"$name\" is no finite number."
    }
    require(lower == null || upper == null || lower < upper) {
        "The config \"$name\" ends ($upper) before it starts ($lower)."
    }
}
