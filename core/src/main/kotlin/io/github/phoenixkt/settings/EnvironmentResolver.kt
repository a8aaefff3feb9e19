package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixEnvironment
import java.nio.file.Path

private const val ENDPOINT = "PHOENIX_ENDPOINT"
private const val COLLECTOR_ENDPOINT = "PHOENIX_COLLECTOR_ENDPOINT"
private const val OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
private const val BASE_URL = "PHOENIX_BASE_URL"
private const val HOST = "PHOENIX_HOST"
private const val PORT = "PHOENIX_PORT"
private const val ROOT_PATH = "PHOENIX_HOST_ROOT_PATH"
private const val API_KEY = "PHOENIX_API_KEY"
private const val CLIENT_HEADERS = "PHOENIX_CLIENT_HEADERS"
private const val PROJECT = "PHOENIX_PROJECT"
private const val PROJECT_NAME = "PHOENIX_PROJECT_NAME"
private const val DISCOVER_CONFIG = "PHOENIX_DISCOVER_CONFIG"

private const val DEFAULT_HOST = "localhost"
private const val DEFAULT_PORT = 6006
private const val DEFAULT_PROJECT = "default"
private val BY_DEFAULT = Source("the default")

/** A place, for people; [file] is set when that place is a file. */
internal class Source(private val label: String, val file: Path? = null) {
    override fun toString(): String = label
}

internal class Found(val value: String, val source: Source) {
    val isDefault: Boolean
        get() = source === BY_DEFAULT
}

/** One place to look a variable up; blank values are absent. */
private fun interface Tier {
    operator fun get(variable: String): Found?
}

/** Finds what the caller did not set, by the rules written down at [PhoenixEnvironment]. */
internal class EnvironmentResolver(private val environment: PhoenixEnvironment) {
    private val warnings = environment.warnings

    private val properties = Tier { variable ->
        val name = variable.lowercase().replace('_', '.')
        found(environment.properties[name], "system property $name")
    }
    private val process = Tier { variable -> found(environment.variables[variable], variable) }

    // Not read, and not complained about, while nothing is missing.
    private val envFile by lazy {
        environment.workingDirectory
            ?.takeUnless {
                (properties[DISCOVER_CONFIG] ?: process[DISCOVER_CONFIG])?.value?.lowercase() in OFF
            }
            ?.let { findEnvFile(it, environment.user(), warnings) }
    }
    private val file = Tier { variable ->
        envFile?.let { found(it.values[variable], "$variable in ${it.path}", it.path) }
    }

    private val tiers = listOf(properties, process, file)

    fun endpoint(explicit: String?): Found =
        (found(explicit, "the endpoint setting") ?: tiers.firstNotNullOfOrNull { it[ENDPOINT] })
            ?.let(::statedEndpoint) ?: inferredEndpoint()

    fun project(explicit: String?): Found =
        found(explicit, "the project setting")
            ?: tiers.firstNotNullOfOrNull(::projectOf)
            ?: Found(DEFAULT_PROJECT, BY_DEFAULT)

    fun credentials(
        explicitKey: ApiKey?,
        explicitHeaders: Map<String, String>,
        endpoint: Found,
    ): Credentials {
        val tier = tiers.firstOrNull { it[API_KEY] != null || it[CLIENT_HEADERS] != null }
        val given = HeaderSet.explicit(explicitHeaders, Source("the headers setting"))
        val inherited = tier?.get(CLIENT_HEADERS)?.let { HeaderSet.parse(it, warnings) }
        val hasAuthorization = given.hasAuthorization || inherited?.hasAuthorization == true
        val key =
            explicitKey ?: tier?.get(API_KEY)?.takeUnless { hasAuthorization }?.let(ApiKey::known)
        return Credentials(key, listOfNotNull(inherited, given)).also {
            warnAboutForeignEndpoint(it, endpoint)
        }
    }

