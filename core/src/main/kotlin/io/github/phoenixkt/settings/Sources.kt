package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixEnvironment
import java.nio.file.Path

private const val DISCOVER_CONFIG = "PHOENIX_DISCOVER_CONFIG"
private val OFF = setOf("false", "0", "no", "off")

/** A place, for people; [file] is set when that place is a file. */
internal class Source(private val label: String, val file: Path? = null) {
    override fun toString(): String = label
}

/** A trimmed value that is not blank, and where it was found. */
internal class Found(val value: String, val source: Source) {
    val isDefault: Boolean
        get() = source === BY_DEFAULT
}

internal val BY_DEFAULT = Source("the default")

internal fun found(value: String?, source: String, file: Path? = null): Found? =
    value?.trim()?.takeIf { it.isNotEmpty() }?.let { Found(it, Source(source, file)) }

/**
 * [value] without the one pair of quotes that shells take away, and that container files and
 * services leave.
 */
internal fun unquoted(value: String): String {
    val trimmed = value.trim()
    val isQuoted =
        trimmed.length > 1 && trimmed.first() == trimmed.last() && trimmed.first() in "\"'"
    return if (isQuoted) trimmed.substring(1, trimmed.lastIndex) else trimmed
}

/** One place to look a variable up. */
internal fun interface Tier {
    operator fun get(variable: String): Found?
}

/** The places of [environment], the strongest first. */
internal class Tiers(private val environment: PhoenixEnvironment) {
    val warnings: Warnings = environment.warnings

    private val properties = Tier { variable ->
        val name = variable.lowercase().replace('_', '.')
        found(environment.properties[name]?.let(::unquoted), "system property $name")
    }
    private val process = Tier { variable ->
        found(environment.variables[variable]?.let(::unquoted), variable)
    }

    // Not read, and not complained about, while nothing is missing.
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
