package io.github.phoenixkt.transport

import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.spans.spanData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.ktor.http.HttpMethod
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import javax.net.ServerSocketFactory
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout

private val DEADLINE = 120.seconds
private const val PROJECT = """{"data":{"id":"P","name":"p"}}"""
private const val INSERTED = """{"data":[{"id":"A1"}]}"""
private val GOOD: Step = { answer(if (it.line.startsWith("GET")) PROJECT else INSERTED) }
private const val HEAD =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-phoenix-server-version: $NEW_SERVER\r\n"

/** After these answers the connection is not used again. */
private val LAST_ANSWERS: Map<String, Step> =
    mapOf(
        "an error" to { answer("no", "404 Not Found", "text/plain") },
        "a request that is too large" to { answer("no", "413 Too Large", "text/plain") },
        "an announced end" to
            {
                send(
                    "${HEAD}Connection: Close\r\nContent-Length: ${PROJECT.length}\r\n\r\n$PROJECT"
                )
            },
        "HTTP/1.0" to
            {
                send(
                    "${HEAD.replace("1.1", "1.0")}Connection: keep-alive\r\n" +
                        "Content-Length: ${PROJECT.length}\r\n\r\n$PROJECT"
                )
            },
        "more than the answer" to
            {
                send("${HEAD}Content-Length: ${PROJECT.length}\r\n\r\n$PROJECT\r\n")
            },
        "an answer that is too long to be read" to { answer("x".repeat(100_000)) },
        "an answer that is cut" to
            {
                answer(PROJECT, length = 100)
                close()
            },
    )

