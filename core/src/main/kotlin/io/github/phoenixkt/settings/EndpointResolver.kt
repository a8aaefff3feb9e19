package io.github.phoenixkt.settings

private const val ENDPOINT = "PHOENIX_ENDPOINT"
private const val COLLECTOR_ENDPOINT = "PHOENIX_COLLECTOR_ENDPOINT"
private const val OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
private const val BASE_URL = "PHOENIX_BASE_URL"
private const val HOST = "PHOENIX_HOST"
private const val PORT = "PHOENIX_PORT"
private const val ROOT_PATH = "PHOENIX_HOST_ROOT_PATH"
private val CLAIMING = listOf(COLLECTOR_ENDPOINT, OTLP_ENDPOINT, HOST)

private const val DEFAULT_HOST = "localhost"
private const val DEFAULT_PORT = 6006

/**
 * Finds the base URL: stated by the caller or by `PHOENIX_ENDPOINT`, else inferred from what names
 * a server.
 */
internal class EndpointResolver(private val tiers: Tiers) {
    fun resolve(explicit: String?): Found =
        (found(explicit, "the endpoint setting") ?: tiers.first(ENDPOINT))?.let(::stated)
            ?: inferred()

    private fun stated(stated: Found): Found =
        try {
            Found(BaseUrl.parse(stated.value).toString(), stated.source)
        } catch (unusable: IllegalArgumentException) {
            throw IllegalArgumentException(problem(stated, unusable), unusable)
        }

    private fun inferred(): Found {
        val claiming =
            tiers.all.firstOrNull { tier ->
                CLAIMING.any { tier[it] != null } || port(tier) != null
            }
        val readable = claiming?.let(::listOf) ?: tiers.all
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

    private fun usable(candidate: Found?, read: (String) -> BaseUrl): Found? {
        if (candidate == null) return null
        return try {
            Found(read(candidate.value).toString(), candidate.source)
        } catch (unusable: IllegalArgumentException) {
            tiers.warnings.warn(problem(candidate, unusable) + ". It is ignored")
            null
        }
    }

    private fun problem(found: Found, unusable: IllegalArgumentException): String =
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
        tiers.warnings.warn("$source is ignored: it ${problem()}")
        return null
    }
}
