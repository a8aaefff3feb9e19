package io.github.phoenixkt.upload

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.transport.Connection
import io.github.phoenixkt.transport.Transport
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible

/** More than a look makes. */
private val READINGS = 1..8

private fun away() = PhoenixException.Unreachable("away", null, false)

/** Outages of a Phoenix that has answered before. */
private suspend fun withOutages(runtime: PhoenixRuntime, test: suspend (Outages) -> Unit) {
    val settings = phoenixSettings {
        environment = PhoenixEnvironment.empty()
        endpoint = "http://127.0.0.1:1"
        this.runtime = runtime
    }
    Connection(settings).use { connection ->
        connection.hasAnswered = true
        val transport = Transport(connection, settings, CallOptions.NONE)
        test(Outages(Duration.ofMinutes(2), transport))
    }
}

/** Requests that learn of an outage which another request ends, or gives up. */
class EndedOutageSpec :
    FunSpec({
        test("a request that fails after another one has ended the outage begins no second one") {
            val time = FakeTime()
            withOutages(time.runtime()) { outages ->
                coroutineScope {
                    val sent = CompletableDeferred<Unit>()
                    val fails = CompletableDeferred<Unit>()
                    var calls = 0
                    val late = async {
                        outages.ride {
                            if (++calls == 1) {
                                sent.complete(Unit)
                                fails.await()
                                throw away()
                            }
                        }
                    }
                    sent.await()
                    var earlyCalls = 0
                    outages.ride { if (++earlyCalls <= 2) throw away() }
                    val sleeps = time.sleeps.toList()
                    fails.complete(Unit)
                    late.await()
                    calls shouldBe 2
                    time.sleeps shouldBe sleeps
                    outages.remarks().single() shouldContain "Phoenix was unreachable for"
                }
            }
        }

        test("a request that fails late, and again, has met an outage of its own") {
            val time = FakeTime()
            withOutages(time.runtime()) { outages ->
                coroutineScope {
                    val sent = CompletableDeferred<Unit>()
                    val fails = CompletableDeferred<Unit>()
                    var calls = 0
                    val late = async {
                        outages.ride {
                            if (++calls == 1) {
                                sent.complete(Unit)
                                fails.await()
                            }
                            if (calls <= 3) throw away()
                        }
                    }
                    sent.await()
                    var earlyCalls = 0
                    outages.ride { if (++earlyCalls == 1) throw away() }
                    time.pass(Duration.ofHours(1))
                    fails.complete(Unit)
                    late.await()
                    outages.remarks().map { it.substringAfter("from ").substring(11, 13) } shouldBe
                        listOf("10", "11")
                }
            }
        }

        test("an outage that one request gives up, and another one outlasts, is told once") {
            val time = FakeTime()
            withOutages(time.runtime()) { outages ->
                coroutineScope {
                    val sent = CompletableDeferred<Unit>()
                    var calls = 0
                    val giving =
                        async(start = CoroutineStart.LAZY) {
                            runCatching {
                                outages.ride {
                                    if (++calls == 1) throw away()
                                    throw PhoenixException.RateLimited("slow", Duration.ofHours(1))
                                }
                            }
                        }
                    var others = 0
                    val lasting = async {
                        outages.ride {
                            if (++others == 1) {
                                sent.complete(Unit)
                                giving.await()
                            }
                            if (others <= 3) throw away()
                        }
                    }
                    sent.await()
                    giving
                        .await()
                        .exceptionOrNull()
                        .shouldBeInstanceOf<PhoenixException.RateLimited>()
                    lasting.await()
                    outages.remarks().single() shouldContain "stopped waiting"
                }
            }
        }

        for (reading in READINGS) {
            test("a look succeeds if a write ends the outage at reading $reading of the clock") {
                val onReading = ThreadLocal<(() -> Unit)?>()
                val clock = TestClock.showing {
                    onReading.get()?.invoke()
                    Instant.EPOCH
                }
                val ending = CountDownLatch(1)
                val mayEnd = CountDownLatch(1)
                val hasEnded = CountDownLatch(1)
                withOutages(PhoenixRuntime(clock, sleep = {})) { outages ->
                    coroutineScope {
                        launch(Dispatchers.IO) {
                            outages.ride {
                                onReading.set {
                                    onReading.remove()
                                    ending.countDown()
                                    mayEnd.await()
                                }
                            }
                            hasEnded.countDown()
                        }
                        runInterruptible(Dispatchers.IO) { ending.await() }
                        val looking =
                            async(Dispatchers.IO) {
                                var calls = 0
                                var readings = 0
                                try {
                                    outages.look {
                                        if (++calls > 1) return@look "seen"
                                        onReading.set {
                                            if (++readings == reading) {
                                                mayEnd.countDown()
                                                hasEnded.await()
                                            }
                                        }
                                        throw away()
                                    }
                                } finally {
                                    onReading.remove()
                                    mayEnd.countDown()
                                }
                            }
                        looking.await() shouldBe "seen"
                    }
                }
            }
        }
    })
