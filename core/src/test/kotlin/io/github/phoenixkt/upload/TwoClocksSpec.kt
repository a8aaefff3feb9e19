package io.github.phoenixkt.upload

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

private const val ROWS = 2_000

/** The database dates what is confirmed, and Phoenix itself what is queued. */
class TwoClocksSpec :
    FunSpec({
        val windows = uploadOptions { queueWindow = 500 }

        for (ahead in listOf(-3_600L, -2, 0, 2, 3_600).map(Duration::ofSeconds)) {
            test("queued rows are seen to arrive when the database is ahead by $ahead") {
                val model = PhoenixModel(databaseAhead = ahead)
                val rows = (0 until ROWS).map { row(it) }
                val report = model.client.annotations.upload(rows, windows)
                report.complete shouldBe true
                report.remarks.shouldBeEmpty()
                // The first hundred, which is always confirmed.
                model.confirmedWrites.sumOf { it.items().size } shouldBe 100
                model.time.sleeps.shouldBeEmpty()
            }

            test("own earlier values are not somebody's later ones, database ahead by $ahead") {
                val model = PhoenixModel(databaseAhead = ahead)
                val old = (0 until ROWS step 2).map { row(it, "old $it") }
                val confirmed = uploadOptions { delivery = Delivery.CONFIRMED }
                model.client.annotations.upload(old, confirmed).complete shouldBe true
                val new = (0 until ROWS).map { row(it, "new $it") }
                val report = model.client.annotations.upload(new, windows)
                new.forEachIndexed { index, row ->
                    withClue("row $index") {
                        val outcome = report.outcomes[index].shouldBeInstanceOf<RowOutcome.Stored>()
                        outcome.overwritten shouldBe false
                        model.stored(row)!!.json.getValue("result").toString() shouldBe
                            "{\"label\":\"new $index\"}"
                    }
                }
            }
        }
    })
