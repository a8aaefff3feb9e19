package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixEnvironment

private const val API_KEY = "PHOENIX_API_KEY"
private const val CLIENT_HEADERS = "PHOENIX_CLIENT_HEADERS"
private const val PROJECT = "PHOENIX_PROJECT"
private const val PROJECT_NAME = "PHOENIX_PROJECT_NAME"
private const val DEFAULT_PROJECT = "default"

/** Looks up what is not set, by the rules described in [PhoenixEnvironment]. */
internal class EnvironmentResolver(environment: PhoenixEnvironment) {
    private val tiers = Tiers(environment)

    fun endpoint(explicit: String?): Found = EndpointResolver(tiers).resolve(explicit)

    fun project(explicit: String?): Found =
        found(explicit, "the project setting")
            ?: tiers.all.firstNotNullOfOrNull(::projectOf)
            ?: Found(DEFAULT_PROJECT, BY_DEFAULT)

    fun credentials(
        explicitKey: ApiKey?,
        explicitHeaders: Map<String, String>,
        endpoint: Found,
    ): Credentials {
        val tier = tiers.all.firstOrNull { it[API_KEY] != null || it[CLIENT_HEADERS] != null }
        val given = HeaderSet.explicit(explicitHeaders, Source("the headers setting"))
        val inherited = tier?.get(CLIENT_HEADERS)?.let { HeaderSet.parse(it, tiers.warnings) }
        val headers = listOfNotNull(inherited, given)
        val key =
            explicitKey
                ?: tier
                    ?.get(API_KEY)
                    ?.takeUnless { headers.any { it.hasAuthorization } }
                    ?.let(ApiKey::known)
        return Credentials(key, headers).also { warnAboutForeignEndpoint(it, endpoint) }
    }

    private fun projectOf(tier: Tier): Found? {
        val project = tier[PROJECT]
        val name = tier[PROJECT_NAME]
        if (project != null && name != null && project.value != name.value) {
            tiers.warnings.warn(
                "${project.source} and ${name.source} differ. The first is used; remove one of them"
            )
        }
        return project ?: name
    }

    private fun warnAboutForeignEndpoint(credentials: Credentials, endpoint: Found) {
        if (endpoint.source.file == null) return
        credentials.sources
            .filter { it.file != endpoint.source.file }
            .forEach {
                tiers.warnings.warn(
                    "Credentials from $it are sent to the endpoint from ${endpoint.source}. " +
                        "If you do not want that, set the endpoint in the same place as the credentials"
                )
            }
    }
}
