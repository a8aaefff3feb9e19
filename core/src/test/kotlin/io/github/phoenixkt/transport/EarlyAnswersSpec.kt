package io.github.phoenixkt.transport

import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.isolatedClient
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.Closeable
import java.net.InetAddress
import java.net.Socket
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import javax.net.ServerSocketFactory
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.withTimeout

private const val REFUSAL =
    "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n" +
        "x-phoenix-server-version: $NEW_SERVER\r\n\r\nfar too l"

/** Refuses each request by its head: what follows it is not read, and the connection stays open. */
private class RefusingServer(factory: ServerSocketFactory) : Closeable {
    private val socket = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val connections = CopyOnWriteArrayList<Socket>()
    val port: Int = socket.localPort
    val connectionCount: Int
        get() = connections.size

    init {
        thread(isDaemon = true) {
            generateSequence { runCatching { socket.accept() }.getOrNull() }
                .forEach { client ->
                    connections += client
                    runCatching {
                        client.getInputStream().read(ByteArray(256))
                        client.getOutputStream().run {
                            write(REFUSAL.encodeToByteArray())
                            flush()
                        }
                    }
                }
        }
    }

    override fun close() {
        socket.close()
        connections.forEach { it.close() }
    }
}

class EarlyAnswersSpec :
    FunSpec({
        val factories =
            mapOf(
                "http" to ServerSocketFactory.getDefault(),
                "https" to TestCertificates.trusted.serverContext.serverSocketFactory,
            )
        factories.forEach { (scheme, factory) ->
            test("$scheme: a refusal of a body that the server does not read is its answer") {
                RefusingServer(factory).use { server ->
                    val client = isolatedClient {
                        endpoint = "$scheme://127.0.0.1:${server.port}"
                        sslContext = TestCertificates.trusted.clientContext
                        timeouts { request = Duration.ofSeconds(20) }
                    }
                    val error =
                        shouldThrow<PhoenixException> {
                            withTimeout(50.seconds) {
                                client.spans.addSpanAnnotation(
                                    "s",
                                    "a",
                                    // More than the buffers on the way hold.
                                    explanation = "x".repeat(32 * 1024 * 1024),
                                    sync = true,
                                )
                            }
                        }
                    error.shouldBeInstanceOf<PhoenixException.Rejected>()
                    error.status shouldBe 413
                    error.mayHaveArrived shouldBe false
                    // The question for the version is refused, too.
                    server.connectionCount shouldBe 2
                    client.close()
                }
            }
        }

        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            test("$name: of an error without an end only the beginning is waited for") {
                FaultServer({
                        send(
                            "HTTP/1.1 422 Unprocessable\r\nContent-Type: text/plain\r\n" +
                                "x-phoenix-server-version: $NEW_SERVER\r\nContent-Length: 100000000\r\n\r\n"
                        )
                        send("the score is no number ${"x".repeat(1_000_000)}")
                        keepSilent()
                    })
                    .use { server ->
                        newEngine().use { own ->
                            val client = isolatedClient {
                                endpoint = "http://127.0.0.1:${server.port}"
                                engine = own
                                timeouts { request = Duration.ofSeconds(20) }
                            }
                            val error =
                                shouldThrow<PhoenixException> {
                                    withTimeout(50.seconds) { client.projects.get("p") }
                                }
                            error.shouldBeInstanceOf<PhoenixException.Rejected>()
                            server.requests.size shouldBe 1
                        }
                    }
            }
        }
    })
