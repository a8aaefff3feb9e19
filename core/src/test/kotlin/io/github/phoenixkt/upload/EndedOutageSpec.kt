package io.github.phoenixkt.upload

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.transport.Connection
import io.github.phoenixkt.transport.Transport
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible

/** More than a look makes. */
private val READINGS = 1..8

/** A request may end an outage at any moment at which another one reads the clock. */
class EndedOutageSpec :
    FunSpec({
        for (reading in READINGS) {
            test("a look succeeds if a write ends the outage at reading $reading of the clock") {
                val onReading = ThreadLocal<(() -> Unit)?>()
                val clock = TestClock.showing {
                    onReading.get()?.invoke()
                    Instant.EPOCH
                }
                val settings = phoenixSettings {
                    environment = PhoenixEnvironment.empty()
                    endpoint = "http://127.0.0.1:1"
                    runtime = PhoenixRuntime(clock, sleep = {})
                }
                val ending = CountDownLatch(1)
                val mayEnd = CountDownLatch(1)
                val hasEnded = CountDownLatch(1)
                Connection(settings).use { connection ->
                    connection.hasAnswered = true
                    val transport = Transport(connection, settings, CallOptions.NONE)
                    val outages = Outages(Duration.ofMinutes(2), transport)
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
                                        throw PhoenixException.Unreachable("away", null, false)
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
