package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixSettings
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import java.net.Proxy
import java.net.http.HttpClient.Version
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

/**
 * CIO for `http://`, and the JDK's own HTTP client for `https://`: CIO opens a connection per POST,
 * which over TLS is a full handshake each time. See docs/decisions/0005-engines.md.
 */
internal fun defaultEngine(settings: PhoenixSettings): HttpClientEngine {
    val secure = settings.endpoint.startsWith("https://")
    // Both engines fail on a proxy that is none.
    val httpProxy = settings.proxy?.takeUnless { it.type() == Proxy.Type.DIRECT }
    logger.debug("Using the {} engine for {}", if (secure) "Java" else "CIO", settings.endpoint)
    return if (secure) {
        Java.create {
            // Phoenix speaks HTTP/1.1 only; the JDK's attempt at an upgrade makes some of its
            // servers lose the body.
            protocolVersion = Version.HTTP_1_1
            proxy = httpProxy
            config { settings.sslContext?.let { sslContext(it) } }
        }
    } else {
        CIO.create {
            // The time of a request is limited in Transport, the same way for every engine.
            requestTimeout = 0
            proxy = httpProxy
        }
    }
}
