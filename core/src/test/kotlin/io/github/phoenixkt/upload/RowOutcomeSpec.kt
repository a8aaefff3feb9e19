package io.github.phoenixkt.upload

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.time.Instant

class RowOutcomeSpec :
    FunSpec({
        val outcomes =
            listOf(
                RowOutcome.Stored("id"),
                RowOutcome.Queued,
                RowOutcome.Superseded(1),
                RowOutcome.Skipped(emptyList()),
                RowOutcome.Rejected("no"),
                RowOutcome.MissingTarget(Instant.EPOCH),
                RowOutcome.Unknown(null),
                RowOutcome.NotAttempted,
            )

        test("each outcome has a kind of its own") {
            outcomes.map { it.javaClass } shouldContainExactlyInAnyOrder
                RowOutcome::class.java.permittedSubclasses.toList()
            outcomes.map { it.kind } shouldContainExactlyInAnyOrder RowOutcome.Kind.entries
        }

        test("the names of outcomes are part of the API, for metrics and frames") {
            outcomes.map { it.name } shouldBe
                listOf(
                    "Stored",
                    "Queued",
                    "Superseded",
                    "Skipped",
                    "Rejected",
                    "MissingTarget",
                    "Unknown",
                    "NotAttempted",
                )
        }

        test("what is queued, stored or replaced by a later row needs nothing more") {
            outcomes.filter { it.succeeded }.map { it.name } shouldBe
                listOf("Stored", "Queued", "Superseded")
            outcomes.filter { it.remains }.map { it.name } shouldBe
                listOf("Rejected", "MissingTarget", "Unknown", "NotAttempted")
        }
    })
