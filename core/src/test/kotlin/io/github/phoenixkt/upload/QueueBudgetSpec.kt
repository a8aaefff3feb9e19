package io.github.phoenixkt.upload

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.support.TestClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

class QueueBudgetSpec :
    FunSpec({
        val runtime = FakeTime().runtime()

        test("a window that does not fit waits until rows are acknowledged") {
            val budget = QueueBudget()
            val first = budget.lease(2_000, 2_500, runtime)
            val waiting =
                async(start = CoroutineStart.UNDISPATCHED) { budget.lease(501, 2_500, runtime) }
            yield()
            waiting.isCompleted shouldBe false
            first.acknowledged()
            first.close()
            waiting.await()
        }

        test("who waits is served before who comes later, small windows too") {
            val budget = QueueBudget()
            val order = mutableListOf<String>()
            val first = budget.lease(2_500, 2_500, runtime)
            val small =
                async(start = CoroutineStart.UNDISPATCHED) {
                    budget.lease(250, 250, runtime).also { order += "small" }
                }
            val large =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    budget.lease(2_500, 2_500, runtime)
                    order += "large"
                }
            first.close()
            small.await().close()
            large.join()
            order shouldBe listOf("small", "large")
        }

        test("who gives up waiting leaves nothing behind") {
            val budget = QueueBudget()
            val first = budget.lease(2_500, 2_500, runtime)
            val waiting =
                launch(start = CoroutineStart.UNDISPATCHED) { budget.lease(1, 2_500, runtime) }
            waiting.cancel()
            waiting.join()
            first.close()
            budget.lease(2_500, 2_500, runtime)
        }

        test("what was handed over and not seen to arrive counts for half a minute") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.lease(300, 2_500, time.runtime()).use {
                it.handOver(100)
                it.handOver(100)
                it.takeBack(100)
            }
            budget.stranded(time.now.plusSeconds(30)) shouldBe 100
            budget.stranded(time.now.plusSeconds(31)) shouldBe 0
            budget.lease(300, 2_500, time.runtime()).use {
                it.handOver(300)
                it.acknowledged()
            }
            budget.stranded(time.now) shouldBe 0
        }

        test("what is sent once more counts once more while the window lasts, and no longer") {
            val budget = QueueBudget()
            val first = budget.lease(1_000, 2_500, runtime)
            repeat(2) { first.handOver(1_000) }
            val waiting =
                async(start = CoroutineStart.UNDISPATCHED) { budget.lease(501, 2_500, runtime) }
            yield()
            waiting.isCompleted shouldBe false
            first.acknowledged()
            first.close()
            val second = waiting.await()
            second.close()
            second.close()
            budget.lease(2_500, 2_500, runtime)
            shouldThrow<IllegalStateException> { second.handOver(1) }
        }

        test("stranded rows count for ten minutes") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.strand(300, time.now)
            budget.stranded(time.now + Duration.ofMinutes(10)) shouldBe 300
            budget.stranded(time.now + Duration.ofMinutes(10).plusMillis(1)) shouldBe 0
        }

        test("a window asks again, once it has room, whether Phoenix's queue has filled up") {
            val model = PhoenixModel()
            val budget = QueueBudget.of(model.baseUrl)
            val others = budget.lease(2_500, 2_500, model.time.runtime())
            val rows = List(600) { row(it) }
            val upload = async {
                val options = uploadOptions { delivery = Delivery.QUEUED }
                model.client.annotations.upload(rows, options)
            }
            // It holds its keys while it waits for room.
            val key = listOf(AnnotationRows.of(rows).key(0))
            while (KeysInFlight.of(model.baseUrl).claim(key, "test").use { it.granted }) yield()
            budget.strand(600, model.time.now)
            others.acknowledged()
            others.close()
            upload.await().counts() shouldBe mapOf("Stored" to 600)
            model.queuedWrites.shouldBeEmpty()
        }

        for ((what, end) in ENDS) {
            test("an upload that ends as its window gets room leaves the room to others: $what") {
                val model = PhoenixModel()
                val budget = QueueBudget.of(model.baseUrl)
                val others = budget.lease(2_500, 2_500, runtime)
                lateinit var upload: Job
                lateinit var client: PhoenixClient
                val isDue = AtomicBoolean()
                client = model.client {
                    val clock = TestClock.showing {
                        if (isDue.compareAndSet(true, false)) end(upload, client)
                        model.time.now
                    }
                    this.runtime = PhoenixRuntime(clock)
                }
                val rows = List(600) { row(it) }
                upload = launch {
                    val options = uploadOptions { delivery = Delivery.QUEUED }
                    runCatching { client.annotations.upload(rows, options) }
                }
                // It holds its keys while it waits for room.
                val key = listOf(AnnotationRows.of(rows).key(0))
                while (KeysInFlight.of(model.baseUrl).claim(key, "test").use { it.granted }) yield()
                repeat(20) { yield() }
                // It looks at the clock next when it takes the room.
                isDue.set(true)
                others.acknowledged()
                others.close()
                upload.join()
                isDue.get() shouldBe false
                model.queuedWrites.shouldBeEmpty()
                val next =
                    async(start = CoroutineStart.UNDISPATCHED) {
                        budget.lease(2_500, 2_500, runtime)
                    }
                next.isCompleted shouldBe true
            }
        }

        test("who waits for room goes on without the lock of the budget") {
            val budget = QueueBudget()
            val first = budget.lease(2_500, 2_500, runtime)
            val isLocked = CompletableDeferred<Boolean>()
            launch(Dispatchers.Unconfined) {
                budget.lease(1, 2_500, runtime)
                isLocked.complete(Thread.holdsLock(budget))
            }
            first.close()
            isLocked.await() shouldBe false
        }

        test("a window whose requests all broke may be in Phoenix's queue, once for each attempt") {
            val model = PhoenixModel()
            model.trouble = {
                if (it.method == "POST" && it.query.isEmpty()) throw IOException() else null
            }
            val options = uploadOptions {
                queueWindow = 500
                outageTolerance = Duration.ZERO
            }
            val report = model.client.annotations.upload((0 until 600).map { row(it) }, options)
            report.counts() shouldBe mapOf("Stored" to 100, "Unknown" to 100, "NotAttempted" to 400)
            QueueBudget.of(model.baseUrl).stranded(model.time.now) shouldBe 4 * 100
        }

        test("unobserved rows go 500 at once, then 250 a second") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.awaitPace(500, time.runtime())
            time.sleeps.shouldBeEmpty()
            repeat(2) { budget.awaitPace(125, time.runtime()) }
            time.sleeps shouldBe List(2) { Duration.ofMillis(500) }
        }
    })
