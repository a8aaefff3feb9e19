package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.QUEUED
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.http.parseQueryString
import java.net.ConnectException
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.yield
import kotlinx.serialization.json.jsonObject

private val LATE: Duration = Duration.ofSeconds(20)
private val SOON: Duration = Duration.ofMillis(500)

private fun theirs(number: Int) = row(number, label = "theirs $number")

private fun PhoenixModel.label(number: Int): String =
    checkNotNull(stored(row(number))).json.getValue("result").jsonObject.text("label")

/** When all that was queued has arrived. */
private suspend fun PhoenixModel.labelsInTheEnd(rows: IntRange): List<String> {
    time.now += Duration.ofMinutes(1)
    client.spans.getSpanAnnotations(listOf(spanId(0)), project = "p").toList()
    return rows.map(::label)
}

private fun verified() = uploadOptions { queueWindow = 500 }

private fun of(delivery: Delivery) = uploadOptions { this.delivery = delivery }

/** What is confirmed while older values wait in Phoenix's queue. */
class OlderCopiesSpec :
    FunSpec({
        test("a confirmed call on a key that was never queued is one request") {
            val model = PhoenixModel()
            model.client.spans.addSpanAnnotation(row(0), sync = true)
            model.client.spans.addSpanAnnotation(row(1), sync = false)
            model.client.spans.addSpanAnnotation(row(2), sync = true)
            model.server.requests.map { it.method to it.query } shouldBe
                listOf("POST" to "sync=true", "POST" to "", "POST" to "sync=true")
        }

        test("a confirmed call stays when the queued one before it arrives later") {
            val model = PhoenixModel(delay = { LATE })
            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
            // Another client of the same server.
            model.client {}.spans.addSpanAnnotation(row(0), sync = true)!!.id shouldBe "id-1"
            model.label(0) shouldBe "l0"
            model.labelsInTheEnd(0..0) shouldBe listOf("l0")
            val before = model.server.requests.size
            model.client.spans.addSpanAnnotation(row(0), sync = true)
            model.server.requests shouldHaveSize before + 1
        }

        test("a confirmed upload stays when rows of an upload that was not acknowledged arrive") {
            for (delivery in listOf(Delivery.CONFIRMED, Delivery.VERIFIED)) {
                val model = PhoenixModel(delay = { LATE })
                val first = model.client.annotations.upload(List(600) { theirs(it) }, verified())
                first.remarks.single() shouldContain "15 s"
                val second = model.client.annotations.upload(List(600) { row(it) }, of(delivery))
                second.counts() shouldBe mapOf("Stored" to 600)
                val stored = List(600) { "l$it" }
                (0 until 600).map(model::label) shouldBe stored
                model.labelsInTheEnd(0 until 600) shouldBe stored
            }
        }

        test(
            "rows of a queued list and of a queued stream do not replace what is confirmed later"
        ) {
            val model = PhoenixModel(delay = { Duration.ofSeconds(3) })
            model.client.annotations.upload(List(50) { theirs(it) }, of(Delivery.QUEUED))
            model.client.annotations.uploadStream(
                List(50) { theirs(it + 50) }.asFlow(),
                of(Delivery.QUEUED),
            )
            model.client.annotations.uploadStream(
                List(100) { row(it) }.asFlow(),
                of(Delivery.CONFIRMED),
            )
            model.labelsInTheEnd(0 until 100) shouldBe List(100) { "l$it" }
        }

        test("rows of a queued window that still wait for their target do not, either") {
            val late = spanId(5)
            val model = PhoenixModel(delay = { if (it == late) LATE else Duration.ZERO })
            val options = uploadOptions {
                delivery = Delivery.QUEUED
                queueWindow = 500
            }
            val report = model.client.annotations.upload(List(1_000) { theirs(it) }, options)
            // The window is over although that row has not arrived.
            report.remarks.shouldBeEmpty()
            model.client.spans.addSpanAnnotation(row(5), sync = true)
            model.labelsInTheEnd(5..5) shouldBe listOf("l5")
        }

        mapOf<String, () -> Answer>(
                "refused connection" to { throw ConnectException("Connection refused") },
                "row that Phoenix refused" to { Answer(422, "no") },
            )
            .forEach { (what, failure) ->
                test("after a $what nothing is queued, and a confirmed call is one request") {
                    val model = PhoenixModel()
                    model.trouble = { if ("theirs" in it.body) failure() else null }
                    shouldThrow<PhoenixException> {
                            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
                        }
                        .mayHaveArrived shouldBe false
                    model.client.annotations.upload(
                        listOf(theirs(1), theirs(2)),
                        of(Delivery.QUEUED),
                    )
                    val before = model.server.requests.size
                    for (number in 0..2) {
                        model.client.spans.addSpanAnnotation(row(number), sync = true)
                    }
                    model.server.requests.drop(before).map { it.method to it.query } shouldBe
                        List(3) { "POST" to "sync=true" }
                }
            }

        test("a row that could not be queued leaves the older one of its key in sight") {
            val model = PhoenixModel(delay = { LATE })
            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
            model.trouble = {
                if ("never sent" in it.body) throw ConnectException("Connection refused") else null
            }
            shouldThrow<PhoenixException.Unreachable> {
                model.client.spans.addSpanAnnotation(row(0, label = "never sent"), sync = false)
            }
            model.client.spans.addSpanAnnotation(row(0), sync = true)
            model.labelsInTheEnd(0..0) shouldBe listOf("l0")
        }

        test("what a cancelled upload has handed over does not replace what is confirmed later") {
            val time = FakeTime()
            val handedOver = CompletableDeferred<Unit>()
            val model = MockPhoenix {
                if ("theirs" in it.body) {
                    handedOver.complete(Unit)
                    awaitCancellation()
                }
                answer(it)
            }
            val client = model.client { runtime = time.runtime() }
            val upload = async {
                client.annotations.upload(List(50) { theirs(it) }, of(Delivery.QUEUED))
            }
            handedOver.await()
            upload.cancelAndJoin()
            client.spans.addSpanAnnotation(row(7), sync = true)!!.id shouldBe "id"
            // A copy goes behind the older value.
            model.requests.filter { "l7" in it.body }.map { it.query } shouldBe
                listOf("sync=true", "")
        }

        test("an older value that is never seen to go is told, and that the new one was stored") {
            val model = PhoenixModel(lost = setOf(spanId(0)))
            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
            val error =
                shouldThrow<PhoenixException.Timeout> {
                    model.client.spans.addSpanAnnotation(row(0), sync = true)
                }
            error.mayHaveArrived shouldBe true
            error.message shouldContain "annotation \"bulk\" of span ${spanId(0)} was confirmed"
            model.label(0) shouldBe "l0"
        }

        for (behind in listOf(0L, 1, 60).map(Duration::ofSeconds)) test(
            "an older value is not somebody's later one, database behind Phoenix by $behind"
        ) {
            var after = Duration.ofMillis(100)
            val model = PhoenixModel(databaseAhead = behind.negated(), delay = { after })
            val rows = List(3) { row(it) }
            model.client.annotations.upload(List(3) { theirs(it) }, of(Delivery.QUEUED))
            after = Duration.ofMillis(400)
            val report = model.client.annotations.upload(rows, of(Delivery.CONFIRMED))
            report.outcomes.map { (it as RowOutcome.Stored).overwritten } shouldBe List(3) { false }
            model.labelsInTheEnd(0..2) shouldBe List(3) { "l$it" }
        }

        test("what somebody else has stored since is left alone") {
            val times =
                mapOf<String, (Instant) -> Instant>(
                    "PostgreSQL" to { it },
                    // All within one second.
                    "SQLite" to { it.truncatedTo(ChronoUnit.SECONDS) },
                )
            for ((database, dated) in times) withClue(database) {
                val model = PhoenixModel(lost = setOf(spanId(1)))
                val queued = List(3) { theirs(it) }
                val options = of(Delivery.QUEUED)
                model.client.annotations.upload(queued, options)
                model.trouble = {
                    model.stored(row(1))?.let { it.updatedAt = dated(it.updatedAt) }
                    null
                }
                model.later(if (database == "SQLite") SOON else SOON.multipliedBy(5)) {
                    model.write(row(1), "OTHER")
                }
                val confirmed = List(3) { row(it) }
                val report = model.client.annotations.upload(confirmed, of(Delivery.CONFIRMED))
                report.stoppedBy.shouldBeNull()
                report.outcomes.map { (it as RowOutcome.Stored).overwritten } shouldBe
                    listOf(false, true, false)
                model.label(1) shouldBe "OTHER"
                model.queuedWrites.filter { "l1" in it.body } shouldHaveSize 1
                model.client.spans.addSpanAnnotation(row(0), sync = true)
                model.queuedWrites shouldHaveSize 2
            }
        }

        test("an older value that arrives in the second of the confirmed one is replaced") {
            val model = PhoenixModel(lost = setOf(spanId(0)))
            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
            model.trouble = { sent ->
                if (sent.method == "GET")
                    model.rows.values.forEach {
                        it.updatedAt = it.updatedAt.truncatedTo(ChronoUnit.SECONDS)
                    }
                null
            }
            model.later(SOON) {
                model.trouble = { null }
                model.write(row(0), "theirs 0")
            }
            shouldThrow<PhoenixException.Timeout> {
                model.client.spans.addSpanAnnotation(row(0), sync = true)
            }
            // One after the other, for as long as the call has time.
            (model.queuedWrites.count { "l0" in it.body } > 1) shouldBe true
        }

        test("a copy that cannot be sent does not make it look as if nothing had arrived") {
            var down = false
            val model = MockPhoenix {
                if (down && it.method == "POST" && it.query.isEmpty())
                    throw ConnectException("refused")
                answer(it)
            }
            val client = model.client { runtime = FakeTime().runtime() }
            client.spans.addSpanAnnotation(row(0), sync = false)
            down = true
            shouldThrow<PhoenixException.Unreachable> {
                    client.spans.addSpanAnnotation(row(0), sync = true)
                }
                .mayHaveArrived shouldBe true
        }

        test("a copy whose turn comes too late does not make it look as if nothing was sent") {
            val model = PhoenixModel(delay = { LATE })
            model.client.spans.addSpanAnnotation(theirs(0), sync = false)
            val asleep = PhoenixRuntime(model.time.runtime().clock, sleep = {})
            QueueBudget.of(model.baseUrl).awaitPace(1_000, asleep)
            val hasty = model.client {
                retry = RetrySettings.builder().totalTimeout(Duration.ofSeconds(1)).build()
            }
            val error =
                shouldThrow<PhoenixException.Timeout> {
                    hasty.spans.addSpanAnnotation(row(0), sync = true)
                }
            model.label(0) shouldBe "l0"
            error.mayHaveArrived shouldBe true
            error.message shouldStartWith "The value of annotation \"bulk\" of span ${spanId(0)}"
            error.message shouldContain "was confirmed, but an older one"
            error.message shouldNotContain "othing was sent"
        }

        test("what cannot be read, as documents, is queued once more behind the older value") {
            val model = MockPhoenix { answer(it) }
            val time = FakeTime()
            val spans = model.client { runtime = time.runtime() }.spans
            suspend fun add(label: String, sync: Boolean) =
                spans.addDocumentAnnotation(
                    "s",
                    0,
                    "relevance",
                    AnnotatorKind.LLM,
                    label = label,
                    sync = sync,
                )
            add("old", sync = false)
            add("new", sync = true)!!.id shouldBe "id"
            model.requests.map { it.query to ("\"new\"" in it.body) } shouldBe
                listOf("" to false, "sync=true" to true, "" to true)
            time.sleeps shouldBe listOf(Duration.ofSeconds(1))
            time.now += Duration.ofSeconds(11)
            add("newer", sync = true)
            model.requests.drop(3).map { it.query } shouldBe listOf("sync=true", "")
            time.sleeps shouldHaveSize 1
            time.now += Duration.ofMinutes(10)
            add("newest", sync = true)
            model.requests shouldHaveSize 6
        }

        test("a call on a key of a window waits until the window is verified") {
            val gate = Gate()
            val client = gate.server.client()
            val upload = gate.startUpload(this, client)
            val add = async { client.spans.addSpanAnnotation(theirs(150), sync = true) }
            val queued = async { client.spans.addSpanAnnotation(theirs(151), sync = false) }
            client.spans.addSpanAnnotation(row(900), sync = true)!!.id shouldBe "id"
            gate.open.complete(Unit)
            upload.await().counts() shouldBe mapOf("Stored" to 200)
            add.await()
            queued.await().shouldBeNull()
            // The upload looks once more after it has queued; what waited comes then.
            val order =
                gate.server.requests.map {
                    if (it.method == "GET") "look"
                    else if ("theirs" in it.body) "call" else "upload"
                }
            order.lastIndexOf("look") shouldBe order.indexOf("call") - 1
            order.count { it == "call" } shouldBe 2
        }

        test("a call that waits for a window in vain says so, and that nothing was sent") {
            val gate = Gate()
            val client = gate.server.client()
            val upload = gate.startUpload(this, client)
            // Another view of the same client, which has nothing to ask before it waits.
            val hasty = client.withOptions {
                retry = RetrySettings.builder().totalTimeout(Duration.ofSeconds(1)).build()
            }
            for (sync in listOf(true, false)) {
                val error =
                    shouldThrow<PhoenixException.Timeout> {
                        hasty.spans.addSpanAnnotation(theirs(150), sync)
                    }
                error.mayHaveArrived shouldBe false
                error.message shouldContain "Nothing was sent"
                error.message shouldContain "annotation \"bulk\" of span ${spanId(150)}"
            }
            gate.open.complete(Unit)
            upload.await().counts() shouldBe mapOf("Stored" to 200)
            gate.server.requests.filter { "theirs" in it.body }.shouldBeEmpty()
        }

        test("a client that is closed ends calls that wait for a window") {
            val gate = Gate()
            val upload = gate.startUpload(this, gate.server.client())
            val other = gate.server.client()
            val add = async {
                runCatching { other.spans.addSpanAnnotation(theirs(150), sync = true) }
            }
            yield()
            other.close()
            add.await().exceptionOrNull().shouldBeInstanceOf<IllegalStateException>()
            gate.open.complete(Unit)
            upload.await().counts() shouldBe mapOf("Stored" to 200)
        }
    })

