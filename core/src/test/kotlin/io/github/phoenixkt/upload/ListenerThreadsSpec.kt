package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.RetryEvent
import io.github.phoenixkt.support.TestClock
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

/** Only a deadlock takes so long. */
private const val PATIENCE_SECONDS = 60L

/** Waits for work on another thread, but not again once that has taken too long. */
private class Others {
    @Volatile private var areStuck = false

    fun <T> ask(work: () -> T): T {
        check(!areStuck) { "Another thread waits for this one." }
        try {
            return CompletableFuture.supplyAsync(work) { Thread(it).start() }
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
        } catch (e: TimeoutException) {
            areStuck = true
            throw e
        }
    }
}

/** Listeners that wait for another thread, as one that updates a window does. */
class ListenerThreadsSpec :
    FunSpec({
        test("a progress listener may wait for a thread that reads the report") {
            lateinit var upload: Upload
            val others = Others()
            val seen = CopyOnWriteArrayList<Pair<Int, Int>>()
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                progress = UploadProgressListener { progress ->
                    val report = others.ask { upload.report }
                    seen += progress.done to report.outcomes.count { it.succeeded }
                }
            }
            val rows = (0 until 1_000).map { row(it) }
            upload = PhoenixModel().client.annotations.prepareUpload(rows, options)
            val report = withContext(Dispatchers.Default) { upload.run() }
            report.remarks.shouldBeEmpty()
            seen.map { it.first } shouldBe (100..1_000 step 100).toList()
            seen.all { (told, stored) -> stored >= told } shouldBe true
        }

        test("a clock may wait for a thread that reads the report, also in an outage") {
            val model = PhoenixModel()
            val shown = AtomicReference<Upload>()
            val others = Others()
            val clock = TestClock.showing {
                shown.get()?.let { others.ask { it.report } }
                model.time.now
            }
            val client = model.client {
                runtime = PhoenixRuntime(clock, sleep = { model.time.pass(it.toJavaDuration()) })
            }
            client.spans.addSpanAnnotation(row(0), sync = true)
            var busy = 0
            model.trouble = { if (++busy <= 10) Answer(503, "busy", version = null) else null }
            val options = uploadOptions { delivery = Delivery.CONFIRMED }
            val upload = client.annotations.prepareUpload(List(200) { row(it) }, options)
            shown.set(upload)
            val report = withContext(Dispatchers.Default) { upload.run() }
            report.complete shouldBe true
            report.remarks.single() shouldContain "was unreachable"
        }

        test("a listener of requests may wait for another call, if calls go one at a time") {
            val model = PhoenixModel()
            val client = AtomicReference<PhoenixClient>()
            val answers = CopyOnWriteArrayList<String>()
            val isArmed = AtomicBoolean()
            val others = Others()
            val asking =
                object : PhoenixListener {
                    override fun onRequest(event: RequestEvent) {
                        if (isArmed.getAndSet(false)) {
                            answers += "asked"
                            answers += others.ask {
                                runBlocking {
                                    client.get().spans.addSpanAnnotation(row(1), sync = true)
                                }
                                "answered"
                            }
                        }
                    }
                }
            client.set(
                model.client {
                    maxConcurrentCalls = 1
                    listener = asking
                }
            )
            client.get().serverVersion()
            isArmed.set(true)
            client.get().spans.addSpanAnnotation(row(0), sync = true)
            answers shouldBe listOf("asked", "answered")
        }

        test("a listener of the question for the version may wait for a call that needs it") {
            for (failures in 0..2) {
                var left = failures
                val server = MockPhoenix(beforeVersion = { if (left-- > 0) throw IOException() })
                val client = AtomicReference<PhoenixClient>()
                val told = CopyOnWriteArrayList<String>()
                val others = Others()
                val asking =
                    object : PhoenixListener {
                        override fun onRequest(event: RequestEvent) {
                            if (event.route != "GET /arize_phoenix_version") return
                            others.ask { runBlocking { client.get().serverVersion() } }
                            told += event.failure ?: "${event.status}"
                        }

                        override fun onRetry(event: RetryEvent) {
                            others.ask { runBlocking { client.get().serverVersion() } }
                            told += "again"
                        }
                    }
                client.set(
                    server.client {
                        runtime = FakeTime().runtime()
                        listener = asking
                    }
                )
                client.get().spans.addSpanAnnotation(row(0))
                told shouldBe List(failures) { listOf("Unreachable", "again") }.flatten() + "200"
                server.versionRequests shouldHaveSize failures + 1
            }
        }

        test("who follows the progress may wait for a thread that reads the report") {
            val rows = (0 until 500).map { row(it) }
            val options = uploadOptions { delivery = Delivery.CONFIRMED }
            val upload = PhoenixModel().client.annotations.prepareUpload(rows, options)
            val seen = mutableListOf<Int>()
            val others = Others()
            coroutineScope {
                val following =
                    launch(Dispatchers.Unconfined) {
                        upload.progress.collect {
                            others.ask { upload.report }
                            seen += it.done
                        }
                    }
                upload.run()
                following.cancel()
            }
            seen.shouldBeSorted()
            seen.last() shouldBe 500
        }
    })
