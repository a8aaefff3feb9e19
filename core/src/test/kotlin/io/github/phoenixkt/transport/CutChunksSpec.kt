package io.github.phoenixkt.transport

import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.isolatedClient
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.withTimeout

private val DEADLINE = 30.seconds
private const val WHOLE = """{"data":{"id":"P","name":"p"}}"""

/** An answer in one whole chunk, or none; what ends it is not sent. */
private fun cut(
    status: String,
    type: String,
    text: String,
    ending: ServedConnection.() -> Unit,
): Step = {
    val chunk = if (text.isEmpty()) "" else "%x\r\n%s\r\n".format(text.length, text)
    send(
        "HTTP/1.1 $status\r\nContent-Type: $type\r\nTransfer-Encoding: chunked\r\n" +
            "x-phoenix-server-version: $NEW_SERVER\r\n\r\n$chunk"
    )
    ending()
}

private val BODIES =
    listOf(
        Triple("200 OK", "application/json", WHOLE),
        Triple("200 OK", "application/json", WHOLE.dropLast(1)),
        Triple("200 OK", "application/json", ""),
        Triple("200 OK", "text/plain", "OK"),
        Triple("404 Not Found", "text/plain", "Project not found"),
        Triple("422 Unprocessable", "application/json", """{"detail":"no"}"""),
        Triple("500 Internal Server Error", "text/plain", "Internal Server Error"),
        Triple("403 Forbidden", "text/html", "<html><title>No</title></html>"),
    )

private val ENDINGS: Map<String, ServedConnection.() -> Unit> =
    mapOf(
        "the end" to { close() },
        "half a length" to
            {
                send("1")
                close()
            },
        "a last chunk without its end" to
            {
                send("0\r\n")
                close()
            },
    )

class CutChunksSpec :
    FunSpec({
        (ENGINES_AND_OWN - ENGINES.keys).forEach { (name, newEngine) ->
            for ((status, type, text) in BODIES) {
                ENDINGS.forEach { (what, ending) ->
                    test(
                        "$name: $status, $type \"$text\" in chunks and then $what is a broken connection"
                    ) {
                        val fault = cut(status, type, text, ending)
                        FaultServer(fault, { answer(WHOLE) }).use { server ->
                            newEngine().use { own ->
                                withTimeout(DEADLINE) {
                                    isolatedClient {
                                        endpoint = "http://127.0.0.1:${server.port}"
                                        engine = own
                                        retry { initialDelay = Duration.ofMillis(1) }
                                    }
                                        .use { it.projects.get("p").name shouldBe "p" }
                                }
                                server.requests.size shouldBe 2
                            }
                        }
                    }
                }
            }
        }

        // Ktor's engines do not tell such an end, or not always: JSON shows that it is not whole.
        val cutJson = listOf("", "{", """{"data":{"id":"P","na""", WHOLE.dropLast(1))
        for ((name, newEngine) in ENGINES) for (text in cutJson) {
            test("$name: JSON that is cut to '$text' in chunks is a broken connection") {
                val fault = cut("200 OK", "application/json", text) { close() }
                FaultServer(fault).use { server ->
                    newEngine().use { own ->
                        val client = isolatedClient {
                            endpoint = "http://127.0.0.1:${server.port}"
                            engine = own
                            retry {
                                maxAttempts = 2
                                initialDelay = Duration.ofMillis(1)
                            }
                        }
                        val error =
                            shouldThrow<PhoenixException.Unreachable> {
                                client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                            }
                        error.mayHaveArrived shouldBe true
                        error.message shouldContain "broke"
                        server.requests.size shouldBe 2
                    }
                }
            }
        }
    })