    private fun statedEndpoint(stated: Found): Found =
        try {
            Found(BaseUrl.parse(stated.value).toString(), stated.source)
        } catch (unusable: IllegalArgumentException) {
            throw IllegalArgumentException(unusableUrl(stated, unusable), unusable)
        }

    private fun inferredEndpoint(): Found {
        val claiming = tiers.firstOrNull { tier ->
            CLAIMING.any { tier[it] != null } || port(tier) != null
        }
        val readable = claiming?.let(::listOf) ?: tiers
        val rootPath = readable.firstNotNullOfOrNull(::rootPath)
        val port = claiming?.let(::port)
        val portNumber = port?.value?.toInt() ?: DEFAULT_PORT
        fun ofHost(host: String) =
            BaseUrl.ofHost(host, portNumber).withDefaultPath(rootPath?.value.orEmpty())

        return readable.firstNotNullOfOrNull { inferredFrom(it, ::ofHost) }
            ?: Found(ofHost(DEFAULT_HOST).toString(), (port ?: rootPath)?.source ?: BY_DEFAULT)
    }

    private fun inferredFrom(tier: Tier, ofHost: (String) -> BaseUrl): Found? =
        usable(tier[COLLECTOR_ENDPOINT], ::ofTraces)
            ?: usable(tier[OTLP_ENDPOINT], ::ofTraces)
            ?: usable(tier[BASE_URL], BaseUrl::parse)
            ?: usable(tier[HOST], ofHost)

    private fun ofTraces(url: String): BaseUrl = BaseUrl.parse(url).withoutTracesRoute()

    private fun usable(candidate: Found?, read: (String) -> BaseUrl): Found? =
        try {
            candidate?.let { Found(read(it.value).toString(), it.source) }
        } catch (unusable: IllegalArgumentException) {
            warnings.warn(unusableUrl(candidate!!, unusable) + ". It is ignored")
            null
        }

    private fun unusableUrl(found: Found, unusable: IllegalArgumentException): String =
        "\"${shownUrl(found.value)}\" (from ${found.source}) is no usable Phoenix endpoint: ${unusable.message}"

    private fun port(tier: Tier): Found? =
        tier[PORT].orWarn({ it.toIntOrNull() in PORTS }) {
            "is not a number between ${PORTS.first} and ${PORTS.last}. " +
                "Kubernetes sets it to an address for a service named phoenix; set $ENDPOINT instead"
        }

    private fun rootPath(tier: Tier): Found? =
        tier[ROOT_PATH].orWarn(::isUrlPath) {
            "has characters that a URL cannot hold; percent-encode them"
        }

    private fun Found?.orWarn(isUsable: (String) -> Boolean, problem: () -> String): Found? {
        if (this == null || isUsable(value)) return this
        warnings.warn("$source is ignored: it ${problem()}")
        return null
    }

    private fun projectOf(tier: Tier): Found? {
        val project = tier[PROJECT]
        val name = tier[PROJECT_NAME]
        if (project != null && name != null && project.value != name.value) {
            warnings.warn(
                "${project.source} and ${name.source} differ; ${project.source} is used. Remove one of them"
            )
        }
        return project ?: name
    }

    private fun warnAboutForeignEndpoint(credentials: Credentials, endpoint: Found) {
        if (endpoint.source.file == null) return
        credentials.sources
            .filter { it.file != endpoint.source.file }
            .forEach {
                warnings.warn(
                    "Credentials from $it are sent to the endpoint that ${endpoint.source} names. " +
                        "If that is not meant, set $ENDPOINT, or $DISCOVER_CONFIG=false"
                )
            }
    }

    private companion object {
        val CLAIMING = listOf(COLLECTOR_ENDPOINT, OTLP_ENDPOINT, HOST)
        val OFF = setOf("false", "0", "no", "off")

        fun found(value: String?, source: String, file: Path? = null): Found? =
            value?.trim()?.takeIf { it.isNotEmpty() }?.let { Found(it, Source(source, file)) }
    }
}
