package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.ownFake
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.github.phoenixkt.testing.StoredRow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

private const val ROWS = 1_000
private val CHUNK_7 = 600..699
private const val BAD_ROW = 650

/** Only what hangs takes so long. */
private val LONGEST_TEST = 5.minutes

private val HTTP = HttpClient.newHttpClient()

/** Phoenix's own answer, which its version header tells from that of a proxy. */
private fun phoenix(status: Int, text: String): Fault =
    Fault.status(status).header("x-phoenix-server-version", "20.26.1").body("text/plain", text)

private val FAULTS =
    mapOf(
        "500" to Fault.status(500),
        "404 of Phoenix" to phoenix(404, "Some spans do not exist"),
        "404 of a proxy" to Fault.status(404),
        "422" to phoenix(422, "Not like this"),
        "a reset" to Fault.reset(),
        "a reset after storing" to Fault.reset().afterStoring(),
    )

/** What is over when it is tried once more. */
private val PASSING = setOf("500", "a reset", "a reset after storing")

/** What is the fault of single rows, so that it is narrowed to them. */
private val OF_ONE_ROW =
    mapOf(
        "500" to RowOutcome.Rejected::class,
        "404 of Phoenix" to RowOutcome.MissingTarget::class,
        "422" to RowOutcome.Rejected::class,
    )

/** Asks the server, and waits for its answer on this thread. */
private fun FakePhoenix.answer(sent: SentRequest): Answer {
    if (sent.method == "GET") drainQueue() // Its own time is not the client's.
    val body =
        if (sent.body.isEmpty()) BodyPublishers.noBody() else BodyPublishers.ofString(sent.body)
    val request =
        HttpRequest.newBuilder(URI(endpoint().toString() + sent.line.substringAfter(' ')))
            .method(sent.method, body)
    sent.contentType?.let { request.header("Content-Type", it) }
    val response = HTTP.send(request.build(), BodyHandlers.ofString())
    fun header(name: String) = response.headers().firstValue(name).orElse(null)
    return Answer(
        response.statusCode(),
        response.body(),
        header("content-type"),
        version = header("x-phoenix-server-version"),
    )
}

