package io.github.phoenixkt.configs

import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requirePresent
import io.github.phoenixkt.internal.requireStorable
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

/**
 * Refuses a config that Phoenix cannot store, or that could not be found again. The constructors do
 * not do this, because they also take what the server has.
 */
internal fun requireWritable(config: AnnotationConfig) {
    val name = requirePresent("The name of the config", config.name)
    require(name != TargetKind.NOTE_NAME) {
        "The name \"note\" is reserved for notes: choose another name."
    }
    requireStorable("The description of the config \"${name.forMessage()}\",", config.description)
    if (config is CategoricalAnnotationConfig) {
        val labels =
            config.values.map {
                requirePresent("A label of the config \"${name.forMessage()}\"", it.label)
            }
        requireDifferent(name, labels)
    }
}

/** A full replacement: absent values are sent as null, so that an update clears them. */
internal fun AnnotationConfig.toJson(): JsonObject = buildJsonObject {
    put("name", name.presentOrNull())
    put("description", description)
    when (val config = this@toJson) {
        is CategoricalAnnotationConfig -> {
            put("type", "CATEGORICAL")
            put("optimization_direction", config.optimizationDirection.name)
            putJsonArray("values") {
                config.values.forEach { value ->
                    addJsonObject {
                        put("label", value.label.presentOrNull())
                        put("score", value.score)
                    }
                }
            }
        }
        is ContinuousAnnotationConfig -> {
            put("type", "CONTINUOUS")
            put("optimization_direction", config.optimizationDirection.name)
            put("lower_bound", config.lowerBound)
            put("upper_bound", config.upperBound)
        }
        is FreeformAnnotationConfig -> {
            put("type", "FREEFORM")
            put("optimization_direction", config.optimizationDirection?.name)
            put("threshold", config.threshold)
            put("lower_bound", config.lowerBound)
            put("upper_bound", config.upperBound)
        }
        is UnknownAnnotationConfig ->
            throw IllegalArgumentException(
                "The config \"${name.forMessage()}\" is of the type ${config.type.forMessage()}, which this version cannot write."
            )
    }
}

@Serializable
internal class ConfigPage(
    val data: List<ConfigRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)

@Serializable internal class ConfigBody(val data: ConfigRow)

@Serializable
internal class ConfigRow(
    private val id: String,
    private val name: String,
    private val type: String,
    private val description: String? = null,
    @SerialName("optimization_direction") private val optimizationDirection: String? = null,
    private val values: List<ConfigValue> = emptyList(),
    @SerialName("lower_bound") private val lowerBound: Double? = null,
    @SerialName("upper_bound") private val upperBound: Double? = null,
    private val threshold: Double? = null,
) {
    fun toStored() = StoredAnnotationConfig(id, toConfig())

    private fun toConfig(): AnnotationConfig {
        val direction = OptimizationDirection.entries.find { it.name == optimizationDirection }
        val unknown = UnknownAnnotationConfig(name, description, type)
        if (optimizationDirection != null && direction == null) return unknown
        return try {
            knownConfig(direction) ?: unknown
        } catch (_: IllegalArgumentException) {
            // A config that this library would not write, for example with its bounds swapped.
            unknown
        }
    }

    private fun knownConfig(direction: OptimizationDirection?): AnnotationConfig? =
        when (type) {
            "CATEGORICAL" ->
                CategoricalAnnotationConfig.builder(name)
                    .values(values.map { CategoricalValue(it.label, it.score) })
                    .optimizationDirection(direction ?: OptimizationDirection.NONE)
                    .description(description)
                    .build()
            "CONTINUOUS" ->
                ContinuousAnnotationConfig.builder(name)
                    .also {
                        it.lowerBound = lowerBound
                        it.upperBound = upperBound
                    }
                    .optimizationDirection(direction ?: OptimizationDirection.NONE)
                    .description(description)
                    .build()
            "FREEFORM" ->
                FreeformAnnotationConfig.builder(name)
                    .also {
                        it.optimizationDirection = direction
                        it.threshold = threshold
                        it.lowerBound = lowerBound
                        it.upperBound = upperBound
                    }
                    .description(description)
                    .build()
            else -> null
        }
}

@Serializable internal class ConfigValue(val label: String, val score: Double? = null)
