package io.github.phoenixkt.reading

import com.sun.net.httpserver.HttpServer
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.isolatedClient
import java.net.InetAddress
import java.net.InetSocketAddress
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking

/** A program that queries the server at [args], and says how many rows it was given. */
object SmallHeap {
    @JvmStatic
    fun main(args: Array<String>) {
        val client = isolatedClient { endpoint = args[0] }
        val rows = runBlocking {
            val flow = client.spans.querySpans()
            if ("keep" in args) flow.toList().size else flow.count()
        }
        println("$rows rows")
        client.close()
    }
}

/** Puts the route on a socket: what it holds is not in the heap that is measured. */
class QueryServer(route: QueryRoute) : AutoCloseable {
    private val server =
        HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    val endpoint: String = "http://127.0.0.1:${server.address.port}"

    init {
        server.createContext("/") { exchange ->
            val requestBody = exchange.requestBody.readBytes().decodeToString()
            val answer = route.answer(exchange.requestMethod, requestBody)
            val bytes = answer.body.encodeToByteArray()
            exchange.responseHeaders["Content-Type"] = listOf(answer.contentType)
            exchange.responseHeaders["x-phoenix-server-version"] = listOf(NEW_SERVER)
            exchange.sendResponseHeaders(answer.status, bytes.size.toLong())
            exchange.responseBody.use { it.write(bytes) }
        }
        server.start()
    }

    override fun close() = server.stop(0)
}