/** Chunk 7 of 10 fails: the report is right about every row, and what remains can be sent. */
@OptIn(ExperimentalCoroutinesApi::class)
class FailingChunkSpec :
    FunSpec({
        lateinit var server: FakePhoenix
        lateinit var client: PhoenixClient
        val spans = (0 until ROWS).map { "%016x".format(it + 1) }
        val rows =
            (0 until ROWS).map {
                val name = "r%04d".format(it)
                SpanAnnotationData(spans[it], "bulk", label = "l$it", identifier = name)
            }

        fun PhoenixSettings.Builder.common() {
            environment = PhoenixEnvironment(emptyMap())
            timeouts { request = Duration.ofSeconds(60) }
            retry {
                maxAttempts = 2
                initialDelay = Duration.ZERO
                maxDelay = Duration.ZERO
            }
        }

        beforeTest {
            server = ownFake()
            spans.forEach { server.addSpan(FakeSpan.of(it)) }
            client = PhoenixClient {
                endpoint = server.endpoint().toString()
                common()
            }
        }
        afterTest {
            client.close()
            server.close()
        }

        fun String.holds(numbers: IntRange) = numbers.any { "\"${rows[it].identifier}\"" in this }

        fun Fault.onRows(numbers: IntRange): Fault =
            on("POST", "/v1/span_annotations").`when` { it.bodyText().holds(numbers) }

        /**
         * A client in virtual time, whose next writes of chunk 7 are not answered. The others reach
         * the server on this thread, so that no time passes meanwhile.
         */
        fun TestScope.clientWithoutAnswers(
            silences: AtomicInteger,
            stored: Boolean,
        ): PhoenixClient {
            val dispatcher = StandardTestDispatcher(testScheduler)
            val front =
                MockPhoenix(dispatcher = dispatcher) { sent ->
                    val isSilent =
                        sent.method == "POST" &&
                            sent.body.holds(CHUNK_7) &&
                            silences.getAndUpdate { maxOf(it - 1, 0) } > 0
                    if (isSilent && !stored) awaitCancellation()
                    val answer = server.answer(sent)
                    if (isSilent) awaitCancellation()
                    answer
                }
            val start = Instant.now()
            return front.client {
                common()
                runtime =
                    PhoenixRuntime(
                        clock = TestClock.showing { start.plusMillis(testScheduler.currentTime) },
                        sleep = { delay(it) },
                    )
            }
        }

        fun stored(): Map<String, StoredRow> =
            server.annotations(FakeTargetKind.SPAN).associateBy { it.identifier() }

        /** Of what is unknown nothing can be said; all else must be as it says. */
        fun UploadReport.shouldBeRight() {
            val there = stored()
            outcomes.forEachIndexed { index, outcome ->
                withClue("row $index is $outcome") {
                    val row = there[rows[index].identifier]
                    when (outcome) {
                        is RowOutcome.Stored -> row.shouldNotBeNull().id() shouldBe outcome.id
                        is RowOutcome.Unknown -> {}
                        else -> row.shouldBeNull()
                    }
                }
            }
        }

        suspend fun UploadReport.shouldBeCompletedByTheRest(options: UploadOptions) {
            server.clearFaults()
            val rest = remaining()
            rest shouldBe rows.filterIndexed { index, _ -> !outcomes[index].succeeded }
            val second = client.annotations.upload(rest, options)
            withClue(second) { second.complete shouldBe true }
            val there = stored()
            there.size shouldBe ROWS
            rows.forEach { there.getValue(it.identifier!!).label() shouldBe it.label }
        }

        for (chosen in listOf(Delivery.CONFIRMED, Delivery.VERIFIED)) {
            val options = uploadOptions {
                delivery = chosen
                project = "default"
                outageTolerance = Duration.ZERO
            }

            for ((name, fault) in FAULTS) {
                test("$chosen: $name once") {
                    server.failNext(fault.onRows(CHUNK_7))
                    val report = client.annotations.upload(rows, options)
                    server.faultsLeft() shouldBe 0
                    report.shouldBeRight()
                    if (name in PASSING) withClue(report) { report.complete shouldBe true }
                    report.shouldBeCompletedByTheRest(options)
                }

                test("$chosen: $name as long as it is tried") {
                    server.failNext(fault.onRows(CHUNK_7).times(Int.MAX_VALUE))
                    val report = client.annotations.upload(rows, options)
                    report.shouldBeRight()
                    report.outcomes.slice(CHUNK_7).filter { it.succeeded }.shouldBeEmpty()
                    if (chosen == Delivery.CONFIRMED) {
                        report.outcomes.take(CHUNK_7.first).all { it.succeeded } shouldBe true
                    }
                    report.shouldBeCompletedByTheRest(options)
                }
            }

            for (stored in listOf(false, true)) {
                val name = if (stored) "a time-out after storing" else "a time-out"

                test("$chosen: $name once") {
                    runTest(timeout = LONGEST_TEST) {
                        val silences = AtomicInteger(1)
                        client = clientWithoutAnswers(silences, stored)
                        val report = client.annotations.upload(rows, options)
                        silences.get() shouldBe 0
                        report.shouldBeRight()
                        withClue(report) { report.complete shouldBe true }
                    }
                }

                test("$chosen: $name as long as it is tried") {
                    runTest(timeout = LONGEST_TEST) {
                        val silences = AtomicInteger(Int.MAX_VALUE)
                        client = clientWithoutAnswers(silences, stored)
                        val report = client.annotations.upload(rows, options)
                        report.shouldBeRight()
                        report.outcomes.slice(CHUNK_7).forEach {
                            it.shouldBeInstanceOf<RowOutcome.Unknown>()
                        }
                        if (chosen == Delivery.CONFIRMED) {
                            report.outcomes.take(CHUNK_7.first).all { it.succeeded } shouldBe true
                        }
                        silences.set(0)
                        report.shouldBeCompletedByTheRest(options)
                    }
                }
            }

            for ((name, outcome) in OF_ONE_ROW) {
                test("$chosen: $name because of one row costs no other row") {
                    server.failNext(
                        FAULTS.getValue(name).onRows(BAD_ROW..BAD_ROW).times(Int.MAX_VALUE)
                    )
                    val report = client.annotations.upload(rows, options)
                    report.shouldBeRight()
                    report.outcomes.indices.filterNot { report.outcomes[it].succeeded } shouldBe
                        listOf(BAD_ROW)
                    report.outcomes[BAD_ROW]::class shouldBe outcome
                    report.shouldBeCompletedByTheRest(options)
                }
            }
        }
    })
