package io.github.phoenixkt.proof

import io.github.phoenixkt.support.ChildJvm
import io.github.phoenixkt.testing.FakePhoenix
import java.io.IOException
import java.io.OutputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.random.Random

internal const val FAULTED_PERCENT = 5
private const val BUFFER = 64 * 1024

/** What happens to one exchange of a request and a reply. */
private enum class ExchangeFault {
    /** The request does not arrive. */
    RESET,
    /** The request arrives in part. */
    CUT_REQUEST,
    /** The request arrives a second late at most. */
    DELAY,
    /** The request arrives, and its reply is lost. */
    LOST_REPLY,
    /** The reply arrives in part. */
    CUT_REPLY,
}

/**
 * A program of its own, so that its threads and sockets are not the client's: a relay before a
 * Phoenix that disturbs some exchanges. Its arguments are the endpoint of that Phoenix, or nothing
 * for a [FakePhoenix] in this program. Prints its own endpoint and that of the Phoenix; when its
 * input ends, it prints what it did and ends.
 */
internal object FaultyServerProgram {
    @JvmStatic
    fun main(args: Array<String>) {
        val server =
            args.firstOrNull()?.let(URI::create)
                ?: FakePhoenix.builder().recording(false).start().endpoint()
        val relay = FaultyRelay(server)
        println("http://127.0.0.1:${relay.port} $server")
        System.`in`.transferTo(OutputStream.nullOutputStream())
        println(relay)
        System.out.flush()
        Runtime.getRuntime().halt(0)
    }
}

/** Sees an exchange begin when the client sends something after it was sent a reply. */
private class FaultyRelay(private val server: URI) {
    private val socket = ServerSocket(0, 100, InetAddress.getLoopbackAddress())
    private val exchanges = AtomicInteger()
    private val faulted = AtomicInteger()
    private val random = Random(5)
    private val never = CountDownLatch(1)
    val port: Int = socket.localPort

    init {
        thread(isDaemon = true) {
            while (true) {
                val client = socket.accept()
                thread(isDaemon = true) { Connection(client).use { it.relay() } }
            }
        }
    }

    override fun toString() = "${faulted.get()} of ${exchanges.get()} exchanges faulted"

    private fun drawFault(): ExchangeFault? =
        synchronized(random) {
            exchanges.incrementAndGet()
            if (random.nextInt(100) >= FAULTED_PERCENT) return null
            faulted.incrementAndGet()
            ExchangeFault.entries.random(random)
        }

    private inner class Connection(private val client: Socket) : AutoCloseable {
        private val upstream = Socket(server.host, server.port)
        private val replyFault = AtomicReference<ExchangeFault?>()
        @Volatile private var replied = true

        fun relay() {
            thread(isDaemon = true) { use { pump(upstream, client, ::onReply) } }
            pump(client, upstream, ::onRequest)
        }

        /** @return how many of these bytes to pass on; the connection ends if it is not all */
        private fun onRequest(bytes: Int): Int {
            if (!replied) return bytes
            replied = false
            val fault = drawFault()
            return when (fault) {
                ExchangeFault.RESET -> 0
                ExchangeFault.CUT_REQUEST -> bytes / 2
                ExchangeFault.DELAY -> {
                    never.await(
                        synchronized(random) { random.nextLong(1_000) },
                        TimeUnit.MILLISECONDS,
                    )
                    bytes
                }
                else -> {
                    replyFault.set(fault)
                    bytes
                }
            }
        }

        private fun onReply(bytes: Int): Int {
            replied = true
            return when (replyFault.getAndSet(null)) {
                ExchangeFault.LOST_REPLY -> 0
                ExchangeFault.CUT_REPLY -> bytes / 2
                else -> bytes
            }
        }

        private fun pump(from: Socket, to: Socket, passed: (Int) -> Int) {
            val buffer = ByteArray(BUFFER)
            try {
                while (true) {
                    val read = from.getInputStream().read(buffer)
                    if (read < 0) return
                    val kept = passed(read)
                    to.getOutputStream().write(buffer, 0, kept)
                    if (kept < read) return
                }
            } catch (@Suppress("SwallowedException") e: IOException) {
                // One of the two has ended the connection.
            }
        }

        /** With a reset for the client; what is on its way to the server still arrives. */
        @Synchronized
        override fun close() {
            if (!client.isClosed) client.setSoLinger(true, 0)
            client.close()
            upstream.close()
        }
    }
}

/** Starts [FaultyServerProgram] before the Phoenix at [real], or before a fake one. */
internal class FaultyServer(real: String?) : AutoCloseable {
    private val process =
        ProcessBuilder(
                ChildJvm.java(
                    FaultyServerProgram::class.java.name,
                    System.getProperty("java.class.path"),
                    listOf("-Xmx3g"),
                    *listOfNotNull(real).toTypedArray(),
                )
            )
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    private val output = process.inputStream.bufferedReader()
    private val endpoints = checkNotNull(output.readLine()) { "no server" }.split(" ")

    /** Through the relay. */
    val faulty: String = endpoints[0]

    /** Without it. */
    val direct: String = endpoints[1]

    /** Ends it, and says how many exchanges were disturbed. */
    fun end(): String {
        process.outputStream.close()
        return output.readLine().orEmpty()
    }

    override fun close() {
        process.destroyForcibly()
    }
}
