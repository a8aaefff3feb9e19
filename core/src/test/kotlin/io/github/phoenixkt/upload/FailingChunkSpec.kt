package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.TimeoutSettings
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.ownFake
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
import java.time.Duration

private const val ROWS = 1_000
private val CHUNK_7 = 600..699
private const val BAD_ROW = 650

/** Phoenix's own answer, which its version header tells from that of a proxy. */
private fun phoenix(status: Int, text: String): Fault =
    Fault.status(status).header("x-phoenix-server-version", "20.26.1").body("text/plain", text)

private val FAULTS =
    mapOf(
        "500" to Fault.status(500),
        "404 of Phoenix" to phoenix(404, "Some spans do not exist"),
        "404 of a proxy" to Fault.status(404),
        "422" to phoenix(422, "Not like this"),
        "a time-out" to Fault.delay(Duration.ofSeconds(3)),
        "a reset" to Fault.reset(),
        "a reset after storing" to Fault.reset().afterStoring(),
    )

/** What is over when it is tried once more. */
private val PASSING = setOf("500", "a time-out", "a reset", "a reset after storing")

/** What is the fault of single rows, so that it is narrowed to them. */
private val OF_ONE_ROW =
    mapOf(
        "500" to RowOutcome.Rejected::class,
        "404 of Phoenix" to RowOutcome.MissingTarget::class,
        "422" to RowOutcome.Rejected::class,
    )

/** Chunk 7 of 10 fails: the report is right about every row, and what remains can be sent. */
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

        beforeTest { test ->
            server = ownFake()
            // Short only where it is to pass: a slow machine has time for all other requests.
            val patience = if ("a time-out" in test.name.name) 2L else 60L
            spans.forEach { server.addSpan(FakeSpan.of(it)) }
            client = PhoenixClient {
                environment = PhoenixEnvironment(emptyMap())
                endpoint = server.endpoint().toString()
                timeouts = TimeoutSettings.builder().request(Duration.ofSeconds(patience)).build()
                retry =
                    RetrySettings.builder()
                        .maxAttempts(2)
                        .initialDelay(Duration.ZERO)
                        .maxDelay(Duration.ZERO)
                        .build()
            }
        }
        afterTest {
            client.close()
            server.close()
        }

        fun Fault.onRows(numbers: IntRange): Fault {
            val identifiers = numbers.map { "\"${rows[it].identifier}\"" }
            return on("POST", "/v1/span_annotations").`when` { request ->
                val body = request.bodyText()
                identifiers.any { it in body }
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
