package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.causesOf
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.support.HeldPort
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.ktor.client.engine.HttpClientEngine
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration
import kotlin.reflect.KClass
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.withTimeout

private val DEADLINE = 60.seconds

private val GOOD: Step = { answer(body = """{"data":[{"id":"A1"}]}""") }

/** Faults that another attempt may mend. */
private val TRANSIENT: Map<String, Step> =
    mapOf(
        "a reset before the answer" to { reset() },
        "a connection closed without an answer" to { close() },
        "a head that breaks off" to
            {
                send("HTTP/1.1 200 OK\r\nContent-Ty")
                close()
            },
        "a body shorter than promised" to
            {
                answer("""{"data":[""", length = 500)
                close()
            },
        "a body that ends with a reset" to
            {
                answer("""{"data":[""", length = 500)
                reset()
            },
        "garbage instead of HTTP" to
            {
                send("SSH-2.0-OpenSSH_9.2 px-garbage\r\n\r\n")
                close()
            },
        "binary garbage" to
            {
                send("\u0000\u0001\u0002\u0003\uFFFD\r\n\r\n")
                close()
            },
        "a malformed chunk" to
            {
                send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                        "zz\r\nnonsense\r\n"
                )
                close()
            },
        "silence" to { keepSilent() },
        "a slow head" to { dribble("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n") },
        "a slow body" to
            {
                answer("", length = 500)
                dribble("[".repeat(400))
            },
        "503" to { answer("busy", "503 Service Unavailable", "text/plain") },
    )

/** Faults that stay, and the error for each. */
private val LASTING: Map<String, Pair<KClass<out PhoenixException>, Step>> =
    mapOf(
        "JSON cut at the right length" to
            (PhoenixException.UnexpectedResponse::class to { answer("""{"data":[{"id":"A""") }),
        "a page" to
            (PhoenixException.UnexpectedResponse::class to
                {
                    answer("<html>hello</html>", type = "text/html")
                }),
        "a 500 that closes the connection unannounced" to
            (PhoenixException.ServerError::class to
                {
                    answer("Internal Server Error", "500 Internal Server Error", "text/plain")
                    close()
                }),
        "a 400 to a head it cannot read" to
            (PhoenixException.Rejected::class to
                {
                    answer("Invalid HTTP request received.", "400 Bad Request", "text/plain")
                    close()
                }),
    )

