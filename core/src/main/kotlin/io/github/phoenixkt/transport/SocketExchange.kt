package io.github.phoenixkt.transport

import io.ktor.http.HttpHeaders
import java.io.Closeable
import java.io.IOException
import java.net.Proxy
import java.net.Socket
import java.net.SocketException
import java.util.concurrent.Executor

/** Sends one request and reads the response. Blocks; any thread can [abort] it. */
internal class SocketExchange(
    private val request: WireRequest,
    private val route: SocketRoute,
    private val idle: IdleConnections,
    private val threads: Executor,
) {
    private var held: Closeable? = null
    private var ended = false

    fun run(): WireAnswer {
        val connection = idleConnection() ?: route.open(::newSocket, ::hasEnded)
        val head = head(connection.isForwarded).encodeToByteArray()
        beginToSend()
        val answer = connection.exchange(head, request.body, threads)
        if (answer.mayKeep && request.mayKeep && !connection.isForwarded && release())
            idle.put(connection)
        return answer.answer
    }

    private fun idleConnection(): SocketConnection? =
        if (request.mayReuse) idle.take()?.also { hold(it::close) } else null

    private fun newSocket(proxy: Proxy): Socket = route.newSocket(proxy).also { hold(it) }

    private fun head(isForwarded: Boolean): String = buildString {
        fun line(name: String, value: String) {
            append(name).append(": ").append(value).append("\r\n")
        }
        append(request.method.value).append(' ')
        if (isForwarded) append(route.origin)
        append(route.path).append(request.target).append(" HTTP/1.1\r\n")
        line(HttpHeaders.Host, route.host)
        request.headers.forEach { (name, value) -> line(name, value) }
        request.body?.let {
            line(HttpHeaders.ContentType, "application/json")
            line(HttpHeaders.ContentLength, it.size.toString())
        }
        if (isForwarded) {
            route.proxyAuthorization?.let { line(HttpHeaders.ProxyAuthorization, it) }
        }
        if (isForwarded || !request.mayKeep) line(HttpHeaders.Connection, "close")
        append("\r\n")
    }

    @Synchronized
    private fun hold(connection: Closeable) {
        if (ended) {
            connection.close()
            throw callHasEnded()
        }
        held = connection
    }

    /** Not after an abort: its caller may already have read that nothing was sent. */
    @Synchronized
    private fun beginToSend() {
        if (ended) throw callHasEnded()
        request.mayHaveLeft = true
    }

    private fun callHasEnded() = SocketException("The call has ended")

    /** Gives up the connection. False if the call was aborted, which has closed the connection. */
    @Synchronized
    private fun release(): Boolean {
        held = null
        return !ended
    }

    @Synchronized private fun hasEnded() = ended

    @Synchronized
    fun abort() {
        ended = true
        try {
            held?.close()
        } catch (_: IOException) {
            // It is not used any more.
        }
    }
}
