package io.github.phoenixkt.upload

import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.ownFake
import io.github.phoenixkt.proof.ObservedEngine
import io.github.phoenixkt.testing.Database
import io.github.phoenixkt.testing.FakeClock
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

private const val ROWS = 1_000

/** Answers as Phoenix does, and drops what it was sent. */
private val SWALLOWED: Fault =
    Fault.status(200)
        .header("x-phoenix-server-version", "20.26.1")
        .body("application/json", "{\"data\":[]}")

/** A caller's own earlier rows are not somebody's later ones. */
class OwnRowsSpec :
    FunSpec({
        for (database in Database.entries) for (way in
            listOf(Delivery.CONFIRMED, Delivery.VERIFIED)) {
            for (skew in listOf(-3_600L, 0, 3_600)) {
                test(
                    "$database: what a relay swallows is written over old $way values, skew $skew s"
                ) {
                    val clock = FakeClock.stoppedAt(Instant.parse("2026-01-05T10:00:00.400Z"))
                    val server = ownFake { this.database(database).clock(clock) }
                    val time = FakeTime().apply { now = clock.instant().plusSeconds(skew) }
                    (0 until ROWS).forEach { server.addSpan(FakeSpan.of(spanId(it))) }
                    fun pass(duration: Duration) {
                        clock.advance(duration)
                        time.pass(duration)
                    }
                    var lookIsSlow = false
                    val observed: (SentRequest) -> Unit = { sent ->
                        pass(Duration.ofMillis(1))
                        // The client's time runs ahead of the threads of the fake.
                        if (sent.method == "GET") server.drainQueue()
                        // The first look after the last of the ten queue requests.
                        if (lookIsSlow && sent.method == "GET" && server.faultsLeft() == 0) {
                            lookIsSlow = false
                            pass(Duration.ofSeconds(8))
                        }
                    }
                    val engine = ObservedEngine { observed(it) }
                    val client = PhoenixClient {
                        environment = PhoenixEnvironment.empty()
                        endpoint = server.endpoint().toString()
                        this.engine = engine
                        runtime = time.runtime()
                    }
                    val old = (0 until ROWS).map { row(it, "old $it") }
                    val new = (0 until ROWS).map { row(it, "new $it") }
                    client.annotations.upload(old, uploadOptions { delivery = way })
                    lookIsSlow = true
                    for (chunk in listOf(2, 5, 8)) {
                        val marker = "\"${spanId(chunk * 100 + 7)}\""
                        server.failNext(
                            SWALLOWED.on("POST", "/v1/span_annotations").`when` {
                                marker in it.bodyText() && "new" in it.bodyText()
                            }
                        )
                    }
                    val report = client.annotations.upload(new)
                    server.faultsLeft() shouldBe 0
                    report.complete shouldBe true
                    val stored =
                        server.annotations(FakeTargetKind.SPAN).associateBy { it.targetId() }
                    new.forEachIndexed { index, row ->
                        val outcome = report.outcomes[index] as RowOutcome.Stored
                        withClue("row $index is $outcome") {
                            stored.getValue(row.spanId).label() shouldBe row.label
                            outcome.overwritten shouldBe false
                        }
                    }
                    client.close()
                    engine.close()
                    server.close()
                }
            }
        }
    })