/** A Phoenix that stores what it gets; looks after the first window was queued wait for [open]. */
private class Gate {
    val open = CompletableDeferred<Unit>()
    private val queued = CompletableDeferred<Unit>()
    private val rows = ConcurrentHashMap<String, Pair<Int, String>>()
    private val clock = AtomicInteger()

    val server = MockPhoenix { sent ->
        when {
            sent.method == "POST" -> {
                sent.items().forEach { rows[it.text("span_id")] = clock.incrementAndGet() to "$it" }
                if (sent.query.isEmpty()) {
                    queued.complete(Unit)
                    QUEUED
                } else ids(*Array(sent.items().size) { "id" })
            }
            else -> {
                if (queued.isCompleted) open.await()
                read(sent)
            }
        }
    }

    private fun read(sent: SentRequest): Answer {
        val wanted = parseQueryString(sent.query).getAll("span_ids").orEmpty().toSet()
        val found =
            rows.filterKeys(wanted::contains).values.joinToString(",") { (at, item) ->
                val time = "2026-01-05T10:00:00.%06d+00:00".format(at)
                item.dropLast(1) +
                    ",\"id\":\"id\",\"created_at\":\"$time\",\"updated_at\":\"$time\"}"
            }
        return json("{\"data\":[$found],\"next_cursor\":null}")
    }

    /** 200 rows, of which 100 are in a window when this returns. */
    suspend fun startUpload(scope: CoroutineScope, client: PhoenixClient) =
        scope
            .async { client.annotations.upload(List(200) { row(it) }, verified()) }
            .also { queued.await() }
}

private fun answer(sent: SentRequest) =
    when {
        sent.method == "GET" -> json("{\"data\":[],\"next_cursor\":null}")
        sent.query.isEmpty() -> QUEUED
        else -> ids(*Array(sent.items().size) { "id" })
    }
