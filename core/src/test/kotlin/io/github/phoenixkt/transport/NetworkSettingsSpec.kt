package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.scripted
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.support.runMain
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import java.io.Closeable
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ServerSocket
import java.net.http.HttpClient.Version
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

private val DEADLINE = 30.seconds
private val GOOD: Step = { answer(body = """{"data":{"id":"P","name":"p"}}""") }

private fun tlsServer(
    vararg steps: Step,
    certificates: TestCertificates = TestCertificates.trusted,
) = FaultServer(*steps, factory = certificates.serverContext.serverSocketFactory)

private fun httpProxy(port: Int) =
    Proxy(Proxy.Type.HTTP, InetSocketAddress(InetAddress.getLoopbackAddress(), port))

private suspend fun nameOfProject(configure: PhoenixSettings.Builder.() -> Unit): String =
    withTimeout(DEADLINE) {
        isolatedClient {
            retry { initialDelay = Duration.ofMillis(1) }
            configure()
        }
            .use { it.projects.get("p").name }
    }

private suspend fun errorOfWrite(configure: PhoenixSettings.Builder.() -> Unit): PhoenixException =
    withTimeout(DEADLINE) {
        isolatedClient {
            retry { initialDelay = Duration.ofMillis(1) }
            configure()
        }
            .use { client ->
                shouldThrow<PhoenixException> {
                    client.sessions.addSessionAnnotation("s", "a", score = 1.0, sync = true)
                }
            }
    }

/** A server that answers each connection at once, whatever comes. */
private class AnsweringServer(private val answer: Step) : Closeable {
    private val socket = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val connections = AtomicInteger()
    val port: Int = socket.localPort
    val connectionCount: Int
        get() = connections.get()

    init {
        thread(isDaemon = true) {
            generateSequence { runCatching { socket.accept() }.getOrNull() }
                .forEach { client ->
                    connections.incrementAndGet()
                    client.use {
                        // It has spoken first, as in both protocols.
                        runCatching {
                            it.getInputStream().read(ByteArray(4_096))
                            answer(
                                ServedConnection(it, CountDownLatch(0)),
                                ServedRequest("", emptyMap(), ""),
                            )
                            it.shutdownOutput()
                            it.getInputStream().readAllBytes()
                        }
                    }
                }
        }
    }

    override fun close() = socket.close()
}

private fun plainServer(answer: Step) = AnsweringServer(answer)

/** What TLS servers say to plain text. */
private fun alertingServer() = AnsweringServer({ sendBytes(byteArrayOf(0x15, 3, 3, 0, 2, 2, 10)) })

/** Prints the name of a project at the server of [args], by the JVM's proxy or by none. */
object JvmProxy {
    @JvmStatic
    fun main(args: Array<String>) {
        val client = isolatedClient {
            endpoint = args[0]
            if (args[1] == "none") proxy = Proxy.NO_PROXY
        }
        println(runBlocking { client.projects.get("p").name })
    }
}

