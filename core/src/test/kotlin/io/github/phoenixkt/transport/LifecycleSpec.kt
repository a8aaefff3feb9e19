package io.github.phoenixkt.transport

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.isolatedClient
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.support.runMain
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private val DEADLINE = 60.seconds
private val PROJECT = json("""{"data":{"id":"P","name":"p"}}""")

/** A request that is never answered: when it has arrived, and whether the client then hung up. */
private class Unanswered {
    val arrived = CompletableDeferred<Unit>()
    val hungUp = CompletableDeferred<Boolean>()
    val step: Step = {
        arrived.complete(Unit)
        hungUp.complete(seesHangUp())
    }
}

class LifecycleSpec :
    FunSpec({
        ENGINES_AND_OWN.forEach { (name, newEngine) ->
            suspend fun onUnanswered(
                block: suspend (PhoenixClient, Deferred<Result<Any?>>) -> Unit
            ) {
                val unanswered = Unanswered()
                val engine = newEngine()
                try {
                    FaultServer(unanswered.step).use { server ->
                        isolatedClient {
                            endpoint = "http://127.0.0.1:${server.port}"
                            this.engine = engine
                            // The Java engine hangs up only when this time is over.
                            timeouts { request = Duration.ofSeconds(if (name == "Java") 5 else 50) }
                        }
                            .use { client ->
                                withTimeout(DEADLINE) {
                                    supervisorScope {
                                        val call =
                                            async(Dispatchers.Default) {
                                                runCatching { client.projects.get("p") }
                                            }
                                        unanswered.arrived.await()
                                        block(client, call)
                                    }
                                    unanswered.hungUp.await() shouldBe true
                                }
                                server.requests.size shouldBe 1
                            }
                    }
                } finally {
                    engine?.close()
                }
            }

            test("$name engine: cancelling the caller hangs up, and nothing is sent again") {
                onUnanswered { _, call ->
                    call.cancelAndJoin()
                    call.isCancelled shouldBe true
                }
            }

            test("$name engine: closing the client hangs up and ends the call") {
                onUnanswered { client, call ->
                    client.close()
                    val error = call.await().exceptionOrNull()
                    error.shouldBeInstanceOf<IllegalStateException>()
                    (error is CancellationException) shouldBe false
                    error.message shouldContain "closed"
                }
            }

            test("$name engine: a time limit of the caller's is the caller's") {
                FaultServer({ keepSilent() }).use { server ->
                    val engine = newEngine()
                    isolatedClient {
                        endpoint = "http://127.0.0.1:${server.port}"
                        this.engine = engine
                    }
                        .use { client ->
                            shouldThrow<TimeoutCancellationException> {
                                withTimeout(300.milliseconds) { client.projects.get("p") }
                            }
                        }
                    engine?.close()
                    (server.requests.size <= 1) shouldBe true
                }
            }
        }

        test("a cancellation is neither wrapped nor repeated") {
            val arrived = CompletableDeferred<Unit>()
            val server = MockPhoenix {
                arrived.complete(Unit)
                awaitCancellation()
            }
            val client = server.client { runtime = FakeTime().runtime() }
            supervisorScope {
                val seen = CompletableDeferred<Throwable>()
                val call = async {
                    try {
                        client.projects.get("p")
                    } catch (e: Throwable) {
                        seen.complete(e)
                        throw e
                    }
                }
                arrived.await()
                call.cancel(CancellationException("enough"))
                val error = seen.await()
                error.shouldBeInstanceOf<CancellationException>()
                error.message shouldBe "enough"
            }
            server.requests.size shouldBe 1
        }

        test("a cancellation between two attempts ends the waiting") {
            val waiting = CompletableDeferred<Unit>()
            val server = MockPhoenix { throw IOException("connection reset") }
            val client = server.client {
                runtime =
                    PhoenixRuntime(
                        sleep = {
                            waiting.complete(Unit)
                            awaitCancellation()
                        }
                    )
            }
            withTimeout(DEADLINE) {
                supervisorScope {
                    val call = async { client.projects.get("p") }
                    waiting.await()
                    call.cancelAndJoin()
                }
            }
            server.requests.size shouldBe 1
        }

        test("closing the client ends the waiting between two attempts") {
            val waiting = CompletableDeferred<Unit>()
            val server = MockPhoenix { throw IOException("connection reset") }
            val client = server.client {
                runtime =
                    PhoenixRuntime(
                        sleep = {
                            waiting.complete(Unit)
                            awaitCancellation()
                        }
                    )
            }
            withTimeout(DEADLINE) {
                supervisorScope {
                    val call = async { client.projects.get("p") }
                    waiting.await()
                    client.close()
                    shouldThrow<IllegalStateException> { call.await() }
                        .shouldBeInstanceOf<IllegalStateException>()
                }
            }
        }

        test("a failing call leaves its caller's coroutine alive") {
            val server = MockPhoenix { throw IOException("connection reset") }
            val client = server.client { runtime = FakeTime().runtime() }
            withContext(Dispatchers.Default) {
                runCatching { client.projects.get("p") }.isFailure shouldBe true
                isActive shouldBe true
            }
        }

        listOf<Pair<String, suspend (PhoenixClient) -> Any?>>(
                "a write" to { it.spans.addSpanAnnotation("s", "a", score = 1.0) },
                "a note" to { it.sessions.addSessionNote("s", "x") },
                "a read" to { it.traces.getTraceAnnotations(listOf("t")).toList() },
                "a delete" to { it.spans.deleteSpanAnnotations("p", DeleteAll) },
                "a list" to { it.projects.list().toList() },
                "a config" to { it.annotationConfigs.get("c") },
                "the version" to { it.serverVersion() },
                "a view's call" to { it.withOptions {}.projects.get("p") },
            )
            .forEach { (what, call) ->
                test("after close, $what is an IllegalStateException and nothing is sent") {
                    val server = scripted(PROJECT)
                    val client = server.client()
                    client.close()
                    client.close()
                    val error = shouldThrow<IllegalStateException> { call(client) }
                    (error is CancellationException) shouldBe false
                    error.message shouldContain "closed"
                    (server.requests + server.versionRequests).shouldBeEmpty()
                }
            }

        test("after close not even the key is asked for") {
            val asked = AtomicInteger()
            val client = scripted(PROJECT).client { apiKey { "key-${asked.incrementAndGet()}" } }
            client.close()
            // Again and again, since a cancellation would mostly come in time on another thread.
            withContext(Dispatchers.Default) {
                repeat(2_000) {
                    shouldThrow<IllegalStateException> { client.projects.get("p") }
                        .message shouldContain "closed"
                }
            }
            asked.get() shouldBe 0
        }

        test("an engine of the caller's stays open for other clients") {
            val server = scripted(PROJECT)
            server.client().close()
            server.engine.isActive shouldBe true
            server.client().projects.get("p").name shouldBe "p"

            for (newEngine in ENGINES.values) {
                newEngine().use { engine ->
                    FaultServer({ answer(body = """{"data":{"id":"P","name":"p"}}""") }).use { real
                        ->
                        repeat(2) {
                            isolatedClient {
                                endpoint = "http://127.0.0.1:${real.port}"
                                this.engine = engine
                            }
                                .use { it.projects.get("p").name shouldBe "p" }
                        }
                    }
                }
            }
        }

        test("a program that never closes its client ends, with plain HTTP") {
            FaultServer({ answer(body = """{"data":{"id":"P","name":"p"}}""") }).use { server ->
                val ended =
                    runMain(
                        "io.github.phoenixkt.transport.NeverClosingKt",
                        "http://127.0.0.1:${server.port}",
                    )
                ended.output shouldContain "found Project(p, id=P)"
                ended.exitCode shouldBe 0
            }
        }

        test("a program that never closes its client ends, with TLS") {
            FaultServer(
                    { answer(body = """{"data":{"id":"P","name":"p"}}""") },
                    factory = TestCertificates.trusted.serverContext.serverSocketFactory,
                )
                .use { server ->
                    val ended =
                        runMain(
                            "io.github.phoenixkt.transport.NeverClosingKt",
                            "https://127.0.0.1:${server.port}",
                            options = TestCertificates.trusted.trustOptions,
                        )
                    ended.output shouldContain "found Project(p, id=P)"
                    ended.exitCode shouldBe 0
                }
        }
    })
