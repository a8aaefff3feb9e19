package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import java.io.IOException
import java.net.HttpURLConnection
import java.net.InetAddress
import java.net.ServerSocket
import java.net.URI
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.random.Random

private const val LATENCY_MILLIS = 500L
private const val LARGEST_PART = 20_000
private const val LONGEST_TOXIC_SECONDS = 5L
private const val LONGEST_START_SECONDS = 30L
private const val LONGEST_ANSWER_MILLIS = 30_000

/** Toxiproxy disturbs connections, in one direction. */
private enum class Toxic(val type: String, val stream: String, val attributes: (Random) -> String) {
    RESET("reset_peer", "upstream", { "\"timeout\":${it.nextInt(20)}" }),
    CUT_REQUEST("limit_data", "upstream", { "\"bytes\":${it.nextInt(LARGEST_PART)}" }),
    LATENCY("latency", "upstream", { "\"latency\":$LATENCY_MILLIS" }),
    LOST_REPLY("timeout", "downstream", { "\"timeout\":${1 + it.nextInt(200)}" }),
    CUT_REPLY("limit_data", "downstream", { "\"bytes\":${it.nextInt(LARGEST_PART)}" }),
}

/**
 * Starts Toxiproxy before a server. A connection that is kept carries many exchanges, and the share
 * of those that are hit cannot be set: as the [listener] of the client, this counts them, and keeps
 * a toxic on while fewer than 5 % were hit.
 */
internal class Toxiproxy(program: Path, server: URI) : AutoCloseable {
    private val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
    private val process =
        ProcessBuilder("$program", "-host", "127.0.0.1", "-port", "$port")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
    private val random = Random(5)
    private val exchanges = AtomicInteger()
    private val hit = AtomicInteger()
    private val news = Semaphore(0)
    @Volatile private var on: Toxic? = null
    @Volatile private var ended = false

    /** Through Toxiproxy. */
    val endpoint: String

    private val switching: Thread

    val listener: PhoenixListener =
        object : PhoenixListener {
            override fun onRequest(event: RequestEvent) {
                exchanges.incrementAndGet()
                val isLate =
                    on == Toxic.LATENCY && event.duration >= Duration.ofMillis(LATENCY_MILLIS)
                if (event.failure != null || isLate) hit.incrementAndGet()
                news.release()
            }
        }

    init {
        awaitStart()
        val upstream = "${server.host}:${server.port}"
        val made =
            send(
                "POST",
                "/proxies",
                """{"name":"phoenix","listen":"127.0.0.1:0","upstream":"$upstream","enabled":true}""",
            )
        val listen = checkNotNull(Regex(""""listen":"([^"]+)"""").find(made)) { made }
        endpoint = "http://${listen.groupValues[1]}"
        switching = thread(isDaemon = true) { switchToxics() }
    }

    private fun awaitStart() {
        val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_START_SECONDS)
        while (true) {
            try {
                send("GET", "/version")
                return
            } catch (e: IOException) {
                check(System.nanoTime() < deadline && process.isAlive) { "no Toxiproxy: $e" }
                news.tryAcquire(50, TimeUnit.MILLISECONDS)
            }
        }
    }

    private fun switchToxics() {
        var number = 0
        while (!ended) {
            if (hit.get() * 100 >= exchanges.get() * FAULTED_PERCENT) awaitNews()
            else {
                val toxic = Toxic.entries[number++ % Toxic.entries.size]
                val before = hit.get()
                on = toxic
                send(
                    "POST",
                    "/proxies/phoenix/toxics",
                    """{"name":"toxic","type":"${toxic.type}","stream":"${toxic.stream}",""" +
                        """"attributes":{${toxic.attributes(random)}}}""",
                )
                val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_TOXIC_SECONDS)
                while (!ended && hit.get() == before && System.nanoTime() < deadline) awaitNews()
                send("DELETE", "/proxies/phoenix/toxics/toxic")
                on = null
            }
        }
    }

    private fun awaitNews() {
        news.tryAcquire(1, TimeUnit.SECONDS)
        news.drainPermits()
    }

    /** Without a connection that is kept: the sockets of this process are counted. */
    private fun send(method: String, path: String, json: String? = null): String {
        val call = URI("http://127.0.0.1:$port$path").toURL().openConnection() as HttpURLConnection
        call.requestMethod = method
        call.setRequestProperty("Connection", "close")
        call.readTimeout = LONGEST_ANSWER_MILLIS
        if (json != null) {
            call.doOutput = true
            call.outputStream.use { it.write(json.encodeToByteArray()) }
        }
        return call.inputStream.use { it.readBytes().decodeToString() }
    }

    /** Whether what was to disturb the exchanges did so to the end. */
    val worked: Boolean
        get() = switching.isAlive && hit.get() * 100 >= exchanges.get() * (FAULTED_PERCENT - 1)

    override fun toString() = "${hit.get()} of ${exchanges.get()} exchanges faulted by Toxiproxy"

    override fun close() {
        ended = true
        news.release()
        switching.join()
        process.destroy()
    }
}
