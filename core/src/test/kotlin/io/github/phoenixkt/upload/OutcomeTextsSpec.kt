package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf

private suspend fun missing(annotation: AnnotationData): RowOutcome.MissingTarget {
    val server = MockPhoenix { Answer(404, "not found") }
    val confirmed = uploadOptions { delivery = Delivery.CONFIRMED }
    return server
        .client()
        .annotations
        .upload(listOf(annotation), confirmed)
        .outcomes
        .single()
        .shouldBeInstanceOf<RowOutcome.MissingTarget>()
}

/** What reports and their exceptions say of rows. */
class OutcomeTextsSpec :
    FunSpec({
        test("a target that is missing in upper case has the hint that the single call gives") {
            val span = "67F6740BBE1DDC3F"
            listOf(
                    SpanAnnotationData(span, "n", label = "x"),
                    SpanDocumentAnnotationData(" $span ", 0, "n", label = "x"),
                    TraceAnnotationData(span + span, "n", label = "x"),
                )
                .forEach {
                    missing(it).hint shouldContain "lower case"
                    missing(it).toString() shouldContain "lower case"
                }
        }

        test("an id that does not look like one of its kind has a hint") {
            val span = "67f6740bbe1ddc3f"
            missing(TraceAnnotationData(span, "n", label = "x")).hint shouldBe
                "$span has 16 digits like a span id; a trace id has 32"
            val trace = span + span
            listOf(
                    SpanAnnotationData(trace, "n", label = "x"),
                    SpanDocumentAnnotationData(trace, 0, "n", label = "x"),
                )
                .forEach {
                    missing(it).hint shouldBe
                        "$trace has 32 digits like a trace id; a span id has 16"
                }
            for (id in listOf("hello", "0x$span", "7489876514343443", "67f6740bbe1ddc3")) {
                val hint = missing(SpanAnnotationData(id, "n", label = "x")).hint
                if (id.length == 16) hint.shouldBeNull()
                else hint shouldContain "$id does not look like a span id"
            }
        }

        test("ids in lower case, and those of sessions, have none") {
            listOf(
                    SpanAnnotationData("67f6740bbe1ddc3f", "n", label = "x"),
                    SessionAnnotationData("Not hex at all", "n", label = "x"),
                    SessionAnnotationData("67F6740BBE1DDC3F", "n", label = "x"),
                )
                .forEach {
                    missing(it).hint.shouldBeNull()
                    missing(it).toString() shouldBe "MissingTarget"
                }
        }

        test("a duplicate says of which row it is one") {
            val row = SpanAnnotationData("s", "n", label = "x")
            val problem =
                shouldThrow<InvalidAnnotationsException> {
                        MockPhoenix()
                            .client()
                            .annotations
                            .upload(
                                listOf(row, row),
                                uploadOptions { duplicates = Duplicates.FAIL },
                            )
                    }
                    .problems
                    .single()
            problem.toString() shouldContain "duplicate of row 1"
        }

        test("an upload of rows with long ids, refused at length, has a short message") {
            val rows =
                List(3) {
                    SpanAnnotationData("s$it" + "x\r\n".repeat(10_000), "n", label = "x")
                }
            for (answer in listOf(Answer(404, "no"), Answer(422, "y\n".repeat(100_000)))) {
                val message =
                    shouldThrow<PhoenixException.UploadException> {
                            MockPhoenix { answer }.client().spans.logSpanAnnotations(rows, true)
                        }
                        .message
                        .orEmpty()
                message.length shouldBeLessThanOrEqual 2_000
                message shouldContain "row 2 (s2x\\r\\nx"
            }
        }

        test("an outcome of many problems is shown short") {
            val metadata = List(500) { "key $it" to Any() }.toMap()
            val rows = List(200) { SpanAnnotationData(" ", "n", metadata = metadata) }
            val report =
                MockPhoenix()
                    .client()
                    .annotations
                    .upload(
                        rows,
                        uploadOptions {
                            onInvalid = BadRows.SKIP
                            onEmpty = BadRows.SKIP
                        },
                    )
            report.outcomes.forEach { it.toString().length shouldBeLessThanOrEqual 2_000 }
        }
    })
