package io.github.phoenixkt.transport

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.http.HttpMethod
import java.io.Closeable
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration
import java.time.Instant
import javax.net.ssl.SSLSocket
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

/**
 * Tells its version to the first connection. It takes the others and does not answer their TLS
 * handshake.
 */
private class StuckServer : Closeable {
    private val socket = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    val endpoint = "https://127.0.0.1:${socket.localPort}"

    init {
        thread(isDaemon = true) {
            runCatching {
                val raw = socket.accept()
                val factory = TestCertificates.trusted.serverContext.socketFactory
                (factory.createSocket(raw, null, raw.port, true) as SSLSocket).use {
                    it.useClientMode = false
                    readRequest(it.inputStream)
                    it.outputStream.write(
                        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n" +
                                "Content-Length: ${NEW_SERVER.length}\r\n\r\n$NEW_SERVER")
                            .encodeToByteArray()
                    )
                }
            }
        }
    }

    override fun close() = socket.close()
}

private fun PhoenixSettings.Builder.twoAttempts() {
    runtime = FakeTime().runtime()
    timeouts { request = Duration.ofSeconds(20) }
    retry { maxAttempts = 2 }
}

/** The client knows the version of the server. */
private suspend fun onStuck(block: suspend (PhoenixClient) -> Unit) {
    StuckServer().use { server ->
        val client = isolatedClient {
            endpoint = server.endpoint
            sslContext = TestCertificates.trusted.clientContext
            twoAttempts()
        }
        client.use {
            it.serverVersion().toString() shouldBe NEW_SERVER
            // In virtual time, a time limit strikes at once.
            runTest { block(it) }
        }
    }
}

private suspend fun errorOfLogSpans(client: PhoenixClient): PhoenixException =
    shouldThrow<PhoenixException.Timeout> {
        client.spans.logSpans(
            listOf(spanData("s", "67f6740bbe1ddc3f", "t", Instant.EPOCH, Instant.EPOCH))
        )
    }

/** A time limit that strikes before anything was sent. */
class UnsentSpec :
    FunSpec({
        test("a write whose handshake takes too long was not sent, and says so") {
            onStuck { client ->
                val error =
                    shouldThrow<PhoenixException.Timeout> {
                        client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                    }
                error.mayHaveArrived shouldBe false
                error.message shouldContain "Nothing was sent"
                error.message shouldContain "attempt 2"
                error.message shouldNotContain "have processed it"
            }
        }

        test("a call that must not be sent twice is repeated after it") {
            onStuck { client ->
                val error = errorOfLogSpans(client)
                error.mayHaveArrived shouldBe false
                error.message shouldContain "attempt 2"
            }
        }

        test("rows of an upload were not attempted") {
            onStuck { client ->
                val report =
                    client.annotations.upload(
                        List(3) { SpanAnnotationData("s$it", "a", score = 1.0) },
                        uploadOptions { outageTolerance = Duration.ZERO },
                    )
                report.counts().keys shouldBe setOf("NotAttempted")
            }
        }

        ENGINES.forEach { (name, newEngine) ->
            test("$name: it is not known what an engine of the caller's has sent") {
                StuckServer().use { server ->
                    newEngine().use { own ->
                        runTest {
                            isolatedClient {
                                endpoint = server.endpoint
                                engine = own
                                twoAttempts()
                            }
                                .use { errorOfLogSpans(it).mayHaveArrived shouldBe true }
                        }
                    }
                }
            }
        }

        for (size in listOf(100, 100_000)) {
            test("a request of $size bytes that has arrived may have been sent") {
                val arrived = CompletableDeferred<Unit>()
                FaultServer({
                        arrived.complete(Unit)
                        keepSilent()
                    })
                    .use { server ->
                        val route =
                            SocketRoute(
                                phoenixSettings { endpoint = "http://127.0.0.1:${server.port}" }
                            )
                        val request =
                            WireRequest(
                                HttpMethod.Post,
                                "/v1/span_annotations",
                                emptyMap(),
                                ByteArray(size),
                                Duration.ofSeconds(20),
                                mayReuse = false,
                            )
                        SocketEngine(route, 1).use { engine ->
                            coroutineScope {
                                val call = launch(Dispatchers.Default) { engine.send(request) }
                                withTimeout(60.seconds) { arrived.await() }
                                call.cancelAndJoin()
                            }
                            request.mayHaveLeft shouldBe true
                        }
                    }
            }
        }
    })
