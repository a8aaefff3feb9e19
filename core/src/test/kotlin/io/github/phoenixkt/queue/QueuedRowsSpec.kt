package io.github.phoenixkt.queue

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.inserted
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

class QueuedRowsSpec :
    FunSpec({
        test("a replaced row is not to be sent again, and Phoenix has not refused it") {
            val report = queuedRows(listOf(row(1)), listOf(QueueOutcome.Superseded))
            report.remaining().shouldBeEmpty()
            report.complete shouldBe true
            val error = shouldThrow<PhoenixException.UploadException> { report.inserted(true) }
            error.message shouldContain "replaced this one in the queue"
            error.message shouldContain "Nothing is left to send"
            error.message shouldNotContain "Rejected"
        }

        for ((end, reason) in
            listOf(
                QueueOutcome.Rejected("422: not so.", mayHaveArrived = true) to "422: not so.",
                QueueOutcome.Expired(mayHaveArrived = true) to "maxAge",
            )) {
            test("a row that may have arrived keeps the reason of its end: $end") {
                queuedRows(listOf(row(1)), listOf(end))
                    .outcomes
                    .single()
                    .shouldBeInstanceOf<RowOutcome.Unknown>()
                    .toString() shouldContain reason
            }
        }
    })