class KeptConnectionsSpec :
    FunSpec({
        fun clientOf(
            server: FaultServer,
            scheme: String = "http",
            configure: PhoenixSettings.Builder.() -> Unit = {},
        ): PhoenixClient = isolatedClient {
            endpoint = "$scheme://127.0.0.1:${server.port}"
            if (scheme == "https") sslContext = TestCertificates.trusted.clientContext
            retry { initialDelay = Duration.ofMillis(1) }
            configure()
        }

        fun serverOf(scheme: String, vararg steps: Step) =
            FaultServer(
                *steps,
                factory =
                    if (scheme == "https")
                        TestCertificates.trusted.serverContext.serverSocketFactory
                    else ServerSocketFactory.getDefault(),
            )

        listOf("http", "https").forEach { scheme ->
            test(
                "$scheme: 1,000 calls one after the other take one connection and a request each"
            ) {
                serverOf(scheme, GOOD).use { server ->
                    clientOf(server, scheme).use { client ->
                        repeat(500) {
                            client.projects.get("p")
                            client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                        }
                    }
                    server.requests.size shouldBe 1_000
                    server.connectionCount shouldBe 1
                }
            }

            test("$scheme: calls that are not retried, by their options, take new connections") {
                serverOf(scheme, GOOD).use { server ->
                    clientOf(server, scheme).use { client ->
                        val once = client.withOptions {
                            retry = RetrySettings.builder().maxAttempts(1).build()
                        }
                        repeat(3) { once.projects.get("p") }
                    }
                    server.connectionCount shouldBe 3
                }
            }

            test("$scheme: a client that never retries keeps no connection") {
                val hungUp = CountDownLatch(1)
                val hangingUp: Step = {
                    GOOD(it)
                    if (seesHangUp()) hungUp.countDown()
                }
                serverOf(scheme, hangingUp).use { server ->
                    clientOf(server, scheme) { retry { maxAttempts = 1 } }
                        .use { client ->
                            client.projects.get("p")
                            server.requests.single().headers["connection"] shouldBe "close"
                            runInterruptible(Dispatchers.IO) { hungUp.await() }
                        }
                }
            }

            test("$scheme: 1,000 calls, four at a time, take four connections at most") {
                serverOf(scheme, GOOD).use { server ->
                    clientOf(server, scheme).use { client ->
                        coroutineScope {
                            List(4) {
                                    async(Dispatchers.Default) {
                                        repeat(250) { client.projects.get("p") }
                                    }
                                }
                                .awaitAll()
                        }
                    }
                    server.requests.size shouldBe 1_000
                    server.connectionCount shouldBeLessThanOrEqual 4
                }
            }

            test(
                "$scheme: a server that closes idle connections costs no call, and gets each once"
            ) {
                // The connection ends after each answer, at any moment of the next call.
                serverOf(
                        scheme,
                        {
                            GOOD(it)
                            close()
                        },
                    )
                    .use { server ->
                        clientOf(server, scheme).use { client ->
                            repeat(200) {
                                client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                            }
                        }
                        server.requests.size shouldBe 200
                    }
            }

            test("$scheme: without a second attempt each call has a connection of its own") {
                serverOf(scheme, GOOD).use { server ->
                    clientOf(server, scheme) { retry { maxAttempts = 1 } }
                        .use { client -> repeat(3) { client.projects.get("p") } }
                    server.connectionCount shouldBe 3
                }
            }
        }

        listOf("http", "https").forEach { scheme ->
            test("$scheme: what comes together with the end of a long answer is not the next one") {
                val long =
                    """{"data":{"id":"P","name":"p","description":"${"x".repeat(12_000)}"}}"""
                val more = """{"data":{"id":"P","name":"smuggled"}}"""
                serverOf(
                        scheme,
                        {
                            // One record of TLS.
                            send(
                                "${HEAD}Content-Length: ${long.length}\r\n\r\n$long" +
                                    "${HEAD}Content-Length: ${more.length}\r\n\r\n$more"
                            )
                        },
                        GOOD,
                    )
                    .use { server ->
                        clientOf(server, scheme).use { client ->
                            repeat(2) { client.projects.get("p").name shouldBe "p" }
                        }
                        server.connectionCount shouldBe 2
                    }
            }
        }

        LAST_ANSWERS.forEach { (what, answer) ->
            test("after $what the next call has a new connection") {
                FaultServer(answer, GOOD).use { server ->
                    clientOf(server) { replyLimit = 65_536 }
                        .use { client ->
                            runCatching { client.projects.get("p") }
                            client.projects.get("p").name shouldBe "p"
                        }
                    server.connectionCount shouldBe 2
                }
            }
        }

        test("a call that must not be sent twice goes over a connection of its own") {
            FaultServer(GOOD, { answer("""{"total_received":1,"total_queued":1}""") }).use { server
                ->
                clientOf(server).use { client ->
                    client.projects.get("p")
                    client.spans.logSpans(
                        listOf(spanData("s", "67f6740bbe1ddc3f", "t", Instant.EPOCH, Instant.EPOCH))
                    )
                }
                server.requests.size shouldBe 2
                server.connectionCount shouldBe 2
            }
        }

        test("a deletion goes over a connection of its own, since its second 404 means success") {
            FaultServer(GOOD, { answer("", "204 No Content") }).use { server ->
                clientOf(server).use { client ->
                    client.projects.get("p")
                    client.projects.delete("p")
                }
                server.connectionCount shouldBe 2
            }
        }

        test("a connection whose call was cancelled is not used again") {
            val arrived = CompletableDeferred<Unit>()
            FaultServer(
                    GOOD,
                    {
                        arrived.complete(Unit)
                        seesHangUp() shouldBe true
                    },
                    GOOD,
                )
                .use { server ->
                    clientOf(server).use { client ->
                        withTimeout(DEADLINE) {
                            client.projects.get("p")
                            coroutineScope {
                                val call = async(Dispatchers.Default) { client.projects.get("p") }
                                arrived.await()
                                call.cancelAndJoin()
                            }
                            client.projects.get("p").name shouldBe "p"
                        }
                    }
                    server.connectionCount shouldBe 2
                }
        }

        test("a used connection that breaks leaves open whether the request arrived") {
            FaultServer(GOOD, { reset() }).use { server ->
                clientOf(server) { retry { maxAttempts = 2 } }
                    .use { client ->
                        client.projects.get("p")
                        val error =
                            shouldThrow<PhoenixException.Unreachable> {
                                client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)
                            }
                        error.mayHaveArrived shouldBe true
                        server.requests.size shouldBe 3
                    }
            }
        }

        test("an idle connection is closed in time, and so is one too many") {
            val hungUp = CountDownLatch(3)
            val together = CountDownLatch(2)
            fun answering(before: () -> Unit): Step = {
                before()
                GOOD(it)
                if (seesHangUp()) hungUp.countDown()
            }
            val both = answering {
                together.countDown()
                together.await(60, TimeUnit.SECONDS)
            }
            FaultServer(both, both, answering {}).use { server ->
                val settings = phoenixSettings { endpoint = "http://127.0.0.1:${server.port}" }
                val engine =
                    SocketEngine(
                        SocketRoute(settings),
                        mostIdle = 1,
                        Duration.ofMillis(100),
                        mostRequests = 2,
                    )
                suspend fun get(mayReuse: Boolean) =
                    engine.send(
                        WireRequest(
                            HttpMethod.Get,
                            "/v1/projects/p",
                            emptyMap(),
                            body = null,
                            Duration.ofSeconds(60),
                            mayReuse,
                        )
                    )
                engine.use {
                    withTimeout(DEADLINE) {
                        coroutineScope {
                            repeat(2) { async(Dispatchers.Default) { get(mayReuse = true) } }
                        }
                        get(mayReuse = false)
                        runInterruptible(Dispatchers.IO) {
                            hungUp.await(60, TimeUnit.SECONDS) shouldBe true
                        }
                    }
                }
                server.connectionCount shouldBe 3
            }
        }
    })
