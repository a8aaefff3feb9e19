package io.github.phoenixkt.upload

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import kotlinx.serialization.json.jsonObject

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
                // Once: then it is known how the rows of this upload are dated.
                val slept = model.time.sleeps.fold(Duration.ZERO, Duration::plus)
                if (ahead <= Duration.ZERO) slept shouldBe Duration.ZERO
                else (slept < Duration.ofSeconds(5)) shouldBe true
            }

            // A database that is behind does not show when Phoenix received a row.
            if (ahead >= Duration.ZERO)
                test("a late copy of another process is no arrival, database ahead by $ahead") {
                    val own = Duration.ofMillis(600)
                    val model = PhoenixModel(databaseAhead = ahead, delay = { own })
                    // Not on the second: SQLite dates confirmed rows so, which may be later ones.
                    val before = model.time.now.plusNanos(1_000)
                    val other = row(350, "OTHER")
                    model.trouble = { sent ->
                        when {
                            // After the confirmed rows, and before its own value is queued.
                            sent.query.isEmpty() && model.queuedWrites.size == 1 ->
                                model.arrive(other, model.time.now)
                            sent.method == "GET" && model.queuedWrites.size == 5 ->
                                model.arrive(row(599), before)
                        }
                        null
                    }
                    val report = model.client.annotations.upload(List(600) { row(it) }, windows)
                    report.complete shouldBe true
                    // The first hundred: the window was waited for, and nothing written again.
                    model.confirmedWrites.sumOf { it.items().size } shouldBe 100
                    model.time.now += Duration.ofMinutes(1)
                    model.client.annotations.upload(listOf(row(0)))
                    val label =
                        model.stored(other)!!.json.getValue("result").jsonObject.text("label")
                    val isOverwritten = (report.outcomes[350] as RowOutcome.Stored).overwritten
                    isOverwritten shouldBe (label == "OTHER")
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
