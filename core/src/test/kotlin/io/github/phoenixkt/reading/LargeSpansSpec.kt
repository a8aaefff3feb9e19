package io.github.phoenixkt.reading

import com.sun.net.httpserver.HttpServer
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.support.runMain
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.runBlocking

private const val SPANS = 1_000
private const val SPAN_BYTES = 108 * 1024

class LargeSpansSpec :
    FunSpec({
        test("a thousand spans of 108 KB fit a heap of 512 MB") {
            LargeSpanServer().use { server ->
                val read =
                    runMain(
                        LargeSpansProgram::class.java.name,
                        server.endpoint,
                        options = listOf("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                    )
                read.output shouldContain "$SPANS spans, each once and in order"
                read.exitCode shouldBe 0
                server.asked shouldContainExactly listOf(1_000 to 0, 500 to 0, 500 to 500)
            }
        }
    })

/** A program that reads all spans of the server at [args], and says what it was given. */
object LargeSpansProgram {
    @JvmStatic
    fun main(args: Array<String>) {
        val client = isolatedClient { endpoint = args[0] }
        var spans = 0
        var disorder = 0
        runBlocking {
            client.spans.getSpans().collect { if (it.spanId != "${spans++}") disorder++ }
        }
        println(if (disorder == 0) "$spans spans, each once and in order" else "$disorder astray")
        client.close()
    }
}

/** Writes each span as it goes: a page of them is never in its heap. */
private class LargeSpanServer : AutoCloseable {
    private val server =
        HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    val endpoint: String = "http://127.0.0.1:${server.address.port}"
    val asked = CopyOnWriteArrayList<Pair<Int, Int>>()

    init {
        val text = "x".repeat(SPAN_BYTES)
        server.createContext("/") { exchange ->
            val query =
                exchange.requestURI.query.split('&').associate {
                    it.substringBefore('=') to it.substringAfter('=')
                }
            val limit = query.getValue("limit").toInt()
            val from = query["cursor"]?.toInt() ?: 0
            asked += limit to from
            val end = minOf(from + limit, SPANS)
            exchange.responseHeaders["Content-Type"] = listOf("application/json")
            exchange.responseHeaders["x-phoenix-server-version"] = listOf(NEW_SERVER)
            exchange.sendResponseHeaders(200, 0)
            exchange.responseBody.bufferedWriter().use { body ->
                body.write("""{"next_cursor":${if (end < SPANS) "\"$end\"" else "null"},"data":[""")
                for (number in from until end) {
                    if (number > from) body.write(",")
                    body.write(
                        """{"name":"n","context":{"trace_id":"t","span_id":"$number"},
                        "start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T10:00:01Z",
                        "attributes":{"output.value":"$text"}}"""
                    )
                }
                body.write("]}")
            }
        }
        server.start()
    }

    override fun close() = server.stop(0)
}
