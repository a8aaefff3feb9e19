package io.github.phoenixkt.transport

import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.support.HeldPort
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.http.HttpMethod
import java.io.Closeable
import java.io.DataInputStream
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketAddress
import java.net.URI
import java.net.UnknownHostException
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible

private val LOOPBACK = InetAddress.getLoopbackAddress()
private val GOOD: Step = { answer(body = """{"data":{"id":"P","name":"p"}}""") }

private fun at(port: Int, type: Proxy.Type = Proxy.Type.HTTP) =
    Proxy(type, InetSocketAddress(LOOPBACK, port))

/** Gives the same proxies for every address, and remembers those that it was told about. */
private class ListedProxies(
    private vararg val proxies: Proxy,
    private val onSelect: () -> Unit = {},
) : ProxySelector() {
    val failed = CopyOnWriteArrayList<SocketAddress>()

    override fun select(uri: URI): List<Proxy> {
        onSelect()
        return proxies.toList()
    }

    override fun connectFailed(uri: URI, address: SocketAddress, failure: IOException) {
        failed += address
    }
}

/** Also on a thread that is interrupted, since its engine is closed. */
private fun CountDownLatch.awaitAnyway() {
    while (count > 0) {
        try {
            await()
        } catch (_: InterruptedException) {
            // Not yet.
        }
    }
}

/** Passes connections on, as SOCKS 5 says. */
private class SocksProxy : Closeable {
    private val socket = ServerSocket(0, 50, LOOPBACK)
    val port: Int = socket.localPort
    val targets = CopyOnWriteArrayList<Int>()
    val names = CopyOnWriteArrayList<String>()

    init {
        thread(isDaemon = true) {
            generateSequence { runCatching { socket.accept() }.getOrNull() }
                .forEach { client -> thread(isDaemon = true) { runCatching { serve(client) } } }
        }
    }

    private fun serve(client: Socket) = client.use {
        val input = DataInputStream(client.getInputStream())
        input.readByte()
        input.readNBytes(input.readByte().toInt())
        client.getOutputStream().write(byteArrayOf(5, 0))
        input.readNBytes(3)
        val isName = input.readByte().toInt() == 3
        val host = input.readNBytes(if (isName) input.readByte().toInt() else 4)
        if (isName) names += host.decodeToString()
        val port = input.readUnsignedShort()
        targets += port
        Socket(LOOPBACK, port).use { server ->
            client.getOutputStream().write(byteArrayOf(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
            thread(isDaemon = true) {
                runCatching { client.getInputStream().transferTo(server.getOutputStream()) }
            }
            server.getInputStream().transferTo(client.getOutputStream())
        }
    }

    override fun close() = socket.close()
}

class SeveralProxiesSpec :
    FunSpec({
        val absent = List(2) { HeldPort.open() }
        afterSpec { absent.forEach { it.close() } }

        fun route(port: Int, selector: ProxySelector, host: String = "127.0.0.1") =
            SocketRoute(phoenixSettings { endpoint = "http://$host:$port" }) { selector }

        suspend fun SocketRoute.reach(): Int =
            SocketEngine(this, mostIdle = 1).use {
                val timeLeft = Duration.ofSeconds(20)
                it.send(
                        WireRequest(
                            HttpMethod.Get,
                            "/v1/projects/p",
                            emptyMap(),
                            body = null,
                            timeLeft,
                            mayReuse = true,
                        )
                    )
                    .status
            }

        test("a proxy that takes no connection is passed over, and its selector is told") {
            FaultServer(GOOD).use { server ->
                RecordingProxy().use { proxy ->
                    val dead = at(absent[0].port())
                    val selector = ListedProxies(dead, at(proxy.port), at(absent[1].port()))
                    route(server.port, selector).reach() shouldBe 200
                    selector.failed shouldContainExactly listOf(dead.address())
                    proxy.lines.size shouldBe 1
                }
            }
        }

        test("after the proxies comes the server itself, where the selector says so") {
            FaultServer(GOOD).use { server ->
                val selector = ListedProxies(at(absent[0].port()), Proxy.NO_PROXY)
                route(server.port, selector).reach() shouldBe 200
            }
        }

        test("a server that takes no connection is no reason to try the proxies after it") {
            RecordingProxy().use { proxy ->
                val selector = ListedProxies(Proxy.NO_PROXY, at(proxy.port))
                shouldThrow<UnopenedException> { route(absent[0].port(), selector).reach() }
                    .failure shouldBe ConnectionFailure.UNCONNECTED
            }
        }

        test("when no proxy takes a connection, nothing was sent") {
            val proxies = absent.map { at(it.port()) }
            val selector = ListedProxies(*proxies.toTypedArray())
            shouldThrow<UnopenedException> { route(port = 1, selector).reach() }.failure shouldBe
                ConnectionFailure.UNCONNECTED
            selector.failed shouldContainExactly proxies.map { it.address() }
        }

        test("a call that is cancelled while it connects says nothing of its proxies") {
            val asked = CountDownLatch(1)
            val cancelled = CountDownLatch(1)
            val selector =
                ListedProxies(
                    at(absent[0].port()),
                    at(absent[1].port()),
                    onSelect = {
                        asked.countDown()
                        cancelled.awaitAnyway()
                    },
                )
            coroutineScope {
                val call = launch(Dispatchers.Default) { route(port = 1, selector).reach() }
                runInterruptible(Dispatchers.IO) { asked.await() }
                call.cancel()
                cancelled.countDown()
                call.join()
            }
            selector.failed.shouldBeEmpty()
        }

        test("a proxy that speaks SOCKS is used as the JVM does") {
            FaultServer(GOOD).use { server ->
                SocksProxy().use { proxy ->
                    val selector = ListedProxies(at(proxy.port, Proxy.Type.SOCKS))
                    route(server.port, selector).reach() shouldBe 200
                    proxy.targets shouldContainExactly listOf(server.port)
                }
            }
        }

        test("a proxy that speaks SOCKS is given a name that this machine does not know") {
            FaultServer(GOOD).use { server ->
                SocksProxy().use { proxy ->
                    val selector = ListedProxies(at(proxy.port, Proxy.Type.SOCKS))
                    val name = "behind-the-proxy.invalid"
                    route(server.port, selector, name).reach() shouldBe 200
                    proxy.names shouldContainExactly listOf(name)
                    proxy.targets shouldContainExactly listOf(server.port)
                    selector.failed.shouldBeEmpty()
                }
            }
        }

        test("without such a proxy, a name that this machine does not know is an error") {
            for (proxy in listOf(Proxy.NO_PROXY, null)) {
                shouldThrow<UnopenedException> {
                        val selector = ListedProxies(*listOfNotNull(proxy).toTypedArray())
                        route(port = 1, selector, "behind-the-proxy.invalid").reach()
                    }
                    .cause::class shouldBe UnknownHostException::class
            }
        }

        test("no selector at all is no proxy") {
            FaultServer(GOOD).use { server ->
                SocketRoute(phoenixSettings { endpoint = "http://127.0.0.1:${server.port}" }) {
                        null
                    }
                    .reach() shouldBe 200
            }
        }
    })
