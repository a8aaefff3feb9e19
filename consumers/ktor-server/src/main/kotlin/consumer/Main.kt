package consumer

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private const val SPAN = "00000000000000a1"

/** Annotates in a route, and asks itself to. */
fun main() {
    val server =
        embeddedServer(Netty, host = "127.0.0.1", port = 0) {
            routing {
                get("/check") {
                    suspendingCalls()
                    call.respondText(withContext(Dispatchers.IO) { HostCheck.run() })
                }
            }
        }
    server.start()
    try {
        val port = runBlocking { server.engine.resolvedConnectors().single().port }
        val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port/check")).build()
        val answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
        check(answer.statusCode() == 200) { "${answer.statusCode()}: ${answer.body()}" }
        println(answer.body())
    } finally {
        server.stop(0, 0)
    }
}

private suspend fun suspendingCalls() {
    FakePhoenix.start().use { phoenix ->
        phoenix.addSpan(FakeSpan.of(SPAN))
        PhoenixClient {
                environment = PhoenixEnvironment.empty()
                endpoint = phoenix.endpoint().toString()
            }
            .use { client ->
                client.spans.addSpanAnnotation(SPAN, "correctness", label = "correct", sync = true)
                check(client.spans.getSpanAnnotations(listOf(SPAN)).count() == 1)
            }
    }
}
