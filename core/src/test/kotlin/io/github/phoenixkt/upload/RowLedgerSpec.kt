package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Instant

private val LATER: Instant = Instant.parse("2026-01-05T10:10:00Z")

class RowLedgerSpec :
    FunSpec({
        fun ledger() = RowLedger(AnnotationRows.of(listOf(row(0))))
        val gone = PhoenixException.Timeout("no answer")
        val missing = PhoenixException.NotFound("unknown", listOf(spanId(0)))
        val stored = RowOutcome.Stored("id")

        test("a row that has come to its end gets no other outcome") {
            val ends =
                listOf(
                    stored,
                    RowOutcome.Queued,
                    RowOutcome.Superseded(1),
                    RowOutcome.Skipped(emptyList()),
                    RowOutcome.Rejected("no"),
                )
            for (end in ends) {
                val ledger = ledger()
                ledger.decide(0, end)
                shouldThrow<IllegalStateException> { ledger.decide(0, RowOutcome.Stored("other")) }
                shouldThrow<IllegalStateException> { ledger.missing(0, missing, LATER) }
                shouldThrow<IllegalStateException> { ledger.refused(0, gone) }
                ledger.leaveOpen(0, gone)
                ledger[0] shouldBe end
                ledger.done shouldBe 1
            }
        }

        test("a row that is missing or unknown may be stored after all, and counts once") {
            val ledger = ledger()
            ledger.missing(0, missing, LATER)
            ledger[0].shouldBeInstanceOf<RowOutcome.MissingTarget>().mayAppearUntil shouldBe null
            ledger.failed shouldBe 1
            ledger.begin(0)
            ledger.outcomeOf(0, null).shouldBeInstanceOf<RowOutcome.Unknown>()
            ledger.failed(0, gone, mayHaveArrived = true, confirmed = true)
            ledger[0].shouldBeInstanceOf<RowOutcome.Unknown>().cause shouldBe gone
            ledger.decide(0, stored)
            (ledger.done to ledger.failed) shouldBe (1 to 0)
        }

        test("a refusal does not undo what came before it") {
            val open = ledger()
            open.failed(0, gone, mayHaveArrived = true, confirmed = true)
            open.refused(0, missing)
            open[0].shouldBeInstanceOf<RowOutcome.Unknown>()
            val queued = ledger()
            queued.taken(0)
            queued.missing(0, missing, LATER)
            queued[0].shouldBeInstanceOf<RowOutcome.MissingTarget>().mayAppearUntil shouldBe LATER
            val untouched = ledger()
            untouched.begin(0)
            untouched.failed(0, gone, mayHaveArrived = false, confirmed = true)
            untouched.outcomeOf(0, gone) shouldBe RowOutcome.NotAttempted
        }
    })
