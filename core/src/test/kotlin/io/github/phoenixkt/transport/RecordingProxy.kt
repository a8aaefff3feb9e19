package io.github.phoenixkt.transport

import java.io.Closeable
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread

/**
 * An HTTP proxy on a loopback port: forwards plain requests, tunnels on CONNECT, remembers both.
 *
 * @param authorization the `Proxy-Authorization` that it asks for; null for none
 */
class RecordingProxy(private val authorization: String? = null) : Closeable {
    private val socket = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val sockets = CopyOnWriteArrayList<Socket>()
    val port: Int = socket.localPort
    val lines = CopyOnWriteArrayList<String>()
    val heads = CopyOnWriteArrayList<String>()

    init {
        thread(isDaemon = true) {
            while (!socket.isClosed) {
                try {
                    val client = socket.accept()
                    thread(isDaemon = true) { client.use(::serve) }
                } catch (_: IOException) {
                    // Closed.
                }
            }
        }
    }

    private fun serve(client: Socket) {
        sockets += client
        val request = readRequest(client.getInputStream()) ?: return
        lines += request.line
        heads += "${request.line}\n${request.headers}"
        if (authorization != null && request.headers["proxy-authorization"] != authorization) {
            client
                .getOutputStream()
                .write(
                    ("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n" +
                            "Content-Length: 0\r\nConnection: close\r\n\r\n")
                        .encodeToByteArray()
                )
            return
        }
        val (method, target) = request.line.split(' ')
        if (method == "CONNECT") {
            Socket(target.substringBefore(':'), target.substringAfter(':').toInt()).use { server ->
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".encodeToByteArray())
                thread(isDaemon = true) { pump(client.getInputStream(), server.getOutputStream()) }
                pump(server.getInputStream(), client.getOutputStream())
            }
        } else {
            val uri = URI(target)
            Socket(uri.host, uri.port).use { server ->
                val head = "$method ${uri.rawPath} HTTP/1.1\r\nHost: ${uri.authority}\r\n\r\n"
                server.getOutputStream().write((head + request.body).encodeToByteArray())
                pump(server.getInputStream(), client.getOutputStream())
            }
        }
    }

    private fun pump(from: InputStream, to: OutputStream) {
        try {
            from.transferTo(to)
        } catch (_: IOException) {
            // One of the two has hung up.
        }
    }

    override fun close() {
        socket.close()
        sockets.forEach { it.close() }
    }
}
