package io.github.phoenixkt.upload

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.QUEUED
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.ids
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

private const val DEADLINE = 60_000L

/** What may end a call while it waits. */
internal val ENDS: Map<String, (Job, PhoenixClient) -> Unit> =
    mapOf(
        "it is cancelled" to { call, _ -> call.cancel() },
        "the client is closed" to { _, client -> client.close() },
    )

/** Queued rows that nobody looks at again: 500 at once, then 250 a second. */
class PaceSpec :
    FunSpec({
        /** How many of these calls, a row each, have their turn at once. */
        suspend fun QueueBudget.served(calls: Int, runtime: (Int) -> PhoenixRuntime): Int =
            (0 until calls).count { awaitPace(1, runtime(it), atMost = Duration.ZERO) }

        for (micros in listOf(100L, 900L, 1_900L)) {
            test("calls $micros microseconds apart have 250 turns a second") {
                val time = FakeTime()
                val budget = QueueBudget()
                budget.awaitPace(500, time.runtime())
                val calls = (10_000_000 / micros).toInt()
                val served =
                    budget.served(calls) {
                        time.now += Duration.ofNanos(micros * 1_000)
                        time.runtime()
                    }
                (served in 2_498..2_500) shouldBe true
            }
        }

        test(
            "a call that has read the clock before another, and is counted after it, adds no turn"
        ) {
            val early = FakeTime()
            val late = FakeTime().apply { now += Duration.ofMillis(20) }
            val budget = QueueBudget()
            budget.awaitPace(500, early.runtime())
            budget.served(100) { (if (it % 2 == 0) late else early).runtime() } shouldBe 5
        }

        test("a client whose clock is years ahead does not hold up the others") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.awaitPace(1, FakeTime().apply { now += Duration.ofDays(4_000) }.runtime())
            budget.awaitPace(499, time.runtime())
            time.now += Duration.ofSeconds(1)
            budget.awaitPace(250, time.runtime())
            time.sleeps.shouldBeEmpty()
        }

        test("calls that are cancelled before they are sent leave no debt") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.awaitPace(500, time.runtime())
            val asleep = PhoenixRuntime(time.runtime().clock, sleep = { awaitCancellation() })
            val waiting =
                List(500) {
                    launch(start = CoroutineStart.UNDISPATCHED) { budget.awaitPace(1, asleep) }
                }
            waiting.forEach { it.cancelAndJoin() }
            budget.awaitPace(250, time.runtime())
            time.sleeps shouldBe listOf(Duration.ofSeconds(1))
        }

        test("a call that waits for its key in vain leaves no debt") {
            val time = FakeTime()
            val server = MockPhoenix { QUEUED }
            val client = server.client { runtime = time.runtime() }
            client.spans.addSpanAnnotation(row(0), sync = false)
            val budget = QueueBudget.of(server.endpoint)
            budget.awaitPace(499, time.runtime())
            time.now += Duration.ofSeconds(1)
            val key =
                AnnotationRows.of(listOf(row(1))).let {
                    listOf(it.key(0))
                }
            KeysInFlight.of(server.endpoint).claim(key, "another").use {
                val call =
                    launch(start = CoroutineStart.UNDISPATCHED) {
                        client.spans.addSpanAnnotation(row(1), sync = false)
                    }
                repeat(20) { yield() }
                call.cancelAndJoin()
            }
            server.requests shouldHaveSize 1
            time.sleeps.shouldBeEmpty()
            budget.awaitPace(250, time.runtime())
            time.sleeps.shouldBeEmpty()
        }

        test("a copy of a confirmed row that cannot be sent leaves no debt") {
            val time = FakeTime()
            val server = MockPhoenix { if (it.query.isEmpty()) QUEUED else ids("id") }
            val client = server.client {
                runtime = time.runtime()
                apiKey { if (server.requests.size == 2) error("no vault") else "key" }
            }
            suspend fun add(label: String, sync: Boolean) =
                client.spans.addDocumentAnnotation(
                    "s",
                    0,
                    "relevance",
                    AnnotatorKind.LLM,
                    label = label,
                    sync = sync,
                )
            val budget = QueueBudget.of(server.endpoint)
            add("old", sync = false)
            budget.awaitPace(499, time.runtime())
            shouldThrow<IllegalStateException> { add("new", sync = true) }.message shouldBe
                "no vault"
            // The copy has slept for its turn, which is there for the next row.
            budget.awaitPace(1, time.runtime())
            time.sleeps shouldBe listOf(Duration.ofMillis(4))
        }

        test("a call whose turn comes after its time fails at once, sends nothing, takes nothing") {
            val time = FakeTime()
            val server = MockPhoenix { QUEUED }
            val client = server.client {
                runtime = time.runtime()
                retry = RetrySettings.builder().totalTimeout(Duration.ofSeconds(2)).build()
            }
            val budget = QueueBudget.of(server.endpoint)
            val asleep = PhoenixRuntime(time.runtime().clock, sleep = {})
            budget.awaitPace(500 + 600, asleep)
            val error =
                shouldThrow<PhoenixException.Timeout> {
                    client.spans.addSpanAnnotation(row(0), sync = false)
                }
            error.mayHaveArrived shouldBe false
            error.message shouldContain "Nothing was sent"
            server.requests.shouldBeEmpty()
            time.sleeps.shouldBeEmpty()
            time.now += Duration.ofSeconds(1)
            client.spans.addSpanAnnotation(row(0), sync = false)
            server.requests shouldHaveSize 1
            time.sleeps.single() shouldBe Duration.ofMillis(1_404)
        }

        test("a request whose time is over before it is sent is not sent") {
            val time = FakeTime()
            val server = MockPhoenix { QUEUED }
            val client = server.client {
                // The first request of the call takes all of its time.
                runtime = time.runtime()
                retry = RetrySettings.builder().totalTimeout(Duration.ofSeconds(2)).build()
                apiKey {
                    if (server.versionRequests.isEmpty()) time.now += Duration.ofSeconds(3)
                    "key"
                }
            }
            val error =
                shouldThrow<PhoenixException.Timeout> {
                    client.spans.addSpanAnnotation(row(0), sync = false)
                }
            error.mayHaveArrived shouldBe false
            server.requests.shouldBeEmpty()
        }

        for ((what, end) in ENDS) {
            test("a call that ends as its turn comes leaves no debt: $what") {
                val time = FakeTime()
                val server = MockPhoenix { QUEUED }
                lateinit var call: Job
                lateinit var client: PhoenixClient
                client = server.client {
                    runtime = PhoenixRuntime(time.runtime().clock, sleep = { end(call, client) })
                }
                val budget = QueueBudget.of(server.endpoint)
                budget.awaitPace(500, time.runtime())
                supervisorScope {
                    call =
                        launch(start = CoroutineStart.LAZY) {
                            runCatching { client.spans.addSpanAnnotation(row(0), sync = false) }
                        }
                    call.join()
                }
                server.requests.shouldBeEmpty()
                budget.awaitPace(1, time.runtime())
                time.sleeps shouldBe listOf(Duration.ofMillis(4))
            }
        }

        test("closing the client ends the wait for a turn") {
            val waiting = CompletableDeferred<Unit>()
            val server = MockPhoenix { QUEUED }
            val client = server.client {
                runtime =
                    PhoenixRuntime(
                        sleep = {
                            waiting.complete(Unit)
                            awaitCancellation()
                        }
                    )
            }
            QueueBudget.of(server.endpoint).awaitPace(2_000, PhoenixRuntime(sleep = {}))
            withTimeout(DEADLINE) {
                supervisorScope {
                    val call = async { client.spans.addSpanAnnotation(row(0), sync = false) }
                    waiting.await()
                    client.close()
                    shouldThrow<IllegalStateException> { call.await() }.message shouldContain
                        "closed"
                }
            }
            server.requests.shouldBeEmpty()
        }

        test("a queued call that is cancelled before it is sent does not delay a confirmed one") {
            val answer = CompletableDeferred<Unit>()
            val arrived = CompletableDeferred<Unit>()
            val server = MockPhoenix {
                if (it.method == "GET") {
                    arrived.complete(Unit)
                    answer.await()
                }
                ids("id")
            }
            val client = server.client { maxConcurrentCalls = 1 }
            client.spans.addSpanAnnotation(row(0), sync = true)
            val holder = launch { runCatching { client.projects.get("p") } }
            arrived.await()
            val queued =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    client.spans.addSpanAnnotation(row(1), sync = false)
                }
            repeat(20) { yield() }
            queued.cancelAndJoin()
            answer.complete(Unit)
            holder.join()
            val before = server.requests.size
            client.spans.addSpanAnnotation(row(1), sync = true)
            server.requests shouldHaveSize before + 1
        }
    })
