package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixSettings
import io.ktor.http.Url
import io.ktor.http.hostWithPort
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.Socket
import java.net.URI
import java.security.GeneralSecurityException
import java.security.cert.CertificateException
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLException
import javax.net.ssl.SSLSocket

/** A connection that could not be opened, so that nothing of the request was sent. */
internal class UnopenedException(val failure: ConnectionFailure, override val cause: IOException) :
    IOException(cause.message, cause)

/**
 * A connection that is ready for a request.
 *
 * @property isForwarded whether a proxy reads the request, and passes it on
 */
internal class OpenedRoute(val socket: Socket, val isForwarded: Boolean)

/** How a server is reached: through which proxy, with which trust, within which time. */
internal class SocketRoute(settings: PhoenixSettings) {
    private val proxy: Proxy? = settings.proxy
    private val sslContext: SSLContext? = settings.sslContext
    private val connectMillis = settings.timeouts.connect.toMillis().toInt()

    val proxyAuthorization: String? = settings.proxyCredentials?.authorization
    val replyLimit: Int = settings.replyLimit

    /**
     * Not connected yet, so that it can be closed while it is. A SOCKS proxy is the JVM's matter.
     */
    fun newSocket(): Socket = if (proxy == null) Socket() else Socket(Proxy.NO_PROXY)

    /**
     * Opens a connection to the server of [url]; whatever fails here, nothing of a request was
     * sent.
     *
     * @param newSocket makes a socket for each address that is tried
     */
    fun open(newSocket: () -> Socket, url: Url): OpenedRoute =
        try {
            val proxy = proxyOf(url)
            val target = proxy ?: InetSocketAddress.createUnresolved(url.host, url.port)
            val socket = connect(newSocket, target)
            socket.soTimeout = connectMillis
            val isSecure = url.protocol.name == "https"
            if (isSecure && proxy != null) tunnel(socket, url)
            val opened = if (isSecure) secure(socket, url) else socket
            socket.soTimeout = 0
            OpenedRoute(opened, isForwarded = proxy != null && !isSecure)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // A proxy selector or a trust store that is not ours has exceptions of its own.
            throw e as? UnopenedException
                ?: UnopenedException(
                    ConnectionFailure.UNCONNECTED,
                    e as? IOException ?: IOException(e),
                )
        }

    /** The proxy for [url], by the settings or else by the JVM; null for none. */
    private fun proxyOf(url: Url): InetSocketAddress? {
        val chosen = proxy ?: ProxySelector.getDefault()?.select(URI(url.toString()))?.firstOrNull()
        return chosen?.takeIf { it.type() == Proxy.Type.HTTP }?.address() as? InetSocketAddress
    }

    /** A name may have several addresses, of which the server listens at one. */
    private fun connect(newSocket: () -> Socket, target: InetSocketAddress): Socket {
        val addresses = InetAddress.getAllByName(target.hostString)
        var failure: IOException? = null
        for (address in addresses) {
            val socket = newSocket()
            try {
                socket.tcpNoDelay = true
                socket.connect(InetSocketAddress(address, target.port), connectMillis)
                return socket
            } catch (e: IOException) {
                socket.close()
                failure?.let(e::addSuppressed)
                failure = e
            }
        }
        throw checkNotNull(failure)
    }

    private fun tunnel(socket: Socket, url: Url) {
        val credentials = proxyAuthorization?.let { "Proxy-Authorization: $it\r\n" }.orEmpty()
        val head =
            "CONNECT ${url.hostWithPort} HTTP/1.1\r\nHost: ${url.hostWithPort}\r\nUser-Agent: $USER_AGENT\r\n$credentials\r\n"
        socket.getOutputStream().run {
            write(head.encodeToByteArray())
            flush()
        }
        val answer = AnswerReader(socket.getInputStream(), limit = 0).readHead()
        if (answer.status !in 200..299)
            throw UnopenedException(
                ConnectionFailure.NO_TUNNEL,
                IOException("The proxy answered ${answer.status} ${answer.reason}".trim()),
            )
    }

    private fun secure(socket: Socket, url: Url): Socket =
        try {
            val factory = (sslContext ?: SSLContext.getDefault()).socketFactory
            val host = url.host.removeSurrounding("[", "]")
            val secured = factory.createSocket(socket, host, url.port, true) as SSLSocket
            secured.sslParameters =
                secured.sslParameters.apply { endpointIdentificationAlgorithm = "HTTPS" }
            secured.startHandshake()
            secured
        } catch (e: IOException) {
            throw UnopenedException(handshakeFailure(e), e)
        } catch (e: GeneralSecurityException) {
            throw UnopenedException(ConnectionFailure.INSECURE, IOException(e))
        }

    private fun handshakeFailure(e: IOException): ConnectionFailure {
        val causes = generateSequence<Throwable>(e) { it.cause }.take(10).toList()
        return when {
            causes.any { it is CertificateException } -> ConnectionFailure.INSECURE
            ConnectionFailure.isPlainAnswer(e.message.orEmpty()) -> ConnectionFailure.NO_TLS
            causes.all { it is SSLException } -> ConnectionFailure.INSECURE
            else -> ConnectionFailure.CUT_HANDSHAKE
        }
    }
}
