package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.isolatedClient
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.client.engine.HttpClientEngine
import java.io.ByteArrayOutputStream
import java.time.Duration
import java.util.zip.GZIPOutputStream

private const val ID = """{"data":[{"id":"A1"}]}"""

private fun gzip(text: String): ByteArray =
    ByteArrayOutputStream()
        .apply { GZIPOutputStream(this).use { it.write(text.encodeToByteArray()) } }
        .toByteArray()

/** An answer that a proxy has encoded, although it was not asked to. */
private fun encoded(
    body: String,
    status: String = "200 OK",
    encoding: String = "gzip",
    chunked: Boolean = false,
    type: String = "application/json",
): Step = {
    val bytes = if (encoding == "identity") body.encodeToByteArray() else gzip(body)
    val framing = if (chunked) "Transfer-Encoding: chunked" else "Content-Length: ${bytes.size}"
    send(
        "HTTP/1.1 $status\r\nContent-Type: $type\r\nContent-Encoding: $encoding\r\n$framing\r\n" +
            "x-phoenix-server-version: $NEW_SERVER\r\n\r\n"
    )
    if (chunked) send("${bytes.size.toString(16)}\r\n")
    sendBytes(bytes)
    if (chunked) send("\r\n0\r\n\r\n")
}

class EncodedAnswersSpec :
    FunSpec({
        test("a version that is encoded is not known, and the error says how it is encoded") {
            val answer =
                Answer(
                    body = "\u001f8B",
                    headers = mapOf("Content-Encoding" to "br"),
                    version = null,
                )
            val server = MockPhoenix(versionAnswer = answer)
            val error =
                shouldThrow<PhoenixException> {
                    server.client().spans.deleteSpanAnnotations("p", DeleteAll)
                }
            error.message shouldContain "encoded as br"
            error.message shouldContain "Nothing was sent"
            error.mayHaveArrived shouldBe false
            server.requests.shouldBeEmpty()
        }

        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            var engine: HttpClientEngine? = null
            beforeSpec { engine = newEngine() }
            afterSpec { engine?.close() }

            suspend fun ofWrite(
                step: Step,
                block: suspend (FaultServer, suspend () -> String?) -> Unit,
            ) {
                FaultServer(step).use { server ->
                    val client: PhoenixClient = isolatedClient {
                        endpoint = "http://127.0.0.1:${server.port}"
                        apiKey = "px-secret-key"
                        this.engine = engine
                        timeouts { request = Duration.ofSeconds(20) }
                        retry { initialDelay = Duration.ofMillis(1) }
                    }
                    client.use {
                        block(server) {
                            it.spans
                                .addSpanAnnotation(
                                    "67f6740bbe1ddc3f",
                                    "a",
                                    score = 1.0,
                                    sync = true,
                                )
                                ?.id
                        }
                    }
                }
            }

            for (chunked in listOf(false, true)) {
                test("$name: an answer that is encoded says how, chunked: $chunked") {
                    ofWrite(encoded(ID, chunked = chunked)) { server, write ->
                        val error = shouldThrow<PhoenixException.UnexpectedResponse> { write() }
                        error.message shouldContain "encoded as gzip"
                        error.mayHaveArrived shouldBe true
                        server.requests.size shouldBe 1
                    }
                }
            }

            test("$name: an answer that is encoded as itself is read") {
                ofWrite(encoded(ID, encoding = "identity")) { _, write -> write() shouldBe "A1" }
            }

            test("$name: an error that is encoded keeps its meaning, and nothing of it is quoted") {
                val said = "Spans with IDs [67f6740bbe1ddc3f] not found"
                ofWrite(encoded(said, "404 Not Found", type = "text/plain")) { _, write ->
                    val error = shouldThrow<PhoenixException> { write() }
                    error.shouldBeInstanceOf<PhoenixException.NotFound>()
                    error.message shouldContain "encoded as gzip"
                    error.message shouldNotContain "The server said"
                }
            }

            test("$name: an encoding may not show a secret") {
                ofWrite(encoded(ID, encoding = "px-secret-key")) { _, write ->
                    shouldThrow<PhoenixException> { write() }.message shouldNotContain
                        "px-secret-key"
                }
            }

            test("$name: a proxy's page that is encoded is tried again") {
                ofWrite(encoded("<html>", "503 Busy", type = "text/html")) { server, write ->
                    shouldThrow<PhoenixException.ServerError> { write() }.message shouldContain
                        "encoded as gzip"
                    server.requests.size shouldBe 4
                }
            }
        }
    })
