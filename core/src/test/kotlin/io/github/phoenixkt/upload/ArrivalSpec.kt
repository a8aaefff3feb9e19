package io.github.phoenixkt.upload

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.ownFake
import io.github.phoenixkt.proof.ObservedEngine
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ConnectException
import java.time.Duration
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.launch

private const val ROWS = 600
private const val TROUBLED = 350

/** What happens to a request that Phoenix has carried out. */
private val LOST =
    mapOf(
        "a reset" to Fault.reset().afterStoring(),
        "a close" to Fault.close().afterStoring(),
        "a cut answer" to Fault.cutBody(),
        "a 503 of a mesh" to Fault.status(503).afterStoring(),
        "a 504 of a proxy" to Fault.status(504).afterStoring(),
    )

private fun phoenix(status: Int): Fault =
    Fault.status(status).header("x-phoenix-server-version", "20.26.1").body("text/plain", "No")

/** Why it is not tried again; null for a connection that is refused. */
private val REFUSED =
    listOf(401, 403, 404, 422, 429, 500, 503, 507).associate { "$it" to phoenix(it) } +
        mapOf("a page" to Fault.html(), "no connection" to null)

/** What may have reached Phoenix is never said to be not attempted, whatever came afterwards. */
class ArrivalSpec :
    FunSpec({
        lateinit var server: FakePhoenix
        lateinit var client: PhoenixClient
        var before: (SentRequest) -> Unit = {}
        val observed = ObservedEngine {
            // The client's time runs ahead of the threads of the fake.
            if (it.method == "GET") server.drainQueue()
            before(it)
        }
        val rows = (0 until ROWS).map { row(it, identifier = "r$it") }

        beforeTest {
            server = ownFake()
            (0 until ROWS).forEach { server.addSpan(FakeSpan.of(spanId(it))) }
            before = {}
            client = PhoenixClient {
                environment = PhoenixEnvironment.empty()
                endpoint = server.endpoint().toString()
                engine = observed
                runtime = FakeTime().runtime()
                retry = RetrySettings.builder().maxAttempts(2).build()
            }
        }
        afterTest {
            client.close()
            server.close()
        }
        afterSpec { observed.close() }

        fun stored() = server.run {
            drainQueue()
            annotations(FakeTargetKind.SPAN).associateBy { it.identifier() }
        }

        fun shouldBeTrue(outcomes: List<RowOutcome>) {
            val there = stored()
            outcomes.forEachIndexed { index, outcome ->
                val key = rows[index].identifier!!
                withClue("row $index is $outcome") {
                    when (outcome) {
                        is RowOutcome.Stored -> there.getValue(key).id() shouldBe outcome.id
                        is RowOutcome.Queued -> there shouldContainKey key
                        is RowOutcome.Unknown -> {}
                        is RowOutcome.MissingTarget ->
                            if (outcome.mayAppearUntil == null) (key in there) shouldBe false
                        else -> (key in there) shouldBe false
                    }
                }
            }
        }

        for (chosen in Delivery.entries) {
            val options = uploadOptions {
                delivery = chosen
                project = "default"
                queueWindow = 300
                outageTolerance = Duration.ZERO
            }

            for ((lost, first) in LOST) for ((refused, second) in REFUSED) {
                test("$chosen: $lost, then $refused") {
                    val troubled = "\"r$TROUBLED\""
                    fun Fault.onTheChunk() =
                        on("POST", "/v1/span_annotations").`when` { troubled in it.bodyText() }
                    var sent = 0
                    if (second != null)
                        server.failNext(
                            first.onTheChunk(),
                            second.onTheChunk().times(Int.MAX_VALUE),
                        )
                    else {
                        server.failNext(first.onTheChunk())
                        before = {
                            if (troubled in it.body && ++sent > 1) throw ConnectException("refused")
                        }
                    }
                    val report = client.annotations.upload(rows, options)
                    stored() shouldContainKey "r$TROUBLED"
                    shouldBeTrue(report.outcomes)
                }
            }
        }

        for ((refused, fault) in REFUSED) {
            test("rows of a window that Phoenix has taken, then $refused for everything") {
                server.holdQueue(true)
                var away = false
                before = {
                    if (!away && it.method == "GET" && server.queued() == 300) {
                        away = true
                        if (fault != null) server.failNext(fault.times(Int.MAX_VALUE))
                    }
                    if (away && fault == null) throw ConnectException("refused")
                }
                val options = uploadOptions {
                    queueWindow = 300
                    outageTolerance = Duration.ZERO
                }
                val report = client.annotations.upload(rows, options)
                server.clearFaults()
                server.holdQueue(false)
                server.drainQueue()
                shouldBeTrue(report.outcomes)
                report.outcomes.subList(100, 400).forEach {
                    (it is RowOutcome.Unknown || it is RowOutcome.MissingTarget) shouldBe true
                }
            }
        }

        test("a window of which Phoenix stored what it took before it ran out of storage") {
            var queued = 0
            before = {
                if (it.method == "POST" && it.query.isEmpty() && ++queued == 3)
                    server.failNext(phoenix(507).on("POST", "/v1/span_annotations").times(99))
            }
            val report = client.annotations.upload(rows, uploadOptions { queueWindow = 300 })
            shouldBeTrue(report.outcomes)
            report.counts() shouldBe mapOf("Stored" to 300, "NotAttempted" to 300)
        }

        test("a stream tells of its rows what is true of them") {
            server.failNext(
                Fault.reset().afterStoring().on("POST", "/v1/span_annotations"),
                phoenix(401).on("POST", "/v1/span_annotations").times(Int.MAX_VALUE),
            )
            val outcomes = mutableMapOf<String, RowOutcome>()
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                queueWindow = 100
            }
            client.annotations.uploadStream(rows.asFlow(), options) { row, outcome ->
                outcomes[row.identifier!!] = outcome
            }
            shouldBeTrue(rows.map { outcomes[it.identifier] ?: RowOutcome.NotAttempted })
            outcomes.values.map { it.name } shouldContain "Unknown"
        }

        test("a target that is missing now may have been there: what was lost is unknown") {
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                awaitTarget = Duration.ofSeconds(20)
            }
            var sent = 0
            before = {
                when (++sent) {
                    1 -> server.failNext(phoenix(404).on("POST", "/v1/span_annotations"))
                    3 ->
                        server.failNext(
                            Fault.reset().afterStoring().on("POST", "/v1/span_annotations"),
                            phoenix(401).on("POST", "/v1/span_annotations").times(99),
                        )
                }
            }
            val report = client.annotations.upload(rows.take(1), options)
            shouldBeTrue(report.outcomes)
            report.outcomes.single().shouldBeInstanceOf<RowOutcome.Unknown>()
        }

        test("a key that cannot be had, or a client that is closed: nothing was sent") {
            val keyless = PhoenixModel().client { apiKey { error("the vault is closed") } }
            val closed = PhoenixModel().client
            closed.serverVersion()
            closed.close()
            for (broken in listOf(keyless, closed)) {
                val report = broken.annotations.upload(rows)
                report.stoppedBy.shouldBeInstanceOf<IllegalStateException>()
                report.counts() shouldBe mapOf("NotAttempted" to ROWS)
            }
        }

        test("a client that is closed between two requests: the first has its outcome") {
            val model = PhoenixModel()
            val closed = CompletableDeferred<Unit>()
            // However slowly it is closed, the upload does not come to its end before.
            model.slow = { if (model.writes.size > 4) closed.await() }
            val stopping = uploadOptions {
                delivery = Delivery.CONFIRMED
                progress = UploadProgressListener {
                    if (it.done == 300) {
                        model.client.close()
                        closed.complete(Unit)
                    }
                }
            }
            val report = model.client.annotations.upload(rows, stopping)
            report.stoppedBy.shouldBeInstanceOf<IllegalStateException>()
            report.outcomes.forEachIndexed { index, outcome ->
                val stored = model.stored(rows[index]) != null
                if (outcome is RowOutcome.Stored) stored shouldBe true
                if (outcome is RowOutcome.NotAttempted) stored shouldBe false
            }
            // The second request in flight may be cut off before the server sees it: it is unknown.
            val attempted = ROWS - report.counts().getValue("NotAttempted")
            attempted / 100 shouldBeInRange model.writes.size..model.writes.size + 1
        }

        test("an upload that is cancelled while a request is under way does not know of it") {
            val model = PhoenixModel()
            val upload =
                model.client.annotations.prepareUpload(
                    rows,
                    uploadOptions { delivery = Delivery.CONFIRMED },
                )
            coroutineScope {
                val job = launch { upload.run() }
                model.trouble = { sent ->
                    if (sent.method == "POST" && model.confirmedWrites.size == 4) {
                        job.cancel(CancellationException("enough"))
                    }
                    null
                }
            }
            upload.report.outcomes.forEachIndexed { index, outcome ->
                if (model.stored(rows[index]) != null)
                    (outcome is RowOutcome.Stored || outcome is RowOutcome.Unknown) shouldBe true
            }
        }
    })
