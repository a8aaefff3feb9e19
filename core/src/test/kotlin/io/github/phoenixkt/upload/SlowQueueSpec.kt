package io.github.phoenixkt.upload

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import kotlinx.serialization.json.jsonObject

private fun number(span: String) = span.toInt(16) - 1

/** Fifty rows every half second, in windows of 500 after the first hundred rows. */
private fun inTurn(span: String): Duration =
    Duration.ofMillis(500L * ((number(span) - 100).mod(500) / 50 + 1))

private fun firstFiftyAtOnce(span: String): Duration =
    if (number(span) < 150) Duration.ZERO else Duration.ofSeconds(5)

/** Uploads to a Phoenix whose queue takes its time. */
class SlowQueueSpec :
    FunSpec({
        test("a window halves while Phoenix is slow, and not below 250 rows") {
            val model = PhoenixModel(delay = { Duration.ofSeconds(6) })
            val options = uploadOptions {
                chunkSize = 1_000
                queueWindow = 1_000
            }
            val report = model.client.annotations.upload((0 until 3_000).map { row(it) }, options)
            report.complete shouldBe true
            report.remarks.shouldBeEmpty()
            model.queuedWrites.map { it.items().size } shouldBe listOf(1_000, 500, 250, 250)
        }

        test("a window that was asked to be small never grows") {
            val model = PhoenixModel(delay = { Duration.ofSeconds(6) })
            val options = uploadOptions { queueWindow = 100 }
            val report = model.client.annotations.upload((0 until 400).map { row(it) }, options)
            report.complete shouldBe true
            model.queuedWrites.map { it.items().size } shouldBe listOf(100, 100, 100)
        }

        test("a row that someone else writes while the rest of the window arrives is left alone") {
            val model = PhoenixModel(delay = ::inTurn)
            model.later(Duration.ofSeconds(2)) { model.write(row(150), "theirs") }
            val report = model.client.annotations.upload((0 until 600).map { row(it) }, options())
            report.outcomes[150].shouldBeInstanceOf<RowOutcome.Stored>().overwritten shouldBe true
            model.stored(row(150))!!.json.getValue("result").jsonObject.text("label") shouldBe
                "theirs"
            model.confirmedWrites.flatMap { it.spans() }.map(::number) shouldBe
                (0 until 100).toList()
        }

        test("a window whose last targets are missing is awaited as long as others arrive") {
            val missing = (500 until 600).toList()
            val model =
                PhoenixModel(
                    missing = missing.map(::spanId).toSet(),
                    delay = ::inTurn,
                )
            val report = model.client.annotations.upload((0 until 900).map { row(it) }, options())
            report.remarks.shouldBeEmpty()
            report.counts() shouldBe mapOf("MissingTarget" to 100, "Stored" to 800)
            model.confirmedWrites.flatMap { it.spans() }.map(::number) shouldBe
                (0 until 100) + missing
        }

        test("nothing is queued when Phoenix cannot be looked at beforehand") {
            // The row that is read first is of the first chunk, this one of the window.
            val model = PhoenixModel(unreadable = setOf(spanId(599)))
            val report = model.client.annotations.upload((0 until 600).map { row(it) }, options())
            report.counts() shouldBe mapOf("Stored" to 600)
            model.queuedWrites.shouldBeEmpty()
            report.remarks.single() shouldContain "The queued rows could not be read back"
            report.remarks.single() shouldContain "failed with 500"
        }

        test("a look that fails once does not end the windows") {
            val model = PhoenixModel(delay = { Duration.ofSeconds(1) })
            model.failingReads = 3..3
            val report = model.client.annotations.upload((0 until 1_100).map { row(it) }, options())
            report.counts() shouldBe mapOf("Stored" to 1_100)
            report.remarks.shouldBeEmpty()
            model.confirmedWrites.flatMap { it.spans() }.map(::number) shouldBe
                (0 until 100).toList()
        }

        test("a window that a busy Phoenix stores in two goes is awaited to its end") {
            val model =
                PhoenixModel(
                    delay = {
                        if (number(it) < 300) Duration.ofMillis(300) else Duration.ofSeconds(4)
                    }
                )
            val report = model.client.annotations.upload((0 until 1_100).map { row(it) }, options())
            report.counts() shouldBe mapOf("Stored" to 1_100)
            model.confirmedWrites.flatMap { it.spans() }.map(::number) shouldBe
                (0 until 100).toList()
        }

        test("a look that fails after some rows were seen does not end the upload") {
            // The others are not there when it fails, more than a second after the first.
            val model = PhoenixModel(delay = ::firstFiftyAtOnce)
            model.failingReads = 8..8
            val report = model.client.annotations.upload((0 until 1_100).map { row(it) }, options())
            report.stoppedBy shouldBe null
            report.counts() shouldBe mapOf("Stored" to 1_100)
        }

        test("rows that others replace after they were seen do not end the upload") {
            val model = PhoenixModel(delay = ::firstFiftyAtOnce)
            model.later(Duration.ofMillis(900)) {
                (100 until 150).forEach { model.write(row(it), "theirs") }
            }
            val report = model.client.annotations.upload((0 until 600).map { row(it) }, options())
            report.stoppedBy shouldBe null
            report.counts() shouldBe mapOf("Stored" to 600)
            (100 until 150).forEach {
                (report.outcomes[it] as RowOutcome.Stored).overwritten shouldBe true
            }
        }

        test("a client that is closed while a window is awaited ends the upload at once") {
            val model = PhoenixModel(delay = { Duration.ofMinutes(1) })
            val started = model.time.now
            model.later(Duration.ofSeconds(2)) { model.client.close() }
            val report = model.client.annotations.upload((0 until 1_100).map { row(it) }, options())
            report.stoppedBy.shouldBeInstanceOf<IllegalStateException>()
            report.counts() shouldBe mapOf("Stored" to 100, "Unknown" to 500, "NotAttempted" to 500)
            Duration.between(started, model.time.now) shouldBeLessThan Duration.ofSeconds(4)
        }

        test("looks that go on failing are told with their reason, and the rest is confirmed") {
            val model = PhoenixModel()
            model.failingReads = 3..Int.MAX_VALUE
            val report = model.client.annotations.upload((0 until 1_100).map { row(it) }, options())
            report.counts() shouldBe mapOf("Stored" to 1_100)
            model.queuedWrites.sumOf { it.items().size } shouldBe 500
            withClue(report.remarks) {
                report.remarks.forEach {
                    it shouldContain "failed with 500"
                    it shouldNotContain "Set project"
                    it shouldNotContain "15 s"
                }
                report.remarks.size shouldBe 2
            }
        }
    })

private fun options() = uploadOptions { queueWindow = 500 }
