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
 * Finds the base URL: the one that is set, else `PHOENIX_ENDPOINT`, else one inferred from the
 * other variables that name a server.
 */
internal class EndpointResolver(private val tiers: Tiers) {
    fun resolve(explicit: String?): Found =
        (found(explicit, "the endpoint setting") ?: tiers.first(ENDPOINT))?.let { used(it, ::base) }
            ?: inferred()

    private fun inferred(): Found {
        val claiming =
            tiers.all.firstOrNull { tier ->
                CLAIMING.any { tier[it] != null } || port(tier) != null
            }
        val readable = claiming?.let(::listOf) ?: tiers.all
        return readable.firstNotNullOfOrNull { tier ->
            (tier[COLLECTOR_ENDPOINT] ?: tier[OTLP_ENDPOINT] ?: tier[BASE_URL])?.let {
                used(it, ::base)
            } ?: tier[HOST]?.let { host -> used(host) { ofHost(it, claiming, readable) } }
        } ?: ofDefaultHost(claiming, readable)
    }

    private fun ofHost(host: String, claiming: Tier?, readable: List<Tier>): BaseUrl {
        val port = claiming?.let(::port)?.value?.toInt() ?: DEFAULT_PORT
        val path = readable.firstNotNullOfOrNull(::rootPath)?.value.orEmpty()
        return BaseUrl.ofHost(host, port).withDefaultPath(path)
    }

    private fun ofDefaultHost(claiming: Tier?, readable: List<Tier>): Found {
        val source = claiming?.let(::port) ?: readable.firstNotNullOfOrNull(::rootPath)
        val url = ofHost(DEFAULT_HOST, claiming, readable)
        return Found(url.toString(), source?.source ?: BY_DEFAULT)
    }

    /** Exporters want the route for traces at the end of their URL; a base URL has none. */
    private fun base(url: String): BaseUrl = BaseUrl.parse(url).withoutTracesRoute()

    private fun used(found: Found, read: (String) -> BaseUrl): Found =
        try {
            Found(read(found.value).toString(), found.source)
        } catch (unusable: IllegalArgumentException) {
            throw IllegalArgumentException(
                "\"${shownUrl(found.value)}\" (from ${found.source}) cannot be used as the Phoenix endpoint: ${unusable.message}",
                unusable,
            )
        }

    private fun port(tier: Tier): Found? {
        val port = tier[PORT] ?: return null
        if (port.value.toIntOrNull() in PORTS) return port
        require("://" in port.value) {
            "${port.source} is not a port: use a number from ${PORTS.first} to ${PORTS.last}"
        }
        tiers.warnings.warn(
            "${port.source} is ignored: it is an address, which Kubernetes sets for a service named phoenix. " +
                "Set $ENDPOINT instead"
        )
        return null
    }

    private fun rootPath(tier: Tier): Found? =
        tier[ROOT_PATH]?.also {
            require(isUrlPath(it.value)) {
                "${it.source} has characters that are not allowed in a URL: percent-encode them"
            }
        }
}
