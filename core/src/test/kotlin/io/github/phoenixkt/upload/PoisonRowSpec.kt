package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

private fun confirmed(rowsPerRequest: Int = 100) = uploadOptions {
    delivery = Delivery.CONFIRMED
    chunkSize = rowsPerRequest
}

private val CRASH = Answer(500, "Internal Server Error", version = null)

/** A row on which Phoenix fails, alone in its request. */
class PoisonRowSpec :
    FunSpec({
        for ((refused, poison) in listOf(0 to 1, 1 to 0, 98 to 99, 99 to 98, 150 to 151, 3 to 4)) {
            test("beside the refused row $refused, the row $poison costs no other one") {
                val model =
                    PhoenixModel(refused = setOf(spanId(refused)), poison = setOf(spanId(poison)))
                val report = model.client.annotations.upload(List(300) { row(it) }, confirmed())
                report.stoppedBy.shouldBeNull()
                report.counts() shouldBe mapOf("Rejected" to 2, "Stored" to 298)
                report.outcomes[poison]
                    .shouldBeInstanceOf<RowOutcome.Rejected>()
                    .reason shouldContain "500"
            }
        }

        test("several such pairs in different chunks are no outage") {
            val rows = List(1_000) { row(it) }
            val model =
                PhoenixModel(
                    refused = List(10) { spanId(it * 100) }.toSet(),
                    poison = List(10) { spanId(it * 100 + 1) }.toSet(),
                )
            val report = model.client.annotations.upload(rows, confirmed(rowsPerRequest = 2))
            report.stoppedBy.shouldBeNull()
            report.counts() shouldBe mapOf("Rejected" to 20, "Stored" to 980)
        }

        test("a server that fails on both halves of a refused pair is down") {
            val model = PhoenixModel()
            model.trouble = {
                if (model.confirmedWrites.size == 1) Answer(422, "one will not do") else CRASH
            }
            val report = model.client.annotations.upload(List(2) { row(it) }, confirmed())
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.ServerError>()
            report.counts() shouldBe mapOf("Unknown" to 2)
        }

        test("a request for one row on which Phoenix fails leaves open what became of it") {
            val model = PhoenixModel(poison = setOf(spanId(5)))
            val rows = List(20) { row(it) }
            val report = model.client.annotations.upload(rows, confirmed(rowsPerRequest = 1))
            report.stoppedBy.shouldBeNull()
            report.counts() shouldBe mapOf("Stored" to 19, "Unknown" to 1)
            report.remaining() shouldBe listOf(rows[5])
        }

        test("three requests for one row each that fail in a row are an outage") {
            val model = PhoenixModel()
            model.trouble = { if (model.confirmedWrites.size > 5) CRASH else null }
            val rows = List(50) { row(it) }
            val report = model.client.annotations.upload(rows, confirmed(rowsPerRequest = 1))
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.ServerError>()
            (report.counts().getValue("NotAttempted") > 30) shouldBe true
        }

        test("a server that fails on the only row is down, for all that is known") {
            val report =
                PhoenixModel(poison = setOf(spanId(0)))
                    .client
                    .annotations
                    .upload(listOf(row(0)), confirmed())
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.ServerError>()
            report.counts() shouldBe mapOf("Unknown" to 1)
        }
    })
