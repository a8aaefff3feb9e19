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
import java.security.cert.CertificateException
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLException
import javax.net.ssl.SSLSocket

/** A connection that could not be opened, so that nothing of the request was sent. */
internal class UnopenedException(val failure: ConnectionFailure, override val cause: IOException) :
    IOException(cause.message, cause)

/** How a server is reached: through which proxy, with which trust, within which time. */
internal class SocketRoute(settings: PhoenixSettings) {
    private val proxy: Proxy? = settings.proxy
    private val sslContext: SSLContext? = settings.sslContext
    private val connectMillis = settings.timeouts.connect.toMillis().toInt()

    val proxyAuthorization: String? = settings.proxyAuthorization
    val replyLimit: Int = settings.replyLimit

    /** The proxy for [url], by the settings or else by the JVM; null for none. */
    fun proxyOf(url: Url): InetSocketAddress? {
        val chosen = proxy ?: ProxySelector.getDefault()?.select(URI(url.toString()))?.firstOrNull()
        return chosen?.takeIf { it.type() == Proxy.Type.HTTP }?.address() as? InetSocketAddress
    }

    /**
     * Not connected yet, so that it can be closed while it is. A SOCKS proxy is the JVM's matter.
     */
    fun newSocket(): Socket = if (proxy == null) Socket() else Socket(Proxy.NO_PROXY)

    /**
     * Opens [socket] to the server of [url], and returns what to write to: it, or a TLS socket
     * around it.
     */
    fun open(socket: Socket, url: Url, proxy: InetSocketAddress?): Socket {
        opening(ConnectionFailure.UNCONNECTED) {
            val target = proxy ?: InetSocketAddress.createUnresolved(url.host, url.port)
            socket.tcpNoDelay = true
            connect(socket, target)
            socket.soTimeout = connectMillis
        }
        val isSecure = url.protocol.name == "https"
        if (isSecure && proxy != null)
            opening(ConnectionFailure.UNCONNECTED) { tunnel(socket, url) }
        val opened = if (isSecure) secure(socket, url) else socket
        socket.soTimeout = 0
        return opened
    }

    private fun connect(socket: Socket, target: InetSocketAddress) {
        val address = InetAddress.getAllByName(target.hostString).first()
        socket.connect(InetSocketAddress(address, target.port), connectMillis)
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

    private fun secure(socket: Socket, url: Url): Socket {
        val failure = { e: IOException ->
            when {
                e.causes().any { it is CertificateException } -> ConnectionFailure.INSECURE
                e is SSLException && ConnectionFailure.isPlainAnswer(e.message.orEmpty()) ->
                    ConnectionFailure.NO_TLS
                e.causes().none { it !is SSLException } -> ConnectionFailure.INSECURE
                else -> ConnectionFailure.CUT_HANDSHAKE
            }
        }
        return try {
            val factory = (sslContext ?: SSLContext.getDefault()).socketFactory
            val host = url.host.removeSurrounding("[", "]")
            val secured = factory.createSocket(socket, host, url.port, true) as SSLSocket
            secured.sslParameters =
                secured.sslParameters.apply { endpointIdentificationAlgorithm = "HTTPS" }
            secured.startHandshake()
            secured
        } catch (e: IOException) {
            throw UnopenedException(failure(e), e)
        }
    }

    private fun Throwable.causes() = generateSequence(this) { it.cause }.take(10)

    private inline fun opening(failure: ConnectionFailure, block: () -> Unit) =
        try {
            block()
        } catch (e: UnopenedException) {
            throw e
        } catch (e: IOException) {
            throw UnopenedException(failure, e)
        }
}
