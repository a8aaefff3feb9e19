package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixEnvironment
import java.nio.file.Path

private const val DISCOVER_CONFIG = "PHOENIX_DISCOVER_CONFIG"
private val OFF = setOf("false", "0", "no", "off")

/** The place a value comes from, for messages; [file] is set if it is a file. */
internal class Source(private val label: String, val file: Path? = null) {
    override fun toString(): String = label
}

/** A value, trimmed and not blank, and its source. */
internal class Found(val value: String, val source: Source) {
    val isDefault: Boolean
        get() = source === BY_DEFAULT
}

internal val BY_DEFAULT = Source("the default")

internal fun found(value: String?, source: String, file: Path? = null): Found? =
    value?.trim()?.takeIf { it.isNotEmpty() }?.let { Found(it, Source(source, file)) }

/**
 * [value] without one pair of quotes. Shells remove these quotes; files for containers and services
 * keep them.
 */
internal fun unquoted(value: String): String {
    val trimmed = value.trim()
    val isQuoted =
        trimmed.length > 1 && trimmed.first() == trimmed.last() && trimmed.first() in "\"'"
    return if (isQuoted) trimmed.substring(1, trimmed.lastIndex) else trimmed
}

/** A place to look up a variable. */
internal fun interface Tier {
    operator fun get(variable: String): Found?
}

/** The places of [environment] in order of precedence. */
internal class Tiers(private val environment: PhoenixEnvironment) {
    val warnings: Warnings = environment.warnings

    private val properties = Tier { variable ->
        val name = variable.lowercase().replace('_', '.')
        found(environment.properties[name]?.let(::unquoted), "system property $name")
    }
    private val process = Tier { variable ->
        found(environment.variables[variable]?.let(::unquoted), variable)
    }

    // Read only if something is missing, so that no one is warned about a file that is not needed.
    private val envFile by lazy {
        val discover = properties[DISCOVER_CONFIG] ?: process[DISCOVER_CONFIG]
        environment.workingDirectory
            ?.takeUnless { discover?.value?.lowercase() in OFF }
            ?.let { findEnvFile(it, environment.user(), warnings) }
    }
    private val file = Tier { variable ->
        envFile?.let { found(it.values[variable], "$variable in ${it.path}", it.path) }
    }

    val all: List<Tier> = listOf(properties, process, file)

    fun first(variable: String): Found? = all.firstNotNullOfOrNull { it[variable] }
}
