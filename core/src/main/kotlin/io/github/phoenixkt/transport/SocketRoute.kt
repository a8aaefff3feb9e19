package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixSettings
import io.ktor.http.Url
import io.ktor.http.hostWithPort
import io.ktor.http.hostWithPortIfSpecified
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.Socket
import java.net.URI
import java.net.UnknownHostException
import java.nio.channels.SocketChannel
import java.security.GeneralSecurityException
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLSocket

/**
 * The connection could not be opened, or a thread of it not started. Nothing of the request was
 * sent.
 */
internal class UnopenedException(val failure: ConnectionFailure, override val cause: IOException) :
    IOException(cause.message, cause)

/** Opens connections to the server: directly or through a proxy, with or without TLS. */
internal class SocketRoute(
    settings: PhoenixSettings,
    private val jvmProxies: () -> ProxySelector? = ProxySelector::getDefault,
) {
    private val url = Url(settings.endpoint)
    private val hostName = url.host.removeSurrounding("[", "]")
    private val isSecure = url.protocol.name == "https"
    private val proxy: Proxy? = settings.proxy
    private val sslContext: SSLContext? = settings.sslContext
    private val connectMillis = settings.timeouts.connect.toMillis().toInt()
    private val replyLimit = settings.replyLimit

    val origin: String = "${url.protocol.name}://${url.hostWithPort}"
    val host: String = url.hostWithPortIfSpecified
    val path: String = url.encodedPath.trimEnd('/')
    val proxyAuthorization: String? = settings.proxyCredentials?.authorization

    /** Not connected yet, so that an abort can close it while it connects. */
    fun newSocket(proxy: Proxy): Socket =
        if (proxy.type() == Proxy.Type.SOCKS) Socket(proxy)
        // A channel can be read without waiting, see SocketConnection.isQuiet.
        else SocketChannel.open().socket()

    /**
     * Opens a connection to the server. If this fails, nothing of a request was sent.
     *
     * @param newSocket makes a socket for each address that is tried
     * @param isAborted whether the call has ended meanwhile, so that a failure says nothing of a
     *   proxy
     */
    fun open(newSocket: (Proxy) -> Socket, isAborted: () -> Boolean): SocketConnection =
        try {
            val (proxy, socket) = connectThroughProxy(newSocket, isAborted)
            socket.soTimeout = connectMillis
            val isHttpProxy = proxy.type() == Proxy.Type.HTTP
            if (isSecure && isHttpProxy) tunnel(socket)
            val secured = if (isSecure) secure(socket) else socket
            socket.soTimeout = 0
            SocketConnection(socket, secured, isForwarded = isHttpProxy && !isSecure, replyLimit)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // A proxy selector or trust store of the application can throw anything.
            throw e as? UnopenedException
                ?: UnopenedException(
                    ConnectionFailure.UNCONNECTED,
                    e as? IOException ?: IOException(e),
                )
        }

    /**
     * Connects through the proxy of the settings, or else through the first proxy of the JVM that
     * accepts the connection.
     */
    private fun connectThroughProxy(
        newSocket: (Proxy) -> Socket,
        isAborted: () -> Boolean,
    ): Pair<Proxy, Socket> {
        if (proxy != null) return proxy to connect(newSocket, proxy)
        val selector = jvmProxies()
        val uri = URI(url.toString())
        val proxies = selector?.select(uri).orEmpty().ifEmpty { listOf(Proxy.NO_PROXY) }
        proxies.forEachIndexed { index, proxy ->
            try {
                return proxy to connect(newSocket, proxy)
            } catch (e: IOException) {
                if (proxy.type() == Proxy.Type.DIRECT || isAborted()) throw e
                selector?.connectFailed(uri, proxy.address(), e)
                if (index == proxies.lastIndex) throw e
            }
        }
        error("There is a last proxy")
    }

    /** A name may have several addresses, and the server may listen at only one of them. */
    private fun connect(newSocket: (Proxy) -> Socket, proxy: Proxy): Socket {
        val target =
            if (proxy.type() == Proxy.Type.HTTP) proxy.address() as InetSocketAddress
            else InetSocketAddress.createUnresolved(hostName, url.port)
        var failure: IOException? = null
        for (address in addressesOf(target, proxy)) {
            try {
                return connect(newSocket(proxy), address)
            } catch (e: IOException) {
                failure?.let(e::addSuppressed)
                failure = e
            }
        }
        throw checkNotNull(failure)
    }

    private fun addressesOf(target: InetSocketAddress, proxy: Proxy): List<InetSocketAddress> =
        try {
            InetAddress.getAllByName(target.hostString).map { InetSocketAddress(it, target.port) }
        } catch (e: UnknownHostException) {
            // A SOCKS proxy may know names that this machine does not.
            if (proxy.type() == Proxy.Type.SOCKS) listOf(target) else throw e
        }

    private fun connect(socket: Socket, target: InetSocketAddress): Socket =
        try {
            socket.tcpNoDelay = true
            socket.connect(target, connectMillis)
            socket
        } catch (e: IOException) {
            socket.close()
            throw e
        }

    private fun tunnel(socket: Socket) {
        val credentials = proxyAuthorization?.let { "Proxy-Authorization: $it\r\n" }.orEmpty()
        val target = url.hostWithPort
        val head =
            "CONNECT $target HTTP/1.1\r\nHost: $target\r\nUser-Agent: $USER_AGENT\r\n$credentials\r\n"
        socket.getOutputStream().run {
            write(head.encodeToByteArray())
            flush()
        }
        val answer = AnswerReader(socket.getInputStream(), replyLimit).readHead()
        if (answer.status !in 200..299)
            throw UnopenedException(
                ConnectionFailure.NO_TUNNEL,
                IOException("The proxy responded with ${answer.status} ${answer.reason}".trim()),
            )
    }

    private fun secure(socket: Socket): Socket =
        try {
            val factory = (sslContext ?: SSLContext.getDefault()).socketFactory
            val secured = factory.createSocket(socket, hostName, url.port, true) as SSLSocket
            secured.sslParameters =
                secured.sslParameters.apply { endpointIdentificationAlgorithm = "HTTPS" }
            secured.startHandshake()
            secured
        } catch (e: IOException) {
            throw UnopenedException(ConnectionFailure.ofHandshake(causesOf(e)), e)
        } catch (e: GeneralSecurityException) {
            throw UnopenedException(ConnectionFailure.INSECURE, IOException(e))
        }
}
