package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.support.TestClock
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import javax.net.ServerSocketFactory
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout

private val DEADLINE = 60.seconds
private const val GOOD = """{"data":{"id":"P","name":"p"}}"""

/** Those of clients that other tests have left open are among them. */
private fun clientThreads(): Set<Thread> =
    Thread.getAllStackTraces().keys.filterTo(HashSet()) { it.name.startsWith("phoenix-client") }

class ConcurrentCallsSpec :
    FunSpec({
        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            test(
                "$name: of 200 calls on a silent server 64 are under way, and the others say why not"
            ) {
                val arrived = CountDownLatch(64)
                FaultServer({
                        arrived.countDown()
                        keepSilent()
                    })
                    .use { server ->
                        val own = newEngine()
                        val client = isolatedClient {
                            endpoint = "http://127.0.0.1:${server.port}"
                            engine = own
                            // On a slow machine, the time of a call could be over before it waits.
                            runtime = PhoenixRuntime(TestClock.showing { Instant.EPOCH })
                            retry { totalTimeout = Duration.ofMillis(200) }
                        }
                        val patient = client.withOptions { timeout = Duration.ofSeconds(50) }
                        withTimeout(DEADLINE) {
                            coroutineScope {
                                val underWay =
                                    List(64) {
                                        async(Dispatchers.Default) {
                                            runCatching { patient.projects.get("p") }
                                        }
                                    }
                                runInterruptible(Dispatchers.IO) {
                                    arrived.await(50, TimeUnit.SECONDS) shouldBe true
                                }
                                val waiting =
                                    List(136) {
                                        async(Dispatchers.Default) {
                                            runCatching { client.projects.get("p") }
                                        }
                                    }
                                for (result in waiting.awaitAll()) {
                                    val error = result.exceptionOrNull()
                                    error.shouldBeInstanceOf<PhoenixException.Timeout>()
                                    error.mayHaveArrived shouldBe false
                                    error.message shouldContain "waited"
                                    error.message shouldContain "maxConcurrentCalls"
                                    error.message shouldNotContain "no connection"
                                }
                                server.connectionCount shouldBe 64
                                client.close()
                                underWay.awaitAll().forEach {
                                    it.exceptionOrNull().shouldBeInstanceOf<IllegalStateException>()
                                }
                            }
                        }
                        own?.close()
                    }
            }

            test("$name: who waits is served as soon as another call ends") {
                FaultServer({ answer(GOOD) }).use { server ->
                    val own = newEngine()
                    isolatedClient {
                        endpoint = "http://127.0.0.1:${server.port}"
                        engine = own
                        maxConcurrentCalls = 2
                    }
                        .use { client ->
                            withTimeout(DEADLINE) {
                                coroutineScope {
                                    List(50) {
                                            async(Dispatchers.Default) {
                                                client.projects.get("p").name
                                            }
                                        }
                                        .awaitAll()
                                } shouldHaveSize 50
                            }
                        }
                    own?.close()
                }
            }
        }

        listOf("http", "https").forEach { scheme ->
            test(
                "$scheme: a closed client frees its sockets and threads at once, and so does a cancelled call"
            ) {
                val before = clientThreads()
                val arrived = LinkedBlockingQueue<String>()
                val hungUp = LinkedBlockingQueue<Boolean>()
                val certificates = TestCertificates.trusted
                val server =
                    FaultServer(
                        {
                            arrived += "a request"
                            hungUp += seesHangUp()
                        },
                        factory =
                            if (scheme == "https") certificates.serverContext.serverSocketFactory
                            else ServerSocketFactory.getDefault(),
                    )
                server.use {
                    val client = isolatedClient {
                        endpoint = "$scheme://127.0.0.1:${server.port}"
                        sslContext = certificates.clientContext
                    }
                    withTimeout(DEADLINE) {
                        supervisorScope {
                            val calls =
                                List(10) { async(Dispatchers.Default) { client.projects.get("p") } }
                            suspend fun <T> next(queue: LinkedBlockingQueue<T>): T? =
                                runInterruptible(Dispatchers.IO) {
                                    queue.poll(20, TimeUnit.SECONDS)
                                }
                            repeat(10) { next(arrived) shouldBe "a request" }

                            // Long before the time of a request is over.
                            calls.take(3).forEach { it.cancel() }
                            repeat(3) { next(hungUp) shouldBe true }
                            client.close()
                            repeat(7) { next(hungUp) shouldBe true }
                        }
                    }
                    eventually(DEADLINE) { (clientThreads() - before).shouldBeEmpty() }
                }
            }
        }

        test("calls that are cancelled while they wait leave nothing behind") {
            val arrived = CountDownLatch(1)
            FaultServer(
                    {
                        arrived.countDown()
                        keepSilent()
                    },
                    { answer(GOOD) },
                )
                .use { server ->
                    val client = isolatedClient {
                        endpoint = "http://127.0.0.1:${server.port}"
                        maxConcurrentCalls = 1
                    }
                    withTimeout(DEADLINE) {
                        coroutineScope {
                            val first = async(Dispatchers.Default) { client.projects.get("p") }
                            runInterruptible(Dispatchers.IO) { arrived.await() }
                            val others =
                                List(20) { async(Dispatchers.Default) { client.projects.get("p") } }
                            others.forEach { it.cancel() }
                            first.cancel()
                        }
                        client.projects.get("p").name shouldBe "p"
                    }
                    client.close()
                }
        }

        test("no calls at all are refused as a setting") {
            shouldThrow<IllegalArgumentException> {
                    scripted(json("{}")).client { maxConcurrentCalls = 0 }
                }
                .message shouldContain "maxConcurrentCalls"
        }
    })
