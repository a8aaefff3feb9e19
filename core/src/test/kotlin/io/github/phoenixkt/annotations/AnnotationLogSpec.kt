package io.github.phoenixkt.annotations

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.QUEUED
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.github.phoenixkt.scripted
import io.github.phoenixkt.upload.RowOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private fun row(
    spanId: String,
    name: String = "a",
    identifier: String? = null,
    label: String = "x",
) = SpanAnnotationData(spanId, name, label = label, identifier = identifier)

private fun SentRequest.rows(): List<JsonObject> =
    Json.parseToJsonElement(body).jsonObject.getValue("data").jsonArray.map { it.jsonObject }

private fun JsonObject.text(name: String) = this[name]?.jsonPrimitive?.content

private fun spanIds(sent: SentRequest) = sent.rows().map { it.text("span_id") }

/** Answers each row with an id made of the row's own. */
private fun echoIds(sent: SentRequest): Answer =
    ids(*sent.rows().map { "id-of-${it.text("span_id")}-${it.text("identifier")}" }.toTypedArray())

class AnnotationLogSpec :
    FunSpec({
        test("rows go a hundred per request, one request after the other") {
            val server = MockPhoenix { QUEUED }
            val rows = (1..250).map { row("%016x".format(it)) }
            server.client().spans.logSpanAnnotations(rows).shouldBeNull()
            server.requests.map { it.rows().size }.shouldContainExactly(100, 100, 50)
            server.requests.flatMap(::spanIds) shouldBe rows.map { it.spanId }
        }

        test("rows go in key order and their ids come back in the caller's order") {
            checkAll(30, Arb.list(Arb.int(0..9).map { "s$it" }, 1..150)) { spans ->
                val server = MockPhoenix(answer = ::echoIds)
                val rows = spans.mapIndexed { index, span ->
                    row(span, identifier = "${index % 3}")
                }
                val stored = server.client().spans.logSpanAnnotations(rows, sync = true)!!
                stored.map { it.id } shouldBe rows.map { "id-of-${it.spanId}-${it.identifier}" }
                server.requests.forEach { sent ->
                    val keys = sent.rows().map { it.text("span_id") + it.text("identifier") }
                    keys shouldBe keys.sorted()
                }
            }
        }

        test(
            "of rows of one key only the last is sent, however they are spelt, and all have its id"
        ) {
            val server = MockPhoenix(answer = ::echoIds)
            val inserted =
                server
                    .client()
                    .spans
                    .logSpanAnnotations(
                        listOf(
                            row("s ", "b", label = "first"),
                            row("s", "b\u00A0", label = "second"),
                            row(" s", "b", label = "third"),
                        ),
                        sync = true,
                    )!!
            server.single.rows().single().getValue("result").jsonObject.text("label") shouldBe
                "third"
            inserted.map { it.id }.distinct().size shouldBe 1
            inserted.size shouldBe 3
        }

        test("fewer ids than rows are an error that leaves the rows unknown") {
            val server = scripted(ids("1"))
            val report =
                shouldThrow<PhoenixException.UploadException> {
                        server
                            .client()
                            .spans
                            .logSpanAnnotations(listOf(row("a"), row("b")), sync = true)
                    }
                    .report
            report.outcomes.forEach { it.shouldBeInstanceOf<RowOutcome.Unknown>() }
        }

        test("a broken write says which rows are stored, unknown and not attempted") {
            val rows = (1..500).map { row("%016x".format(it)) }
            val stored = MockPhoenix(answer = ::echoIds)
            val server = MockPhoenix { sent ->
                if (sent.rows().any { it.text("span_id") == "%016x".format(150) }) Answer(403, "No")
                else echoIds(sent)
            }
            val error =
                shouldThrow<PhoenixException.UploadException> {
                    server.client().spans.logSpanAnnotations(rows, sync = true)
                }
            val report = error.report
            error.status shouldBe 403
            report.complete shouldBe false
            report.outcomes.take(100).forEach { it.shouldBeInstanceOf<RowOutcome.Stored>() }
            report.outcomes.subList(100, 200).forEach { it shouldBe RowOutcome.NotAttempted }
            report.remaining() shouldBe
                rows.filterIndexed { index, _ -> report.outcomes[index] !is RowOutcome.Stored }
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.Forbidden>()
            stored
                .client()
                .spans
                .logSpanAnnotations(
                    report.remaining().filterIsInstance<SpanAnnotationData>(),
                    sync = true,
                )!!
                .size shouldBe report.remaining().size
        }

        test("missing targets are told from their innocent neighbours, which are stored") {
            val missing = "00f067aa0ba902b7"
            val server = MockPhoenix { sent ->
                if (sent.rows().any { it.text("span_id") == missing })
                    Answer(404, "Spans with IDs $missing do not exist.")
                else echoIds(sent)
            }
            val report =
                shouldThrow<PhoenixException.UploadException> {
                        server
                            .client()
                            .spans
                            .logSpanAnnotations(
                                listOf(row("67f6740bbe1ddc3f"), row(missing)),
                                sync = true,
                            )
                    }
                    .report
            report.outcomes[0].shouldBeInstanceOf<RowOutcome.Stored>()
            report.outcomes[1].shouldBeInstanceOf<RowOutcome.MissingTarget>()
        }

        test("a row that Phoenix refuses is rejected with its reason") {
            val server =
                scripted(
                    json(
                        """{"detail":[{"type":"x","loc":["body","data",0,"name"],"msg":"Too odd","input":"px-payload"}]}""",
                        status = 422,
                    )
                )
            val error =
                shouldThrow<PhoenixException.UploadException> {
                    server.client().spans.logSpanAnnotations(listOf(row("s")), sync = true)
                }
            error.report.outcomes.single().toString() shouldContain "data.0.name: Too odd"
            ("px-payload" in error.message.orEmpty()) shouldBe false
        }

        test("a single write returns nothing without sync, and refuses an answer without ids") {
            scripted(QUEUED).client().spans.addSpanAnnotation("s", "a", score = 1.0).shouldBeNull()
            shouldThrow<PhoenixException.UnexpectedResponse> {
                scripted(QUEUED)
                    .client()
                    .spans
                    .addSpanAnnotation("s", "a", score = 1.0, sync = true)
            }
        }
    })
