package io.github.phoenixkt.queue

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.annotations.AnnotationData
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout

private val PATIENCE = 2.minutes
private val LIMIT: Duration = Duration.ofMinutes(2)

/** Longer than a queue waits for a listener that may be waiting for it. */
private const val SLOW_SECONDS = 3L

private fun onOutcome(act: (QueueOutcome) -> Unit) =
    object : AnnotationQueueListener {
        override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) = act(outcome)
    }

/** Who flushes or closes a queue knows that its listener has been told. */
class FlushSpec :
    FunSpec({
        test("flush returns true only when the listener has been told of the last row") {
            val telling = CountDownLatch(1)
            val goOn = CountDownLatch(1)
            val told = CopyOnWriteArrayList<String>()
            val stage =
                Stage({
                    listener = onOutcome {
                        telling.countDown()
                        goOn.await()
                        told += it.name
                    }
                }) {
                    it.stored()
                }
            stage.queue.offer(row(1))
            try {
                withTimeout(PATIENCE) { runInterruptible(Dispatchers.IO) { telling.await() } }
                stage.queue.state.rows shouldBe 0
                stage.queue.flush(Duration.ZERO) shouldBe false
            } finally {
                goOn.countDown()
            }
            stage.queue.flush(LIMIT) shouldBe true
            told shouldContainExactly listOf("Stored")
            stage.queue.close(LONG)
        }

        for (error in listOf(IllegalStateException("mine"), OutOfMemoryError("test"))) {
            test("a listener that throws ${error.javaClass.simpleName} has been told, too") {
                val stage =
                    Stage({
                        listener = onOutcome { throw error }
                        flushRows = 3
                        flushAfter = LONG
                    }) {
                        it.stored()
                    }
                val offers = (1..3).map { stage.queue.offer(row(it)) }
                stage.queue.flush(LIMIT) shouldBe true
                offers.all { it.outcome.isCompleted } shouldBe true
                stage.queue.close(LONG)
            }
        }

        test("close returns only when a slow listener has returned") {
            val closings: List<suspend (Stage) -> Unit> =
                listOf(
                    { it.queue.close(LIMIT).drained shouldBe true },
                    { stage -> runInterruptible(Dispatchers.IO) { stage.queue.close() } },
                    { stage -> runInterruptible(Dispatchers.IO) { stage.client.close() } },
                )
            coroutineScope {
                closings
                    .map { close ->
                        async(Dispatchers.IO) {
                            val telling = CountDownLatch(1)
                            val closed = CountDownLatch(1)
                            val closedFirst = CompletableDeferred<Boolean>()
                            val stage =
                                Stage({
                                    closeTimeout = LIMIT
                                    listener = onOutcome {
                                        telling.countDown()
                                        closedFirst.complete(
                                            closed.await(SLOW_SECONDS, TimeUnit.SECONDS)
                                        )
                                    }
                                }) {
                                    it.stored()
                                }
                            stage.queue.offer(row(1))
                            telling.await()
                            close(stage)
                            closed.countDown()
                            closedFirst.await()
                        }
                    }
                    .awaitAll() shouldBe listOf(false, false, false)
            }
        }

        for (others in listOf(0, 1)) {
            test("a listener that flushes while $others other rows wait does not wait for itself") {
                val arrived = CompletableDeferred<Unit>()
                val gate = CompletableDeferred<Unit>()
                val queue = CompletableDeferred<AnnotationQueue>()
                val flushed = CompletableDeferred<Boolean>()
                val stage =
                    Stage({
                        listener = onOutcome {
                            flushed.complete(runBlocking { queue.await().flush(LONG) })
                        }
                    }) {
                        arrived.complete(Unit)
                        gate.await()
                        it.stored()
                    }
                queue.complete(stage.queue)
                stage.queue.offer(row(0))
                arrived.await()
                val waiting = (1..others).map { stage.queue.offer(row(it)) }
                gate.complete(Unit)
                withTimeout(PATIENCE) {
                    flushed.await() shouldBe (others == 0)
                    waiting.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
                }
                stage.queue.close(LONG).drained shouldBe true
            }
        }

        test("the client's listener that flushes does not wait for itself") {
            val queue = CompletableDeferred<AnnotationQueue>()
            val flushed = CompletableDeferred<Boolean>()
            val flushing =
                object : PhoenixListener {
                    override fun onOutcomes(event: OutcomesEvent) {
                        flushed.complete(runBlocking { queue.await().flush(LONG) })
                    }
                }
            val client = MockPhoenix { it.stored() }.client { listener = flushing }
            queue.complete(client.annotationQueue())
            queue.await().offer(row(1))
            withTimeout(PATIENCE) { flushed.await() shouldBe true }
            queue.await().close(LONG).drained shouldBe true
        }

        test("a listener may wait for another thread that flushes, until that gives up") {
            val queue = CompletableDeferred<AnnotationQueue>()
            val flushed = CompletableDeferred<Boolean>()
            val stage =
                Stage({
                    listener = onOutcome {
                        flushed.complete(
                            CompletableFuture.supplyAsync {
                                    runBlocking { queue.await().flush(Duration.ofMillis(10)) }
                                }
                                .get()
                        )
                    }
                }) {
                    it.stored()
                }
            queue.complete(stage.queue)
            stage.queue.offer(row(1))
            withTimeout(PATIENCE) { flushed.await() shouldBe false }
            stage.queue.close(LONG).drained shouldBe true
        }
    })
