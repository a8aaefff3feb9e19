package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment

/** A client of one project that takes nothing else from the machine it runs on. */
fun clientOf(endpoint: String, project: String): PhoenixClient = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    this.endpoint = endpoint
    this.project = project
}