class NetworkSettingsSpec :
    FunSpec({
        test("a certificate that nobody trusts is said so, and not tried again") {
            tlsServer(GOOD).use { server ->
                val error =
                    shouldThrow<PhoenixException.Unreachable> {
                        nameOfProject { endpoint = "https://127.0.0.1:${server.port}" }
                    }
                error.message shouldContain "certificate"
                error.message shouldContain "sslContext"
                error.mayHaveArrived shouldBe false
                server.requests.shouldBeEmpty()
                server.connectionCount shouldBe 1
            }
        }

        test("with an sslContext that trusts it the server is reached") {
            tlsServer(GOOD).use { server ->
                nameOfProject {
                    endpoint = "https://127.0.0.1:${server.port}"
                    sslContext = TestCertificates.trusted.clientContext
                } shouldBe "p"
                server.requests.single().line shouldBe "GET /v1/projects/p HTTP/1.1"
            }
        }

        test("a certificate of another host is refused, although trusted") {
            tlsServer(GOOD, certificates = TestCertificates.ofAnotherHost).use { server ->
                val error =
                    shouldThrow<PhoenixException.Unreachable> {
                        nameOfProject {
                            endpoint = "https://127.0.0.1:${server.port}"
                            sslContext = TestCertificates.ofAnotherHost.clientContext
                        }
                    }
                error.message shouldContain "certificate"
                server.requests.shouldBeEmpty()
            }
        }

        test("plain HTTP where TLS is expected is no certificate's fault, but says TLS failed") {
            ServerSocket(0, 50, InetAddress.getLoopbackAddress()).use { server ->
                thread(isDaemon = true) {
                    generateSequence { runCatching { server.accept() }.getOrNull() }
                        .forEach {
                            it.use { client ->
                                client
                                    .getOutputStream()
                                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".encodeToByteArray())
                            }
                        }
                }
                val error =
                    shouldThrow<PhoenixException.Unreachable> {
                        nameOfProject { endpoint = "https://127.0.0.1:${server.localPort}" }
                    }
                error.message shouldContain "GET /v1/projects/p"
                error.message shouldContain "SSL"
            }
        }

        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            test("$name: TLS where plain HTTP is expected says so, and that nothing was done") {
                alertingServer().use { server ->
                    newEngine().use { own ->
                        val error = errorOfWrite {
                            endpoint = "http://127.0.0.1:${server.port}"
                            engine = own
                        }
                        error.mayHaveArrived shouldBe false
                        error.message shouldContain "speaks TLS at this port"
                        error.message shouldContain "https://"
                        server.connectionCount shouldBe 1
                    }
                }
            }
        }

        (ENGINES_AND_OWN - "CIO").forEach { (name, newEngine) ->
            listOf<Step>(
                    { answer("Invalid HTTP request received.", "400 Bad Request", "text/plain") },
                    { send("SSH-2.0-OpenSSH_9.2\r\n") },
                )
                .forEachIndexed { index, answer ->
                    test(
                        "$name: plain text ${index + 1} where TLS is expected says so, and that nothing was sent"
                    ) {
                        plainServer(answer).use { server ->
                            newEngine().use { own ->
                                val error = errorOfWrite {
                                    endpoint = "https://127.0.0.1:${server.port}"
                                    engine = own
                                }
                                error.mayHaveArrived shouldBe false
                                error.message shouldContain "does not speak TLS at this port"
                                error.message shouldContain "http://"
                                server.connectionCount shouldBe 1
                            }
                        }
                    }
                }
        }

        listOf("502 Bad Gateway", "403 Forbidden", "407 Proxy Authentication Required", "503 Busy")
            .forEach { status ->
                test(
                    "a proxy that answers CONNECT with $status: nothing was sent, and once is enough"
                ) {
                    FaultServer({ answer("no", status, "text/plain") }).use { refusing ->
                        val error = errorOfWrite {
                            endpoint = "https://127.0.0.1:1"
                            proxy = httpProxy(refusing.port)
                        }
                        error.mayHaveArrived shouldBe false
                        error.message shouldContain "the proxy refused to open a tunnel"
                        error.message shouldContain status
                        refusing.requests.size shouldBe 1
                    }
                }

                test(
                    "an engine of the caller's whose proxy answers CONNECT with $status says the same"
                ) {
                    FaultServer({ answer("no", status, "text/plain") }).use { refusing ->
                        Java.create {
                                protocolVersion = Version.HTTP_1_1
                                proxy = httpProxy(refusing.port)
                            }
                            .use { own ->
                                val error = errorOfWrite {
                                    endpoint = "https://127.0.0.1:1"
                                    engine = own
                                }
                                error.mayHaveArrived shouldBe false
                                error.message shouldNotContain "attempt 2"
                                // The JDK takes a 407 for an answer, and asks twice for itself.
                                if ("407" !in status) refusing.requests.size shouldBe 1
                            }
                    }
                }
            }

        (ENGINES_AND_OWN - "CIO").forEach { (name, newEngine) ->
            test("$name: a handshake that breaks off may go better: nothing was sent") {
                plainServer({ close() }).use { server ->
                    newEngine().use { own ->
                        val error = errorOfWrite {
                            endpoint = "https://127.0.0.1:${server.port}"
                            engine = own
                        }
                        error.mayHaveArrived shouldBe false
                        error.message shouldContain "broke during the TLS handshake"
                        error.message shouldContain "attempt 4"
                    }
                }
            }
        }

        listOf("http", "https").forEach { scheme ->
            fun server() = if (scheme == "https") tlsServer(GOOD) else FaultServer(GOOD)

            test("$scheme: the proxy is told the credentials, and the server is not") {
                server().use { server ->
                    RecordingProxy("Basic dXNlcjpweC1wYXNzd29yZA==").use { proxy ->
                        nameOfProject {
                            endpoint = "$scheme://127.0.0.1:${server.port}"
                            sslContext = TestCertificates.trusted.clientContext
                            this.proxy = httpProxy(proxy.port)
                            proxyCredentials("user", "px-password")
                        } shouldBe "p"
                        proxy.lines.size shouldBe 1
                        server.requests.single().headers.keys.none { "proxy" in it } shouldBe true
                    }
                }
            }

            test("$scheme: credentials that the proxy does not like are not shown") {
                RecordingProxy("Basic other").use { proxy ->
                    val error = errorOfWrite {
                        endpoint = "$scheme://127.0.0.1:1"
                        this.proxy = httpProxy(proxy.port)
                        proxyCredentials("user", "px-password")
                    }
                    error.mayHaveArrived shouldBe false
                    error.message shouldContain "proxyCredentials"
                    error.stackTraceToString().let {
                        ("px-password" in it || "dXNlcjpweC1wYXNzd29yZA" in it) shouldBe false
                    }
                    // Plain HTTP: the question for the version, and the write.
                    proxy.lines.size shouldBe (if (scheme == "http") 2 else 1)
                }
            }

            listOf(
                    "the JVM's, where nothing else is set" to true,
                    "none, where NO_PROXY says so" to false,
                )
                .forEach { (what, isUsed) ->
                    test("$scheme: the proxy is $what") {
                        server().use { server ->
                            RecordingProxy().use { proxy ->
                                val ended =
                                    runMain(
                                        "io.github.phoenixkt.transport.JvmProxy",
                                        "$scheme://127.0.0.1:${server.port}",
                                        if (isUsed) "jvm" else "none",
                                        options =
                                            TestCertificates.trusted.trustOptions +
                                                listOf(
                                                    "-D$scheme.proxyHost=127.0.0.1",
                                                    "-D$scheme.proxyPort=${proxy.port}",
                                                    "-Dhttp.nonProxyHosts=",
                                                ),
                                    )
                                ended.output.trim() shouldBe "p"
                                proxy.lines.size shouldBe (if (isUsed) 1 else 0)
                            }
                        }
                    }
                }
        }

        test("a proxy's credentials appear in no text about the settings") {
            val settings = phoenixSettings {
                environment = PhoenixEnvironment.empty()
                proxy = httpProxy(1)
                proxyCredentials("px-user", "px-password")
            }
            (settings.toString() + settings.describe()).let {
                ("px-password" in it) shouldBe false
            }
        }

        listOf<Pair<String, Step>>("a reset" to { reset() }, "an end" to { close() }).forEach {
            (what, fault) ->
            test("$what of a TLS connection after the request may have arrived, and is repeated") {
                tlsServer(fault, GOOD).use { server ->
                    nameOfProject {
                        endpoint = "https://127.0.0.1:${server.port}"
                        sslContext = TestCertificates.trusted.clientContext
                    } shouldBe "p"
                    server.requests.size shouldBe 2
                }
                tlsServer(fault).use { server ->
                    val error =
                        shouldThrow<PhoenixException.Unreachable> {
                            withTimeout(DEADLINE) {
                                isolatedClient {
                                    endpoint = "https://127.0.0.1:${server.port}"
                                    sslContext = TestCertificates.trusted.clientContext
                                    retry { initialDelay = Duration.ofMillis(1) }
                                }
                                    // No GET: the JDK repeats those by itself.
                                    .use { it.spans.addSpanAnnotation("s", "a", score = 1.0) }
                            }
                        }
                    error.mayHaveArrived shouldBe true
                    server.requests.size shouldBe 4
                }
            }
        }

        test("CIO and the Java engine of the caller's tell of the certificate, too") {
            for (newEngine in ENGINES.values) {
                tlsServer(GOOD).use { server ->
                    newEngine().use { own ->
                        val error =
                            shouldThrow<PhoenixException.Unreachable> {
                                nameOfProject {
                                    endpoint = "https://127.0.0.1:${server.port}"
                                    engine = own
                                }
                            }
                        error.message shouldContain "certificate"
                        server.connectionCount shouldBe 1
                    }
                }
            }
        }

        test("an engine of the caller's brings its own trust") {
            val engines =
                listOf(
                    CIO.create { https { trustManager = TestCertificates.trusted.trustManager } },
                    Java.create {
                        protocolVersion = Version.HTTP_1_1
                        config { sslContext(TestCertificates.trusted.clientContext) }
                    },
                )
            for (own in engines) {
                tlsServer(GOOD).use { server ->
                    own.use {
                        nameOfProject {
                            endpoint = "https://127.0.0.1:${server.port}"
                            engine = own
                        } shouldBe "p"
                    }
                }
            }
        }

        test("plain HTTP goes through the proxy") {
            FaultServer(GOOD).use { server ->
                RecordingProxy().use { proxy ->
                    nameOfProject {
                        endpoint = "http://127.0.0.1:${server.port}/px"
                        this.proxy = httpProxy(proxy.port)
                    } shouldBe "p"
                    proxy.lines.shouldContainExactly(
                        "GET http://127.0.0.1:${server.port}/px/v1/projects/p HTTP/1.1"
                    )
                    server.requests.single().line shouldBe "GET /px/v1/projects/p HTTP/1.1"
                }
            }
        }

        test("TLS goes through the proxy in a tunnel, which sees neither path nor key") {
            tlsServer(GOOD).use { server ->
                RecordingProxy().use { proxy ->
                    nameOfProject {
                        endpoint = "https://127.0.0.1:${server.port}"
                        apiKey = "px-secret-key"
                        sslContext = TestCertificates.trusted.clientContext
                        this.proxy = httpProxy(proxy.port)
                    } shouldBe "p"
                    proxy.lines.shouldContainExactly("CONNECT 127.0.0.1:${server.port} HTTP/1.1")
                    proxy.heads.none { "px-secret-key" in it } shouldBe true
                }
            }
        }

        listOf("http", "https").forEach { scheme ->
            test("$scheme: a proxy that is not there is spoken of, and nothing arrived") {
                HeldPort.open().use { absent ->
                    val error =
                        shouldThrow<PhoenixException.Unreachable> {
                            nameOfProject {
                                endpoint = "$scheme://127.0.0.1:1"
                                proxy = httpProxy(absent.port())
                            }
                        }
                    error.message shouldContain "proxy"
                    error.mayHaveArrived shouldBe false
                }
            }

            test("$scheme: a proxy that refuses is an error of ours") {
                FaultServer({
                        answer("not you", "407 Proxy Authentication Required", "text/plain")
                    })
                    .use { refusing ->
                        shouldThrow<PhoenixException> {
                                nameOfProject {
                                    endpoint = "$scheme://127.0.0.1:1"
                                    proxy = httpProxy(refusing.port)
                                }
                            }
                            .message shouldContain "GET /v1/projects/p"
                    }
            }

            test("$scheme: a proxy of a kind that the engine does not know is refused") {
                shouldThrow<IllegalArgumentException> {
                        isolatedClient {
                            endpoint = "$scheme://127.0.0.1:1"
                            proxy =
                                Proxy(
                                    Proxy.Type.SOCKS,
                                    InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                                )
                        }
                    }
                    .message shouldContain "proxy"
            }
        }

        test("a proxy of type DIRECT is none") {
            FaultServer(GOOD).use { server ->
                nameOfProject {
                    endpoint = "http://127.0.0.1:${server.port}"
                    proxy = Proxy.NO_PROXY
                } shouldBe "p"
            }
            tlsServer(GOOD).use { server ->
                nameOfProject {
                    endpoint = "https://127.0.0.1:${server.port}"
                    sslContext = TestCertificates.trusted.clientContext
                    proxy = Proxy.NO_PROXY
                } shouldBe "p"
            }
        }

        test("a proxy or trust beside an engine of the caller's would be ignored, and is refused") {
            val server = scripted(json("{}"))
            shouldThrow<IllegalArgumentException> { server.client { proxy = httpProxy(1) } }
            shouldThrow<IllegalArgumentException> {
                server.client { sslContext = TestCertificates.trusted.clientContext }
            }
        }
    })
