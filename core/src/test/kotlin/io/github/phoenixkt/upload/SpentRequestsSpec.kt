package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.NEW_SERVER
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe

private const val ROWS = 5_000

/** That there are no requests left to narrow chunks with says nothing of the server. */
class SpentRequestsSpec :
    FunSpec({
        val options = uploadOptions { delivery = Delivery.CONFIRMED }
        val rows = (0 until ROWS).map { row(it) }

        test("one row in each chunk on which Phoenix fails is no outage") {
            val poison = (10 until ROWS step 100).map(::spanId).toSet()
            val model = PhoenixModel(poison = poison)
            val report = model.client.annotations.upload(rows, options)
            withClue(report) {
                report.stoppedBy shouldBe null
                report.outcomes.none { it is RowOutcome.NotAttempted } shouldBe true
                model.writes.size shouldBeLessThanOrEqual ROWS / 100 + 200
            }
            report.outcomes.forEachIndexed { index, outcome ->
                val stored = model.stored(rows[index]) != null
                withClue("row $index: $outcome") {
                    (outcome is RowOutcome.Stored) shouldBe stored
                    if (outcome is RowOutcome.Rejected) (spanId(index) in poison) shouldBe true
                }
            }
        }

        // The budget ends at another place of the halving each time.
        for (first in 0 until 100 step 7) {
            test("no row is refused that Phoenix was not asked about alone, row $first") {
                val poison = (first until ROWS step 100).map(::spanId).toSet()
                val alone = mutableSetOf<String>()
                val model = PhoenixModel(poison = poison)
                model.trouble = { sent ->
                    if (sent.method == "POST") sent.spans().singleOrNull()?.let(alone::add)
                    null
                }
                val report = model.client.annotations.upload(rows, options)
                report.stoppedBy shouldBe null
                report.outcomes.forEachIndexed { index, outcome ->
                    if (outcome is RowOutcome.Rejected) {
                        (spanId(index) in poison) shouldBe true
                        (spanId(index) in alone) shouldBe true
                    }
                }
            }
        }

        test("rows that are only together too large are not refused when requests run out") {
            val alone = mutableSetOf<String>()
            val model = PhoenixModel()
            model.trouble = { sent ->
                val spans = if (sent.method == "POST") sent.spans() else emptyList()
                if (spans.size == 1) alone += spans
                // A proxy that takes no more than two rows at once.
                if (spans.size > 2) Answer(413, "too large", version = NEW_SERVER) else null
            }
            val report = model.client.annotations.upload(rows.take(1_000), options)
            report.stoppedBy shouldBe null
            report.outcomes.count { it !is RowOutcome.Stored } shouldBeGreaterThan 0
            report.outcomes.forEachIndexed { index, outcome ->
                withClue("row $index: $outcome") {
                    when (outcome) {
                        is RowOutcome.Rejected -> (spanId(index) in alone) shouldBe true
                        is RowOutcome.NotAttempted -> model.stored(rows[index]) shouldBe null
                        else -> (outcome is RowOutcome.Stored) shouldBe true
                    }
                }
            }
            report.remaining().size shouldBe report.outcomes.count { it !is RowOutcome.Stored }
        }
    })
