package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.OutcomesEvent
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.items
import io.github.phoenixkt.upload.spanId
import io.github.phoenixkt.upload.text
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainInOrder
import io.kotest.matchers.maps.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlinx.serialization.json.jsonObject

internal fun row(number: Int, label: String = "l$number") =
    SpanAnnotationData(spanId(number), "bulk", label = label)

internal fun SentRequest.stored(): Answer =
    ids(*items().map { "id-" + it.text("span_id") }.toTypedArray())

internal fun SentRequest.labels() = items().map { it.getValue("result").jsonObject.text("label") }

/** A server, a clock that jumps, and a queue in front of them. */
internal class Stage(
    configure: AnnotationQueueOptions.Builder.() -> Unit = {},
    answer: suspend (SentRequest) -> Answer,
) {
    val states = CopyOnWriteArrayList<QueueStatus>()
    val metrics = CopyOnWriteArrayList<String>()
    val told = ConcurrentLinkedQueue<Pair<Any, QueueOutcome>>()
    val server = MockPhoenix(answer = answer)
    val time = FakeTime()
    val client: PhoenixClient = server.client {
        runtime = time.runtime()
        listener =
            object : PhoenixListener {
                override fun onQueue(state: QueueState) {
                    states += state.status
                }

                override fun onOutcomes(event: OutcomesEvent) {
                    repeat(event.count) { metrics += event.outcome }
                }
            }
    }
    val queue = client.annotationQueue {
        listener =
            object : AnnotationQueueListener {
                override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                    told += annotation to outcome
                }

                override fun onNoteOutcome(note: NoteData, outcome: QueueOutcome) {
                    told += note to outcome
                }
            }
        configure()
    }
}

internal val LONG: Duration = Duration.ofDays(1)

private fun unknown(sent: SentRequest) =
    Answer(404, "Spans ${sent.items().map { it.text("span_id") }} are unknown")

/** A server whose answers depend on the time since its first request. */
private fun stageOverTime(answer: (SentRequest, Duration) -> Answer): Stage {
    var begin: Instant? = null
    lateinit var stage: Stage
    stage = Stage { sent ->
        val now = stage.time.now
        answer(sent, Duration.between(begin ?: now.also { begin = it }, now))
    }
    return stage
}

