package io.github.phoenixkt.transport

import io.ktor.client.request.HttpRequestData
import io.ktor.http.HttpHeaders
import io.ktor.http.content.OutgoingContent
import io.ktor.http.hostWithPort
import io.ktor.http.hostWithPortIfSpecified
import java.io.IOException
import java.net.Socket
import java.net.SocketException

/** One request on a connection of its own, blocking; [abort] ends it from any thread. */
internal class SocketExchange(
    private val request: HttpRequestData,
    private val route: SocketRoute,
) {
    private var socket: Socket? = null
    private var ended = false

    fun run(): SocketAnswer {
        val opened = route.open(::newSocket, request.url)
        val body = (request.body as? OutgoingContent.ByteArrayContent)?.bytes()
        val answers = AnswerReader(opened.socket.getInputStream(), route.replyLimit)
        try {
            opened.socket.getOutputStream().run {
                write(head(body, opened.isForwarded).encodeToByteArray())
                body?.let(::write)
                flush()
            }
        } catch (e: IOException) {
            return answers.readEarlyAnswer() ?: throw e
        }
        return answers.readAnswer()
    }

    /** A server may refuse a body, by its length for instance, before it has read it. */
    private fun AnswerReader.readEarlyAnswer(): SocketAnswer? =
        try {
            readAnswer()
        } catch (_: IOException) {
            null
        }

    private fun head(body: ByteArray?, isForwarded: Boolean): String = buildString {
        fun line(name: String, value: String) {
            append(name).append(": ").append(value).append("\r\n")
        }
        val url = request.url
        append(request.method.value).append(' ')
        if (isForwarded) append("http://").append(url.hostWithPort)
        append(url.encodedPathAndQuery).append(" HTTP/1.1\r\n")
        line(HttpHeaders.Host, url.hostWithPortIfSpecified)
        request.headers.forEach { name, values -> line(name, values.joinToString(",")) }
        request.body.contentType?.let { line(HttpHeaders.ContentType, it.toString()) }
        if (body != null) line(HttpHeaders.ContentLength, body.size.toString())
        if (isForwarded) route.proxyAuthorization?.let { line(HttpHeaders.ProxyAuthorization, it) }
        // Who closes a connection keeps a trace of it for a minute: rather the server than us.
        line(HttpHeaders.Connection, "close")
        append("\r\n")
    }

    @Synchronized
    private fun newSocket(): Socket {
        if (ended) throw SocketException("The call has ended")
        return route.newSocket().also { socket = it }
    }

    /** Not through TLS, which would wait for the thread that reads. */
    @Synchronized
    fun abort() {
        ended = true
        try {
            socket?.close()
        } catch (_: IOException) {
            // It is of no use any more in any case.
        }
    }
}
