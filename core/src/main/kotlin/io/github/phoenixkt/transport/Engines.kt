package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixSettings
import io.ktor.client.engine.HttpClientEngine

/** The engine that a client makes for itself. */
internal fun defaultEngine(settings: PhoenixSettings): HttpClientEngine =
    SocketEngine(SocketRoute(settings))