class AnnotationQueueSpec :
    FunSpec({
        test("what was offered is confirmed in batches by target kind, and every outcome is told") {
            val stage = Stage { sent ->
                if (sent.path.endsWith("trace_annotations")) ids("t1") else sent.stored()
            }
            val offers = (0..2).map { stage.queue.offer(row(it)) }
            val trace = stage.queue.offer(TraceAnnotationData("t", "bulk", score = 1.0))
            stage.queue.flush(LONG) shouldBe true
            offers.map { it.outcome.await().toString() } shouldBe
                (0..2).map { "Stored(id-${spanId(it)})" }
            trace.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>().id shouldBe "t1"
            stage.server.requests.all { it.query == "sync=true" } shouldBe true
            stage.told.size shouldBe 4
            stage.queue.state.outcomes shouldContain ("Stored" to 4L)
            stage.queue.state.rows shouldBe 0
        }

        test("a later value of a key replaces the one that waits, and follows the one under way") {
            val arrived = CompletableDeferred<Unit>()
            val gate = CompletableDeferred<Unit>()
            val stage = Stage { sent ->
                arrived.complete(Unit)
                gate.await()
                sent.stored()
            }
            val first = stage.queue.offer(row(1, "first"))
            arrived.await()
            val second = stage.queue.offer(row(1, "second"))
            val third = stage.queue.offer(row(1, "third"))
            second.outcome.await() shouldBe QueueOutcome.Superseded
            gate.complete(Unit)
            first.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            third.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            stage.server.requests.flatMap { it.labels() }.shouldContainExactly("first", "third")
        }

        test("a full queue refuses at once, send waits for room, and the listener is told") {
            val gate = CompletableDeferred<Unit>()
            val stage =
                Stage({ maxRows = 2 }) { sent ->
                    gate.await()
                    sent.stored()
                }
            stage.queue.offer(row(1)).accepted shouldBe true
            stage.queue.offer(row(2)).accepted shouldBe true
            val refused = stage.queue.offer(row(3))
            refused.accepted shouldBe false
            refused.outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.NotAccepted>()
                .reason shouldContain "maxRows = 2"
            stage.queue.state.status shouldBe QueueStatus.FULL
            coroutineScope {
                val sent = async { stage.queue.send(row(4)) }
                gate.complete(Unit)
                sent.await().outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            }
            stage.queue.close(LONG)
            stage.states.shouldContainInOrder(QueueStatus.FULL, QueueStatus.OPEN)
        }

        test("the listener is told that there is room, although a row took it at once") {
            val gate = CompletableDeferred<Unit>()
            lateinit var stage: Stage
            val taken = CompletableDeferred<Offer>()
            val refilling =
                object : AnnotationQueueListener {
                    override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                        if (!taken.isCompleted) taken.complete(stage.queue.offer(row(3)))
                    }
                }
            stage =
                Stage({
                    maxRows = 1
                    listener = refilling
                }) { sent ->
                    gate.await()
                    sent.stored()
                }
            stage.queue.offer(row(1)).accepted shouldBe true
            stage.queue.offer(row(2)).accepted shouldBe false
            gate.complete(Unit)
            taken.await().outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            withTimeout(120.seconds) {
                while (stage.states.lastOrNull() != QueueStatus.OPEN) yield()
            }
            stage.queue.close(LONG)
        }

        test("a row that ends costs no look at all the others while the queue stays full") {
            val gate = CompletableDeferred<Unit>()
            val arrived = CompletableDeferred<Unit>()
            val server = MockPhoenix { sent ->
                arrived.complete(Unit)
                gate.await()
                sent.stored()
            }
            val time = FakeTime()
            // The age of the oldest row is by the clock.
            val looks = AtomicInteger()
            val clock = TestClock.showing {
                looks.incrementAndGet()
                time.now
            }
            val client = server.client {
                runtime = PhoenixRuntime(clock, sleep = { time.pass(it.toJavaDuration()) })
            }
            lateinit var queue: AnnotationQueue
            val looksBetween = CopyOnWriteArrayList<Int>()
            val ended = CompletableDeferred<Unit>()
            queue = client.annotationQueue {
                maxRows = 21
                listener =
                    object : AnnotationQueueListener {
                        private var before = 0

                        override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                            looksBetween += looks.get() - before
                            if (looksBetween.size <= 20) queue.offer(row(100 + looksBetween.size))
                            else ended.complete(Unit)
                            before = looks.get()
                        }
                    }
            }
            queue.offer(row(0))
            arrived.await()
            (1..20).forEach { queue.offer(row(it)) }
            queue.offer(row(21)).accepted shouldBe false
            gate.complete(Unit)
            ended.await()
            // The first row is a request of its own, and the others are one.
            looksBetween.take(21).drop(2).distinct() shouldBe listOf(0)
            queue.close(LONG)
        }

        test("the queue is bounded by bytes, and an annotation that never fits is an error") {
            val gate = CompletableDeferred<Unit>()
            val stage =
                Stage({ maxBytes = 5_000 }) { sent ->
                    gate.await()
                    sent.stored()
                }
            val large = SpanAnnotationData(spanId(1), "bulk", explanation = "x".repeat(3_000))
            stage.queue.offer(large).accepted shouldBe true
            stage.queue
                .offer(SpanAnnotationData(spanId(2), "bulk", explanation = "x".repeat(3_000)))
                .accepted shouldBe false
            stage.queue.state.status shouldBe QueueStatus.FULL
            shouldThrow<IllegalArgumentException> {
                    stage.queue.send(
                        SpanAnnotationData(spanId(3), "bulk", explanation = "x".repeat(5_000))
                    )
                }
                .message shouldContain "maxBytes = 5000"
            gate.complete(Unit)
        }

        test("options out of range are an error, and the longest times work") {
            val wrong: List<Pair<String, AnnotationQueueOptions.Builder.() -> Unit>> =
                listOf(
                    "maxRows" to { maxRows = 0 },
                    "maxBytes" to { maxBytes = 1_023 },
                    "flushRows" to { flushRows = 0 },
                    "flushBytes" to { flushBytes = 0 },
                    "maxSpoolBytes" to { maxSpoolBytes = 1_023 },
                    "flushAfter" to { flushAfter = Duration.ofMillis(-1) },
                    "flushAfter" to { flushAfter = Duration.ofSeconds(Long.MAX_VALUE) },
                    "awaitTarget" to { awaitTarget = Duration.ofMillis(-1) },
                    "maxAge" to { maxAge = Duration.ofMinutes(9) },
                    "maxAge" to { maxAge = Duration.ofSeconds(Long.MAX_VALUE) },
                    "closeTimeout" to { closeTimeout = Duration.ofDays(10_001) },
                    "requestTimeout" to { requestTimeout = Duration.ZERO },
                )
            for ((name, configure) in wrong) {
                shouldThrow<IllegalArgumentException> { annotationQueueOptions(configure) }
                    .message shouldContain name
            }
            val longest = Duration.ofDays(10_000)
            val stage =
                Stage({
                    awaitTarget = longest
                    maxAge = longest
                    closeTimeout = longest
                }) {
                    it.stored()
                }
            stage.queue.offer(row(1))
            stage.queue.close()
            stage.queue.state.outcomes shouldBe mapOf("Stored" to 1L)
        }

        test("what cannot be sent is an error of the offer") {
            val stage = Stage { it.stored() }
            shouldThrow<InvalidAnnotationsException> {
                stage.queue.offer(SpanAnnotationData(" ", "bulk", label = "x"))
            }
            shouldThrow<InvalidAnnotationsException> {
                stage.queue.offer(NoteData.ofSpan(spanId(1), " "))
            }
            stage.queue.state.rows shouldBe 0
        }

        test("a missing target is awaited until it appears, and no longer than awaitTarget") {
            var requests = 0
            val stage = Stage { sent ->
                if (sent.items().any { it.text("span_id") == spanId(2) } || ++requests < 3)
                    Answer(404, "Spans ${sent.items().map { it.text("span_id") }} are unknown")
                else sent.stored()
            }
            val late = stage.queue.offer(row(1))
            late.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            val begin = stage.time.now
            stage.queue.offer(row(2)).outcome.await() shouldBe QueueOutcome.MissingTarget
            val waited = Duration.between(begin, stage.time.now)
            (waited >= Duration.ofMinutes(10) && waited < Duration.ofMinutes(12)) shouldBe true
        }

        for ((what, trouble) in
            mapOf(
                "refuses all" to Answer(503, "no database"),
                "refuses the key" to Answer(401, "Invalid token"),
                "fails on all" to Answer(500, "Internal Server Error"),
            )) {
            test("while a server $what, the time for a missing target stands still") {
                val stage = stageOverTime { sent, since ->
                    when {
                        since in Duration.ofMinutes(1)..Duration.ofMinutes(40) -> trouble
                        since < Duration.ofMinutes(48) -> unknown(sent)
                        else -> sent.stored()
                    }
                }
                stage.queue.offer(row(1)).outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            }

            test("after a server $what, a missing target has what was left of its time") {
                val stage = stageOverTime { sent, since ->
                    if (since in Duration.ofMinutes(5)..Duration.ofMinutes(35)) trouble
                    else unknown(sent)
                }
                val begin = stage.time.now
                stage.queue.offer(row(1)).outcome.await() shouldBe QueueOutcome.MissingTarget
                val waited = Duration.between(begin, stage.time.now)
                (waited in Duration.ofMinutes(39)..Duration.ofMinutes(42)) shouldBe true
            }
        }

        test("a row on which the server fails leaves others no more time for their target") {
            val stage = Stage { sent ->
                if (sent.body.contains(spanId(1))) Answer(500, "Internal Server Error")
                else unknown(sent)
            }
            stage.queue.offer(row(1))
            val begin = stage.time.now
            stage.queue.offer(row(2)).outcome.await() shouldBe QueueOutcome.MissingTarget
            (Duration.between(begin, stage.time.now) < Duration.ofMinutes(12)) shouldBe true
        }

        test("nor does a note on which the server fails") {
            val stage = Stage { sent ->
                if (sent.body.contains(spanId(1))) Answer(500, "Internal Server Error")
                else Answer(404, "unknown span")
            }
            stage.queue.offer(NoteData.ofSpan(spanId(1), "text"))
            val begin = stage.time.now
            stage.queue.offer(NoteData.ofSpan(spanId(2), "text")).outcome.await() shouldBe
                QueueOutcome.MissingTarget
            (Duration.between(begin, stage.time.now) < Duration.ofMinutes(12)) shouldBe true
        }

        test("a refused row is rejected with what the server said, and costs no other row") {
            val stage = Stage { sent ->
                if (sent.items().any { it.text("span_id") == spanId(1) })
                    Answer(422, "one of them will not do")
                else sent.stored()
            }
            val offers = (0..2).map { stage.queue.offer(row(it)) }
            offers[1]
                .outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Rejected>()
                .reason shouldContain "one of them will not do"
            offers[0].outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            offers[2].outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
        }

        test("while the server is away one row at a time asks for it; then everything is stored") {
            var answers = 0
            val stage = Stage { sent ->
                if (++answers <= 40) Answer(503, "busy") else sent.stored()
            }
            val offers = (0 until 50).map { stage.queue.offer(row(it)) }
            stage.queue.flush(LONG) shouldBe true
            offers.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            val probes = stage.server.requests.take(41).map { it.items().size }
            // The first batch has what had been offered by then, and is tried four times.
            probes.drop(4).toSet() shouldBe setOf(1)
            stage.queue.close(LONG)
            stage.states.shouldContainInOrder(QueueStatus.WAITING, QueueStatus.OPEN)
        }

        test("a refusal does not undo an attempt that may have arrived") {
            var answers = 0
            val stage = Stage {
                if (++answers <= 4) Answer(503, "busy") else Answer(422, "will not do")
            }
            stage.queue
                .offer(row(1))
                .outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Rejected>()
                .mayHaveArrived shouldBe true
            stage.queue
                .offer(row(2))
                .outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Rejected>()
                .mayHaveArrived shouldBe false
        }

        test("after an outage the oldest go first") {
            val offered = CompletableDeferred<Unit>()
            val answers = AtomicInteger()
            val stage =
                Stage({ flushRows = 1_000 }) { sent ->
                    offered.await()
                    // The first batch may go as two requests at the same time.
                    if (answers.incrementAndGet() <= 40) Answer(503, "busy") else sent.stored()
                }
            val offers = (0 until 500).map { stage.queue.offer(row(it, "l%03d".format(it))) }
            offered.complete(Unit)
            stage.queue.flush(LONG) shouldBe true
            offers.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            val sizes = stage.server.requests.drop(40).map { it.items().size }
            sizes.take(4).shouldContainExactly(1, 4, 16, 64)
            // The last batches go as two requests at the same time.
            val first = stage.server.requests.drop(40).take(4).flatMap { it.labels() }
            first shouldBe (0 until 85).map { "l%03d".format(it) }
        }

        test("a target has its time from the end of an outage, which may have held back its span") {
            var answers = 0
            val stage = Stage { sent ->
                when (++answers) {
                    in 1..400 -> Answer(503, "busy")
                    in 401..403 -> Answer(404, "Spans ['${spanId(1)}'] are unknown")
                    else -> sent.stored()
                }
            }
            val begin = stage.time.now
            val late = stage.queue.offer(row(1))
            late.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            (Duration.between(begin, stage.time.now) > Duration.ofMinutes(10)) shouldBe true
        }

        test("a row that the server chokes on lets the others pass") {
            val offered = CompletableDeferred<Unit>()
            lateinit var stage: Stage
            stage = Stage { sent ->
                // Time flies while it is tried: the poison would expire before the others come.
                if (stage.queue.state.status == QueueStatus.WAITING) offered.await()
                if (sent.labels() == listOf("poison")) Answer(500, "Internal Server Error")
                else sent.stored()
            }
            val poison = stage.queue.offer(row(1, "poison"))
            while (stage.queue.state.status != QueueStatus.WAITING) yield()
            val offers = (2 until 300).map { stage.queue.offer(row(it)) }
            offered.complete(Unit)
            offers.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            poison.outcome.await().shouldBeInstanceOf<QueueOutcome.Expired>()
        }

        test("the client's listener is told each row once, however often it was tried") {
            var answers = 0
            val stage = Stage { sent ->
                when (++answers) {
                    in 1..9 -> Answer(503, "busy")
                    in 10..15 -> Answer(404, "Spans ['${spanId(1)}'] are unknown")
                    else ->
                        if (sent.path.endsWith("notes")) json("""{"data":{"id":"n1"}}""")
                        else sent.stored()
                }
            }
            stage.queue.offer(row(1))
            stage.queue.offer(NoteData.ofSpan(spanId(1), "text"))
            stage.queue.close(LONG).drained shouldBe true
            stage.metrics.shouldContainExactly("Stored", "Stored")
        }

        test("bytes are counted as they are sent, and blanks around an identifier do not count") {
            val arrived = CompletableDeferred<Unit>()
            val gate = CompletableDeferred<Unit>()
            val stage = Stage {
                arrived.complete(Unit)
                gate.await()
                json("""{"data":{"id":"n1"}}""")
            }
            stage.queue.offer(NoteData.ofSpan(spanId(0), "first"))
            // While it is under way, nothing else is sent, and what waits can be replaced.
            arrived.await()
            val before = stage.queue.state.bytes
            stage.queue.offer(NoteData.ofSpan(spanId(1), "語".repeat(1_000), "one"))
            (stage.queue.state.bytes - before > 3_000) shouldBe true
            stage.queue.offer(NoteData.ofSpan(spanId(1), "語", " one "))
            stage.queue.state.rows shouldBe 2
            gate.complete(Unit)
            stage.queue.close(LONG)
        }

        test("a row that is never sent does not say that Phoenix is back") {
            val server =
                MockPhoenix("12.2.0") { Answer(200, "<html>a proxy</html>", version = null) }
            val states = CopyOnWriteArrayList<QueueStatus>()
            val client = server.client {
                runtime = FakeTime().runtime()
                listener =
                    object : PhoenixListener {
                        override fun onQueue(state: QueueState) {
                            states += state.status
                        }
                    }
            }
            client.serverVersion()
            val queue = client.annotationQueue { maxAge = Duration.ofDays(9_000) }
            queue.offer(row(1))
            while (queue.state.status != QueueStatus.WAITING) yield()
            val note = queue.offer(NoteData.ofTrace("00000000000000000000000000000001", "text"))
            note.outcome.await().shouldBeInstanceOf<QueueOutcome.Rejected>()
            val before = server.requests.size
            while (server.requests.size == before) yield()
            states.toSet() shouldBe setOf(QueueStatus.WAITING)
            queue.close(Duration.ZERO)
        }

        test("what waits longer than maxAge is reported, not sent") {
            val stage = Stage { Answer(503, "busy") }
            val outcome = stage.queue.offer(row(1)).outcome.await()
            outcome.shouldBeInstanceOf<QueueOutcome.Expired>().mayHaveArrived shouldBe true
            stage.queue.close(Duration.ZERO).drained shouldBe true
        }

        for (refusal in listOf(Answer(401, "Invalid token"), Answer(403, "Read only"))) {
            test("a key refused with ${refusal.status} stops the queue and loses nothing") {
                val keys = CopyOnWriteArrayList<String?>()
                var refusals = 0
                val stage = Stage { sent ->
                    keys += sent.headers["Authorization"]
                    if (++refusals <= 3) refusal else sent.stored()
                }
                val offer = stage.queue.offer(row(1))
                offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
                keys.size shouldBe 4
                stage.queue.close(LONG)
                stage.states.shouldContainInOrder(QueueStatus.WAITING, QueueStatus.OPEN)
            }
        }

        /** Time stands still, so that it is the count, the bytes or the call that sends. */
        suspend fun firstRequest(
            offers: Int,
            configure: AnnotationQueueOptions.Builder.() -> Unit,
        ): Int {
            val arrived = CompletableDeferred<Int>()
            val server = MockPhoenix { sent ->
                arrived.complete(sent.items().size)
                sent.stored()
            }
            val clock = FakeTime().runtime().clock
            val client = server.client {
                runtime = PhoenixRuntime(clock, sleep = { awaitCancellation() })
            }
            val queue = client.annotationQueue { configure() }
            repeat(offers) {
                queue.offer(SpanAnnotationData(spanId(it), "b", explanation = "x".repeat(600)))
            }
            if (offers == 1) queue.flush(LONG)
            return arrived.await().also { queue.close(LONG).drained shouldBe true }
        }

        test("it sends by count, by bytes, and when it is flushed") {
            firstRequest(3) { flushRows = 3 } shouldBe 3
            firstRequest(4) { flushBytes = 4_000 } shouldBe 4
            firstRequest(1) {} shouldBe 1
        }

        test("a note is sent with one identifier however often it is tried") {
            var tries = 0
            val stage = Stage { sent ->
                if (++tries <= 6) Answer(503, "busy") else json("""{"data":{"id":"n1"}}""")
            }
            stage.queue
                .offer(NoteData.ofSpan(spanId(1), "text"))
                .outcome
                .await()
                .toString() shouldBe "Stored(n1)"
            val bodies = stage.server.requests.map { it.body }.toSet()
            bodies.single() shouldContain "px-span-note:"
            stage.told
                .single()
                .first
                .shouldBeInstanceOf<NoteData>()
                .identifier
                .orEmpty() shouldContain "px-span-note:"
        }

        test("close drains; afterwards nothing is accepted, and closing again says the same") {
            val stage = Stage { it.stored() }
            val offer = stage.queue.offer(row(1))
            val report = stage.queue.close(LONG)
            report.drained shouldBe true
            offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            stage.queue.offer(row(2)).outcome.await().toString() shouldContain "closed"
            stage.queue.send(row(2)).accepted shouldBe false
            stage.queue.close(LONG) shouldBe report
            stage.queue.state.status shouldBe QueueStatus.CLOSED
            stage.queue.close()
        }

        test("close reports what was not confirmed in time, and what of it may have arrived") {
            val arrived = CompletableDeferred<Unit>()
            val stage = Stage {
                arrived.complete(Unit)
                CompletableDeferred<Answer>().await()
            }
            val sent = stage.queue.offer(row(1))
            arrived.await()
            val waiting = stage.queue.offer(TraceAnnotationData("t", "bulk", score = 1.0))
            val report = stage.queue.close(Duration.ofMillis(10))
            report.unfinishedRows shouldBe 2
            report.spooledRows shouldBe 0
            sent.outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                .mayHaveArrived shouldBe true
            waiting.outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                .mayHaveArrived shouldBe false
        }

        test("a client that is closed drains its queues first") {
            val gate = CompletableDeferred<Unit>()
            val stage =
                Stage({ closeTimeout = LONG }) { sent ->
                    gate.await()
                    sent.stored()
                }
            val other = stage.client.withOptions {}.annotationQueue { closeTimeout = LONG }
            val offers = listOf(stage.queue.offer(row(1)), other.offer(row(2)))
            coroutineScope {
                val closing = launch(Dispatchers.IO) { stage.client.close() }
                // Only when both take no more does the server answer.
                while (listOf(stage.queue, other).any { it.state.status != QueueStatus.CLOSED }) {
                    yield()
                }
                gate.complete(Unit)
                closing.join()
            }
            offers.forEach { it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>() }
            shouldThrow<IllegalStateException> { stage.client.annotationQueue() }
                .message shouldContain "closed"
            stage.queue.offer(row(3)).accepted shouldBe false
        }

        test("a client that is closed ends the queue, which reports what it held") {
            val arrived = CompletableDeferred<Unit>()
            val stage =
                Stage({ closeTimeout = Duration.ZERO }) {
                    arrived.complete(Unit)
                    CompletableDeferred<Answer>().await()
                }
            val offer = stage.queue.offer(row(1))
            arrived.await()
            stage.client.close()
            offer.outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Unfinished>()
                .mayHaveArrived shouldBe true
            stage.queue.offer(row(2)).accepted shouldBe false
        }

        test("closing the client ends a queue that is being closed for longer") {
            val arrived = CompletableDeferred<Unit>()
            val stage =
                Stage({ closeTimeout = Duration.ZERO }) {
                    arrived.complete(Unit)
                    CompletableDeferred<Answer>().await()
                }
            val offer = stage.queue.offer(row(1))
            arrived.await()
            withTimeout(120.seconds) {
                val closing = async(Dispatchers.IO) { stage.queue.close(LONG) }
                while (stage.queue.state.status != QueueStatus.CLOSED) yield()
                stage.client.close()
                offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Unfinished>()
                closing.await().drained shouldBe false
            }
        }

        test("a listener or a dependent stage that throws stops nothing") {
            val stage = Stage { it.stored() }
            stage.queue.offer(row(1)).outcomeFuture().thenAccept { error("mine") }
            stage.queue.offer(row(2)).outcomeFuture().cancel(true)
            stage.queue
                .offer(row(2, "again"))
                .outcome
                .await()
                .shouldBeInstanceOf<QueueOutcome.Stored>()
        }
    })
