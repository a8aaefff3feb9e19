package io.github.phoenixkt.queue

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.annotations.AnnotationData
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** Only a deadlock takes so long. */
private const val PATIENCE_SECONDS = 60L
private val PATIENCE = 120.seconds

/** Not of the common pool, which may have a single thread. */
private fun <T> onAnotherThread(work: () -> T): T =
    CompletableFuture.supplyAsync(work) { Thread(it).start() }
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS)

/** What a listener throws would only be logged. */
private fun <T> CompletableDeferred<T>.completeWith(work: () -> T) {
    try {
        complete(work())
    } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
        completeExceptionally(e)
    }
}

private fun listening(act: (label: String?, QueueOutcome) -> Unit) =
    object : AnnotationQueueListener {
        override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) =
            act(annotation.label, outcome)
    }

/** What the listeners of a queue may do, and wait for. */
class QueueListenerSpec :
    FunSpec({
        /** A queue that is sending row 0 and holds "first", a value of row 1. */
        suspend fun stageOf(
            gate: CompletableDeferred<Unit>,
            act: (AnnotationQueue, label: String?, QueueOutcome) -> Unit,
        ): Stage {
            val arrived = CompletableDeferred<Unit>()
            val queue = CompletableDeferred<AnnotationQueue>()
            val stage =
                Stage({
                    closeTimeout = LONG
                    listener = listening { label, outcome ->
                        act(runBlocking { queue.await() }, label, outcome)
                    }
                }) {
                    arrived.complete(Unit)
                    gate.await()
                    it.stored()
                }
            queue.complete(stage.queue)
            stage.queue.offer(row(0, "sent"))
            arrived.await()
            return stage
        }

        test("it may wait for a thread that offers a later value") {
            val gate = CompletableDeferred<Unit>()
            val told = CopyOnWriteArrayList<String>()
            val waited = CompletableDeferred<Offer>()
            val stage =
                stageOf(gate) { queue, label, outcome ->
                    told += "$label ${outcome.name}"
                    if (label == "sent")
                        waited.completeWith { onAnotherThread { queue.offer(row(1, "second")) } }
                }
            val first = stage.queue.offer(row(1, "first"))
            gate.complete(Unit)
            withTimeout(PATIENCE) {
                waited.await().outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
                first.outcome.await() shouldBe QueueOutcome.Superseded
            }
            stage.queue.close(LONG).drained shouldBe true
            told shouldContainExactly listOf("sent Stored", "first Superseded", "second Stored")
        }

        test("it may wait for an offer while it is told that a row was superseded") {
            val gate = CompletableDeferred<Unit>()
            val told = CopyOnWriteArrayList<String>()
            val waited = CompletableDeferred<Offer>()
            val stage =
                stageOf(gate) { queue, label, outcome ->
                    told += "$label ${outcome.name}"
                    if (label == "first")
                        waited.completeWith { onAnotherThread { queue.offer(row(1, "third")) } }
                }
            val first = stage.queue.offer(row(1, "first"))
            val offering = CompletableFuture.supplyAsync { stage.queue.offer(row(1, "second")) }
            withTimeout(PATIENCE) {
                val second = offering.await()
                first.outcome.await() shouldBe QueueOutcome.Superseded
                second.outcome.await() shouldBe QueueOutcome.Superseded
                waited.await().accepted shouldBe true
            }
            gate.complete(Unit)
            stage.queue.close(LONG).drained shouldBe true
            told shouldContainExactly
                listOf("first Superseded", "second Superseded", "sent Stored", "third Stored")
        }

        test("it may offer a later value, and wait for the outcome of the one that it replaces") {
            val gate = CompletableDeferred<Unit>()
            val first = CompletableDeferred<Offer>()
            val seen = CompletableDeferred<QueueOutcome>()
            val stage =
                stageOf(gate) { queue, label, _ ->
                    if (label == "sent") {
                        queue.offer(row(1, "second"))
                        val replaced = runBlocking { first.await() }.outcomeFuture()
                        seen.completeWith { replaced.get(PATIENCE_SECONDS, TimeUnit.SECONDS) }
                    }
                }
            first.complete(stage.queue.offer(row(1, "first")))
            gate.complete(Unit)
            withTimeout(PATIENCE) { seen.await() } shouldBe QueueOutcome.Superseded
            stage.queue.close(LONG).drained shouldBe true
        }

        val closings: Map<String, (PhoenixClient, AnnotationQueue) -> Unit> =
            mapOf(
                "the client" to { client, _ -> client.close() },
                "the queue" to { _, queue -> queue.close() },
            )
        for ((what, close) in closings) {
            test("it may close $what: the other rows are sent first") {
                val gate = CompletableDeferred<Unit>()
                val client = CompletableDeferred<PhoenixClient>()
                val stage =
                    stageOf(gate) { queue, label, _ ->
                        if (label == "sent") close(runBlocking { client.await() }, queue)
                    }
                client.complete(stage.client)
                val others = (1..300).map { stage.queue.offer(row(it)) }
                gate.complete(Unit)
                withTimeout(PATIENCE) {
                    others.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
                }
                stage.queue.state.status shouldBe QueueStatus.CLOSED
            }

            for (moment in listOf("onRequest", "onQueue")) {
                test("the client's listener may close $what in $moment, and costs no row") {
                    val client = CompletableDeferred<PhoenixClient>()
                    val queue = CompletableDeferred<AnnotationQueue>()
                    val closing = { runBlocking { close(client.await(), queue.await()) } }
                    val told =
                        object : PhoenixListener {
                            override fun onRequest(event: RequestEvent) {
                                if (moment == "onRequest") closing()
                            }

                            override fun onQueue(state: QueueState) {
                                if (moment == "onQueue") closing()
                            }
                        }
                    val server = MockPhoenix { it.stored() }
                    client.complete(server.client { listener = told })
                    queue.complete(
                        client.await().annotationQueue {
                            closeTimeout = LONG
                            maxRows = 3
                        }
                    )
                    val opened = queue.await()
                    val offers = onAnotherThread { (1..6).map { opened.offer(row(it)) } }
                    withTimeout(PATIENCE) {
                        offers
                            .filter { it.accepted }
                            .forEach {
                                it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
                            }
                    }
                }
            }
        }

        test("a listener that is told what is left may wait for a thread that closes the queue") {
            val waited = CompletableDeferred<Unit>()
            val stage =
                stageOf(CompletableDeferred()) { queue, _, outcome ->
                    if (outcome is QueueOutcome.Unfinished)
                        waited.completeWith { onAnotherThread { queue.close() } }
                }
            val closing = CompletableFuture.runAsync {
                runBlocking { stage.queue.close(Duration.ZERO) }
            }
            withTimeout(PATIENCE) {
                closing.await()
                waited.await()
            }
        }

        test("what is left says why it was not sent") {
            val arrived = CompletableDeferred<Unit>()
            val stage = Stage {
                arrived.complete(Unit)
                awaitCancellation()
            }
            val closed = stage.queue.offer(row(1))
            arrived.await()
            stage.queue.close(Duration.ZERO)
            val outcome = closed.outcome.await().shouldBeInstanceOf<QueueOutcome.Unfinished>()
            outcome.reason shouldBe "the queue was closed before Phoenix confirmed it"
            outcome.toString() shouldContain outcome.reason

            val broken = Stage { throw NoClassDefFoundError("of the engine") }
            val failed = broken.queue.offer(row(1))
            withTimeout(PATIENCE) { failed.outcome.await() }
                .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                .reason shouldContain "NoClassDefFoundError: of the engine"
        }
    })
