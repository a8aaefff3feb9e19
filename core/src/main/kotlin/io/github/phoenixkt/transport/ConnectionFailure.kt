package io.github.phoenixkt.transport

import io.ktor.client.network.sockets.ConnectTimeoutException
import java.io.EOFException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.net.http.HttpConnectTimeoutException
import java.nio.channels.ClosedChannelException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertPathValidatorException
import java.security.cert.CertificateException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException

/**
 * Why there is no response. Only after [BROKEN] may the request have arrived.
 *
 * @property todo what the user can do; null if nothing in particular
 * @property transient whether another attempt may succeed
 */
internal enum class ConnectionFailure(
    val what: String,
    val todo: String?,
    val transient: Boolean,
) {
    NO_TLS(
        "the server does not speak TLS at this port",
        "Nothing was sent. Write the endpoint with http://, or name the port where it speaks TLS.",
        transient = false,
    ),
    ONLY_TLS(
        "the server speaks TLS at this port",
        "It has read nothing. Write the endpoint with https://.",
        transient = false,
    ),
    NO_TUNNEL(
        "the proxy refused to open a tunnel to the server",
        "Nothing was sent. Check the proxy, its proxyCredentials, and whether it may reach the endpoint.",
        transient = false,
    ),
    INSECURE(
        "no secure connection could be made",
        "Check that the server speaks https:// there, and its certificate; or give an sslContext that trusts it.",
        transient = false,
    ),
    CUT_HANDSHAKE(
        "the connection broke during the TLS handshake",
        "Nothing was sent. Check that the server speaks https:// there.",
        transient = true,
    ),
    UNCONNECTED(
        "no connection could be made",
        "Check that Phoenix runs there, the endpoint, and any proxy.",
        transient = true,
    ),
    BROKEN("the connection broke before the response was complete", null, transient = true);

    companion object {
        private val PLAIN_ANSWER =
            listOf("Unsupported or unrecognized SSL message", "Unrecognized SSL message")
        private const val CUT = "Remote host terminated the handshake"
        private val TUNNEL = listOf("Tunnel failed", "Can not establish tunnel")

        /** How a TLS alert begins. */
        private const val ALERT = "\u0015\u0003"

        fun of(causes: List<Throwable>): ConnectionFailure {
            causes
                .firstNotNullOfOrNull { (it as? UnopenedException)?.failure }
                ?.let {
                    return it
                }
            val said = causes.map { it.message.orEmpty() }
            return when {
                said.any { ALERT in it } -> ONLY_TLS
                // Engines may quote what the server sent, but do not begin with it.
                said.any { TUNNEL.any(it::startsWith) } -> NO_TUNNEL
                causes.any(::isHandshakeFailure) -> ofHandshake(causes)
                causes.any(::isConnectFailure) -> UNCONNECTED
                else -> BROKEN
            }
        }

        /** For failures of the TLS handshake. */
        fun ofHandshake(causes: List<Throwable>): ConnectionFailure =
            when {
                causes.any(::isDistrust) -> INSECURE
                causes.any(::isPlainAnswer) -> NO_TLS
                causes.any(::isEnd) -> CUT_HANDSHAKE
                else -> INSECURE
            }

        private fun isPlainAnswer(cause: Throwable): Boolean =
            cause is SSLException && PLAIN_ANSWER.any { it in cause.message.orEmpty() }

        private fun isEnd(cause: Throwable): Boolean =
            cause is EOFException ||
                CUT in cause.message.orEmpty() ||
                cause is SocketException ||
                cause is SocketTimeoutException ||
                cause is ClosedChannelException

        private fun isDistrust(cause: Throwable): Boolean =
            cause is SSLPeerUnverifiedException ||
                cause is CertificateException ||
                cause is CertPathBuilderException ||
                cause is CertPathValidatorException

        private fun isConnectFailure(cause: Throwable): Boolean =
            cause is ConnectException ||
                cause is ConnectTimeoutException ||
                cause is HttpConnectTimeoutException ||
                cause is UnresolvedAddressException ||
                cause is UnknownHostException ||
                cause is NoRouteToHostException

        /** A plain [SSLException] can also be a connection that broke later. */
        private fun isHandshakeFailure(cause: Throwable): Boolean =
            cause is SSLHandshakeException ||
                isDistrust(cause) ||
                isPlainAnswer(cause) ||
                cause.javaClass.name.startsWith("io.ktor.network.tls")
    }
}

/** [failure] and its causes, outermost first. */
internal fun causesOf(failure: Throwable): List<Throwable> =
    generateSequence(failure) { it.cause }.take(10).toList()