class SocketFaultsSpec :
    FunSpec({
        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            var engine: HttpClientEngine? = null
            beforeSpec { engine = newEngine() }
            afterSpec { engine?.close() }

            fun clientOf(port: Int, attempts: Int = 3) = isolatedClient {
                endpoint = "http://127.0.0.1:$port"
                this.engine = engine
                timeouts { request = Duration.ofSeconds(20) }
                retry {
                    maxAttempts = attempts
                    initialDelay = Duration.ofMillis(1)
                }
            }

            fun PhoenixClient.hasty() = withOptions { timeout = Duration.ofSeconds(1) }

            /** Short of time only where it is to run out of it: not for the version. */
            suspend fun clientFor(slow: Boolean, port: Int, attempts: Int): PhoenixClient {
                val client = clientOf(port, attempts)
                if (!slow) return client
                client.serverVersion()
                return client.hasty()
            }

            suspend fun write(client: PhoenixClient): String? =
                withTimeout(DEADLINE) {
                    client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)?.id
                }

            TRANSIENT.forEach { (what, fault) ->
                val slow = "slow" in what || what == "silence"

                test("$name: after $what the next attempt succeeds") {
                    FaultServer(fault, GOOD).use { server ->
                        write(clientFor(slow, server.port, attempts = 5)) shouldBe "A1"
                        // A slow machine may need more than one of those that can succeed.
                        server.requests.size shouldBeInRange (if (slow) 2..5 else 2..2)
                        server.requests.map { it.body }.distinct().size shouldBe 1
                    }
                }

                test("$name: $what again and again is an error of ours") {
                    FaultServer(fault).use { server ->
                        val error =
                            shouldThrow<PhoenixException> {
                                write(clientFor(slow, server.port, attempts = 2))
                            }
                        error.message shouldContain "POST /v1/span_annotations"
                        error.message shouldContain
                            if (what == "503") "after 2 attempts" else "attempt 2"
                        // The time may be over before the server has read the request.
                        server.requests.size shouldBeInRange (if (slow) 0..2 else 2..2)
                        when {
                            what == "503" ->
                                error::class shouldBe PhoenixException.ServerError::class
                            slow -> error::class shouldBe PhoenixException.Timeout::class
                            else -> {
                                (error as PhoenixException.Unreachable).mayHaveArrived shouldBe true
                                error.cause.shouldNotBeNull()
                                error.message shouldContain "the connection broke"
                            }
                        }
                    }
                }
            }

            LASTING.forEach { (what, errorAndFault) ->
                val (type, fault) = errorAndFault
                test("$name: $what is ${type.simpleName}, at once") {
                    FaultServer(fault, GOOD).use { server ->
                        shouldThrow<PhoenixException> {
                            write(clientOf(server.port))
                        }::class shouldBe type
                        server.requests.size shouldBe 1
                    }
                }
            }

            for (said in
                listOf("Can not establish tunnel", "Tunnel failed", "Connection refused")) {
                test("$name: a server that says \"$said\" instead of an answer is not a proxy") {
                    FaultServer({
                            send("$said\r\n\r\n")
                            close()
                        })
                        .use {
                            val error =
                                shouldThrow<PhoenixException.Unreachable> {
                                    write(clientOf(it.port, attempts = 1))
                                }
                            error.mayHaveArrived shouldBe true
                        }
                }
            }

            test("$name: a refused connection says where, and that nothing arrived") {
                HeldPort.open().use {
                    val error =
                        shouldThrow<PhoenixException.Unreachable> {
                            write(clientOf(it.port(), attempts = 2))
                        }
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain it.endpoint()
                    error.message shouldContain "no connection could be made"
                    error.message shouldMatch Regex("(?s).*attempt 2.*")
                }
            }

            test("$name: a host that does not exist says so") {
                val client = isolatedClient {
                    endpoint = "http://phoenix.invalid:6006"
                    this.engine = engine
                    retry { maxAttempts = 1 }
                }
                val error = shouldThrow<PhoenixException.Unreachable> { write(client) }
                error.mayHaveArrived shouldBe false
                error.message shouldContain "http://phoenix.invalid:6006"
            }

            test("$name: a server that never accepts runs into the time limit") {
                // The machine takes the connection, and nobody asks for it.
                ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { socket ->
                    val error =
                        shouldThrow<PhoenixException> {
                            write(clientOf(socket.localPort, attempts = 1).hasty())
                        }
                    error::class shouldBe PhoenixException.Timeout::class
                }
            }

            test("$name: a pooled connection that the server has closed is replaced") {
                FaultServer({
                        answer(body = """{"data":[{"id":"A1"}]}""")
                        // As Phoenix after five idle seconds, only sooner.
                        close()
                    })
                    .use { server ->
                        val client = clientOf(server.port)
                        repeat(20) { write(client) shouldBe "A1" }
                    }
            }

            test("$name: reads survive stale connections, too") {
                FaultServer({
                        answer(body = """{"data":{"id":"P","name":"p"}}""")
                        close()
                    })
                    .use { server ->
                        val client = clientOf(server.port)
                        repeat(20) {
                            withTimeout(DEADLINE) { client.projects.get("p").name shouldBe "p" }
                        }
                    }
            }

            test("$name: requests are as they should be on the wire") {
                FaultServer(GOOD).use { server ->
                    write(clientOf(server.port))
                    val request = server.requests.single()
                    request.line shouldBe "POST /v1/span_annotations?sync=true HTTP/1.1"
                    request.headers["content-type"] shouldBe "application/json"
                    request.headers["content-length"] shouldBe "${request.body.length}"
                    request.headers["accept"] shouldBe "application/json"
                    request.headers["user-agent"]!! shouldMatch Regex("phoenix-kt/\\S+")
                    request.headers["host"] shouldBe "127.0.0.1:${server.port}"
                    ("upgrade" in request.headers) shouldBe false
                }
            }

            test("$name: an answer without length ends with the connection") {
                FaultServer({
                        send(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" +
                                """{"data":[{"id":"A1"}]}"""
                        )
                        close()
                    })
                    .use { write(clientOf(it.port)) shouldBe "A1" }
            }

            test("$name: no error has a cause that hides another failure of ours") {
                FaultServer({ reset() }).use { server ->
                    val error =
                        shouldThrow<PhoenixException> { write(clientOf(server.port, attempts = 1)) }
                    causesOf(error).drop(1).none { it is PhoenixException } shouldBe true
                }
            }
        }
    })
