package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.items
import io.github.phoenixkt.upload.spanId
import io.github.phoenixkt.upload.text
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout

private val PATIENCE = 120.seconds

private fun onOutcome(act: (AnnotationData, QueueOutcome) -> Unit) =
    object : AnnotationQueueListener {
        override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) =
            act(annotation, outcome)
    }

/** A clock that is set by hand; nothing that sleeps wakes up. */
private class SetClock {
    @Volatile var now: Instant = Instant.parse("2026-01-05T10:00:00Z")

    fun runtime() =
        PhoenixRuntime(clock = TestClock.showing { now }, sleep = { awaitCancellation() })
}

/** What happens to a queue at the wrong moment. */
class QueueTroubleSpec :
    FunSpec({
        test("a send that is cancelled once its row is accepted learns that it is") {
            val arrived = CompletableDeferred<Unit>()
            val told = CountDownLatch(1)
            val cancelled = CountDownLatch(1)
            val stage =
                Stage({
                    listener = onOutcome { _, outcome ->
                        if (outcome == QueueOutcome.Superseded) {
                            told.countDown()
                            cancelled.await()
                        }
                    }
                }) {
                    arrived.complete(Unit)
                    awaitCancellation()
                }
            stage.queue.offer(row(0))
            arrived.await()
            stage.queue.offer(row(1, "first"))
            val learnt = AtomicReference<Offer>()
            coroutineScope {
                val sending = launch(Dispatchers.Default) { learnt.set(stage.queue.send(row(1))) }
                runInterruptible(Dispatchers.IO) { told.await() }
                sending.cancel()
                cancelled.countDown()
                sending.join()
            }
            learnt.get().accepted shouldBe true
            stage.queue.close(Duration.ZERO)
        }

        test("an error in the middle of a note leaves open whether it arrived") {
            val stage = Stage { throw NoClassDefFoundError("of the engine") }
            val note = stage.queue.offer(NoteData.ofSpan(spanId(1), "text"))
            withTimeout(PATIENCE) { note.outcome.await() }
                .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                .mayHaveArrived shouldBe true
            stage.queue.offer(row(2)).accepted shouldBe false
        }

        test("an error of the listener that ends the queue costs no outcome") {
            val stage =
                Stage({ listener = onOutcome { _, _ -> throw OutOfMemoryError("test") } }) {
                    it.stored()
                }
            val offers = (1..3).map { stage.queue.offer(row(it)) }
            withTimeout(PATIENCE) { offers.forEach { it.outcome.await() } }
            stage.queue.close(LONG)
        }

        test("an error of the listener costs no other row the outcome that it has") {
            fun queueOf(clock: SetClock) = MockPhoenix {
                it.stored()
            }
                .client { runtime = clock.runtime() }
                .annotationQueue {
                    flushRows = 4
                    flushAfter = LONG
                    listener = onOutcome { _, _ -> throw OutOfMemoryError("test") }
                }
            val expiring = SetClock()
            val old = queueOf(expiring)
            val expired = (1..2).map { old.offer(row(it)) }
            expiring.now += Duration.ofHours(2)
            old.offer(row(3))
            val stored = queueOf(SetClock()).let { queue -> (1..4).map { queue.offer(row(it)) } }
            withTimeout(PATIENCE) {
                expired.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Expired>() }
                stored.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            }
        }

        test("a listener may close its queue, and wait for that") {
            val closings: Map<String, (AnnotationQueue) -> Unit> =
                mapOf(
                    "on its thread" to { runBlocking { it.close(Duration.ZERO) } },
                    "on another thread" to
                        {
                            runBlocking(Dispatchers.IO) { it.close(Duration.ZERO) }
                        },
                    "without a timeout" to { it.close() },
                )
            for ((_, close) in closings) {
                val arrived = CompletableDeferred<Unit>()
                val queue = CompletableDeferred<AnnotationQueue>()
                val stage =
                    Stage({
                        closeTimeout = Duration.ZERO
                        listener = onOutcome { _, outcome ->
                            if (outcome is QueueOutcome.Stored) close(runBlocking { queue.await() })
                        }
                    }) {
                        arrived.complete(Unit)
                        it.stored()
                    }
                queue.complete(stage.queue)
                val first = stage.queue.offer(row(1))
                arrived.await()
                withTimeout(PATIENCE) {
                    first.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
                    stage.queue.close(LONG)
                }
                stage.queue.state.status shouldBe QueueStatus.CLOSED
            }
        }

        for (last in listOf("Superseded", "Unfinished")) test(
            "a listener that is told $last may close its queue, and wait for that"
        ) {
            val arrived = CompletableDeferred<Unit>()
            val queue = CompletableDeferred<AnnotationQueue>()
            val stage =
                Stage({
                    listener = onOutcome { _, outcome ->
                        if (outcome.name == last) runBlocking { queue.await().close(Duration.ZERO) }
                    }
                }) {
                    arrived.complete(Unit)
                    awaitCancellation()
                }
            queue.complete(stage.queue)
            val sent = stage.queue.offer(row(0))
            arrived.await()
            stage.queue.offer(row(1, "first"))
            // On threads of their own: should they wait forever, the test does not.
            val offering = CompletableFuture.runAsync { stage.queue.offer(row(1)) }
            withTimeout(PATIENCE) { offering.await() }
            val closing = CompletableFuture.runAsync {
                runBlocking { stage.queue.close(Duration.ZERO) }
            }
            withTimeout(PATIENCE) {
                closing.await()
                sent.outcome.await().shouldBeInstanceOf<QueueOutcome.Unfinished>()
            }
            stage.queue.state.status shouldBe QueueStatus.CLOSED
        }

        test("rows are sent when the clock is set back, and none waits until it has caught up") {
            val clock = SetClock()
            val server = MockPhoenix { it.stored() }
            val queue =
                server.client { runtime = clock.runtime() }.annotationQueue { flushRows = 10 }
            val early = queue.offer(row(1))
            clock.now -= Duration.ofHours(1)
            val late = queue.offer(row(2))
            queue.flush(Duration.ofMinutes(2)) shouldBe true
            early.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            late.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            queue.close(LONG)
        }

        test("rows that have expired are held until they are told") {
            val clock = SetClock()
            val telling = CountDownLatch(1)
            val goOn = CountDownLatch(1)
            val folder = tempdir().toPath()
            val client = MockPhoenix { it.stored() }.client { runtime = clock.runtime() }
            val queue = client.annotationQueue {
                flushRows = 10
                flushAfter = LONG
                spool = folder
                listener = onOutcome { _, outcome ->
                    if (outcome is QueueOutcome.Expired) {
                        telling.countDown()
                        goOn.await()
                    }
                }
            }
            val offers = (1..3).map { queue.offer(row(it)) }
            clock.now += Duration.ofHours(2)
            coroutineScope {
                val flush = launch(Dispatchers.IO) { queue.flush(LONG) }
                runInterruptible(Dispatchers.IO) { telling.await() }
                queue.state.rows shouldBe 2
                queue.flush(Duration.ZERO) shouldBe false
                val report = queue.close(Duration.ZERO)
                goOn.countDown()
                flush.join()
                report.drained shouldBe false
                report.unfinishedRows shouldBe 2
                report.spooledRows shouldBe 2
            }
            offers.first().outcome.await().shouldBeInstanceOf<QueueOutcome.Expired>()
            offers.drop(1).forEach {
                it.outcome
                    .await()
                    .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                    .mayHaveArrived shouldBe false
            }
            val told = ConcurrentLinkedQueue<String>()
            val next = client.annotationQueue {
                spool = folder
                listener = onOutcome { row, outcome -> told += "${row.targetId} ${outcome.name}" }
            }
            next.close(LONG).drained shouldBe true
            told.toList() shouldBe listOf("${spanId(2)} Expired", "${spanId(3)} Expired")
        }

        for (error in
            listOf(
                NoClassDefFoundError("vault/Client"),
                NotImplementedError("later"),
                AssertionError("no vault"),
            )) {
            test("${error.javaClass.simpleName} of the key supplier does not end the queue") {
                val asked = AtomicInteger()
                val server = MockPhoenix { it.stored() }
                val client = server.client {
                    apiKey { if (asked.getAndIncrement() == 0) throw error else "px-key-12345" }
                    runtime = FakeTime().runtime()
                }
                val queue = client.annotationQueue {}
                val offer = queue.offer(row(1))
                withTimeout(PATIENCE) { offer.outcome.await() }
                    .shouldBeInstanceOf<QueueOutcome.Stored>()
                queue.offer(row(2)).accepted shouldBe true
                queue.close(LONG).drained shouldBe true
                server.requests.flatMap { it.items().map { row -> row.text("span_id") } } shouldBe
                    listOf(spanId(1), spanId(2))
            }
        }

        test("a flush gives up in its time while Phoenix is away, and loses nothing") {
            val clock = SetClock()
            val turnedAway = CompletableDeferred<Unit>()
            val server = MockPhoenix {
                if (turnedAway.complete(Unit)) Answer(503, "busy") else it.stored()
            }
            val client = server.client { runtime = clock.runtime() }
            val queue = client.annotationQueue {}
            val offer = queue.offer(row(1))
            queue.flush(Duration.ofMillis(10)) shouldBe false
            // Phoenix is back afterwards, but nothing that sleeps wakes up to try again.
            turnedAway.await()
            queue.flush(Duration.ofSeconds(-1)) shouldBe false
            queue.state.rows shouldBe 1
            queue.close(Duration.ZERO).unfinishedRows shouldBe 1
            offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Unfinished>()
        }

        test("what is accepted while the queue is being closed has an outcome") {
            repeat(10) {
                val stage = Stage { it.stored() }
                val accepted = ConcurrentLinkedQueue<Offer>()
                withTimeout(PATIENCE) {
                    coroutineScope {
                        val begun = CompletableDeferred<Unit>()
                        val offering =
                            List(4) { thread ->
                                async(Dispatchers.Default) {
                                    var number = thread
                                    while (true) {
                                        val offer = stage.queue.offer(row(number))
                                        if (!offer.accepted) break
                                        accepted += offer
                                        begun.complete(Unit)
                                        number += 4
                                    }
                                }
                            }
                        begun.await()
                        stage.queue.close(LONG).drained shouldBe true
                        offering.awaitAll()
                    }
                    accepted.forEach {
                        it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
                    }
                }
            }
        }

        test("a caller that cancels its deferred or future takes nothing from others") {
            val gate = CompletableDeferred<Unit>()
            val stage = Stage { sent ->
                gate.await()
                sent.stored()
            }
            val offer = stage.queue.offer(row(1))
            offer.outcome.cancel()
            offer.outcomeFuture().cancel(true)
            offer.outcomeFuture().complete(QueueOutcome.MissingTarget)
            gate.complete(Unit)
            offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            stage.queue.close(LONG)
        }

        test("a new key goes on, and nothing was lost meanwhile") {
            val keys = ConcurrentLinkedQueue<String>()
            val refused = CompletableDeferred<Unit>()
            val renewed = CompletableDeferred<Unit>()
            val key = AtomicReference("px-old-key-1")
            val server = MockPhoenix { sent ->
                keys += sent.headers["Authorization"].orEmpty()
                if ("old" in sent.headers["Authorization"].orEmpty()) {
                    // Time flies while it is tried: the rows must not expire before the new key.
                    if (!refused.complete(Unit)) renewed.await()
                    Answer(401, "Invalid token")
                } else sent.stored()
            }
            val client = server.client {
                apiKey { key.get() }
                runtime = FakeTime().runtime()
            }
            val queue = client.annotationQueue {}
            val offers = (1..5).map { queue.offer(row(it)) }
            refused.await()
            key.set("px-new-key-2")
            renewed.complete(Unit)
            offers.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            keys.last() shouldBe "Bearer px-new-key-2"
            val sent = server.requests.flatMap { it.items().map { row -> row.text("span_id") } }
            sent.toSet() shouldBe (1..5).map(::spanId).toSet()
            queue.close(LONG)
        }
    })
