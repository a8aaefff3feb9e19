package io.github.phoenixkt.transport

import io.github.phoenixkt.NEW_SERVER
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import java.io.Closeable
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketTimeoutException
import java.net.http.HttpClient.Version
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import javax.net.ServerSocketFactory
import kotlin.concurrent.thread

/** Engines that callers pass in. */
val ENGINES: Map<String, () -> HttpClientEngine> =
    mapOf(
        "CIO" to { CIO.create { requestTimeout = 0 } },
        "Java" to { Java.create { protocolVersion = Version.HTTP_1_1 } },
    )

/** Those, and the one that a client makes for itself. */
val ENGINES_AND_OWN: Map<String, () -> HttpClientEngine?> = ENGINES + ("own" to { null })

/** What a server does with one request, on the connection it came by. */
typealias Step = ServedConnection.(ServedRequest) -> Unit

class ServedRequest(val line: String, val headers: Map<String, String>, val body: String) {
    override fun toString(): String = line
}

/** One connection of a client. */
class ServedConnection(private val socket: Socket, private val whileOpen: CountDownLatch) {
    fun send(text: String) = sendBytes(text.encodeToByteArray())

    fun sendBytes(bytes: ByteArray) {
        socket.getOutputStream().run {
            write(bytes)
            flush()
        }
    }

    fun answer(
        body: String,
        status: String = "200 OK",
        type: String = "application/json",
        length: Int = body.length,
    ) =
        send(
            "HTTP/1.1 $status\r\nContent-Type: $type\r\nContent-Length: $length\r\n" +
                "x-phoenix-server-version: $NEW_SERVER\r\n\r\n$body"
        )

    fun close() = socket.close()

    /** Ends the connection with a TCP reset. */
    fun reset() {
        socket.setSoLinger(true, 0)
        socket.close()
    }

    /** Waits until the client hangs up, and says whether it did within [seconds]. */
    fun seesHangUp(seconds: Int = 60): Boolean {
        socket.soTimeout = seconds * 1_000
        return try {
            socket.getInputStream().read() < 0
        } catch (e: IOException) {
            e !is SocketTimeoutException
        }
    }

    /** Says nothing until the test ends. */
    fun keepSilent() {
        whileOpen.await(60, TimeUnit.SECONDS)
    }

    /** A byte at a time, much too slowly. */
    fun dribble(text: String) {
        for (character in text) {
            send(character.toString())
            if (whileOpen.await(100, TimeUnit.MILLISECONDS)) return
        }
        keepSilent()
    }
}

/**
 * A server on a loopback port that treats each request by the next step of its script, and the last
 * one from then on. The question for the version is answered outside the script.
 */
class FaultServer(
    vararg script: Step,
    factory: ServerSocketFactory = ServerSocketFactory.getDefault(),
) : Closeable {
    private val steps = ConcurrentLinkedQueue(script.toList())
    private val last = script.last()
    private val ended = CountDownLatch(1)
    private val socket: ServerSocket =
        factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val connections = CopyOnWriteArrayList<Socket>()
    val requests = CopyOnWriteArrayList<ServedRequest>()
    val port: Int = socket.localPort
    val connectionCount: Int
        get() = connections.size

    init {
        thread(isDaemon = true) {
            while (!socket.isClosed) {
                try {
                    val connection = socket.accept()
                    connections += connection
                    thread(isDaemon = true) { serve(connection) }
                } catch (_: IOException) {
                    // Closed, or a client that was gone at once.
                }
            }
        }
    }

    private fun serve(socket: Socket) {
        try {
            val connection = ServedConnection(socket, ended)
            while (true) {
                val request = readRequest(socket.getInputStream()) ?: break
                if ("arize_phoenix_version" in request.line)
                    connection.answer(NEW_SERVER, type = "text/plain")
                else {
                    requests += request
                    (steps.poll() ?: last)(connection, request)
                }
            }
        } catch (_: IOException) {
            // The step, or the client, has ended the connection.
        } finally {
            socket.close()
        }
    }

    override fun close() {
        ended.countDown()
        socket.close()
        connections.forEach { it.close() }
    }
}

/** Null at the end of the connection. */
fun readRequest(input: InputStream): ServedRequest? {
    val head = generateSequence { readLine(input) }.takeWhile { it.isNotEmpty() }.toList()
    if (head.isEmpty()) return null
    val headers =
        head.drop(1).associate {
            it.substringBefore(':').lowercase() to it.substringAfter(':').trim()
        }
    val body = input.readNBytes(headers["content-length"]?.toInt() ?: 0).decodeToString()
    return ServedRequest(head.first(), headers, body)
}

private fun readLine(input: InputStream): String? {
    val line = StringBuilder()
    while (true) {
        when (val byte = input.read()) {
            -1 -> return if (line.isEmpty()) null else line.toString()
            '\n'.code -> return line.toString().removeSuffix("\r")
            else -> line.append(byte.toChar())
        }
    }
}
