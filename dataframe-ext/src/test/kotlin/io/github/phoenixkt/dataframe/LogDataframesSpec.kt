package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.dataframe.jupyter.evaluationsHtml
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import org.jetbrains.kotlinx.dataframe.AnyRow
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.emptyDataFrame

class LogDataframesSpec :
    FunSpec({
        val phoenix = FakePhoenix.start()
        val client = PhoenixClient {
            environment = PhoenixEnvironment(emptyMap())
            endpoint = phoenix.endpoint().toString()
        }
        afterSpec {
            client.close()
            phoenix.close()
        }
        beforeTest { phoenix.clearRequests() }
        (0 until 250).forEach { phoenix.addSpan(FakeSpan.of("%016x".format(it))) }
        val ids = (0 until 250).map { "%016x".format(it) }

        test("a frame goes a hundred rows per request, and gives its ids in its order") {
            val frame = frameOf("span_id" to ids, "score" to ids.indices.toList())
            val stored =
                client.spans.logSpanAnnotationsDataframe(
                    frame,
                    "quality",
                    AnnotatorKind.LLM,
                    sync = true,
                )
            stored.orEmpty().distinct() shouldHaveSize 250
            phoenix.requests().count { it.method() == "POST" } shouldBe 3
        }

        test("bad rows are told all at once, and nothing is sent") {
            val frame =
                frameOf(
                    "span_id" to listOf(ids[0], 7, ids[2], null),
                    "score" to listOf(Double.POSITIVE_INFINITY, 1, Double.NaN, 2),
                    "metadata" to listOf(null, mapOf("a" to listOf(1, Double.NaN)), null, null),
                )
            val error =
                shouldThrow<InvalidAnnotationsException> {
                    client.spans.logSpanAnnotationsDataframe(frame, "quality", AnnotatorKind.LLM)
                }
            error.problems.map { it.row to it.field } shouldBe
                listOf(
                    0 to "score",
                    1 to "span_id",
                    1 to "metadata.a[1]",
                    2 to "result",
                    3 to "span_id",
                )
            error.message shouldContain "row 1: span_id is of type Int where text is wanted"
            phoenix.requests().shouldBeEmpty()
        }

        test("rows of another level are refused") {
            val rows = spansOf(frameOf("span_id" to ids.take(1), "score" to listOf(1)))
            shouldThrow<IllegalArgumentException> { client.traces.logTraceAnnotations(rows) }
                .message shouldContain "Row 0 annotates a span, not a trace"
            phoenix.requests().shouldBeEmpty()
        }

        test("kinds may differ by row, but each row needs one") {
            val frame =
                frameOf(
                    "span_id" to ids.take(2),
                    "score" to listOf(1, 2),
                    "annotator_kind" to listOf("LLM", null),
                )
            shouldThrow<InvalidAnnotationsException> {
                    client.spans.logSpanAnnotationsDataframe(frame, "quality")
                }
                .problems
                .map { it.row to it.field } shouldBe listOf(1 to "annotator_kind")
        }

        test("documents have no identifier") {
            val frame =
                frameOf(
                    "span_id" to ids.take(3),
                    "position" to listOf(0, -1, 0),
                    "score" to listOf(1, 2, 3),
                    "identifier" to listOf("x", "", null),
                )
            shouldThrow<InvalidAnnotationsException> {
                    client.spans.logDocumentAnnotationsDataframe(
                        frame,
                        "quality",
                        AnnotatorKind.LLM,
                    )
                }
                .problems
                .map { it.row to it.field } shouldBe
                listOf(0 to "identifier", 1 to "document_position")
        }

        test("problems as a frame") {
            val frame = frameOf("span_id" to listOf(ids[0], 7), "score" to listOf("high", 1))
            val problems =
                shouldThrow<InvalidAnnotationsException> {
                        client.spans.logSpanAnnotationsDataframe(
                            frame,
                            "quality",
                            AnnotatorKind.LLM,
                        )
                    }
                    .problems
                    .toDataFrame()
            problems.columnNames() shouldBe
                listOf("row", "target_id", "field", "value", "reason", "hint", "kind")
            problems["field"].toList() shouldBe listOf("score", "span_id")
            problems["value"].toList() shouldBe listOf("high", "7")
            problems["target_id"].toList() shouldBe listOf(ids[0], null)
            problems["kind"].toSet() shouldBe setOf("INVALID")
        }

        test("a report is joined to the frame that was sent and to no other") {
            val frame = frameOf("span_id" to ids.take(2), "score" to listOf(1, 2))
            val report = client.annotations.upload(spansOf(frame))
            frame.withOutcomes(report)["outcome"].toList() shouldBe listOf("Stored", "Stored")
            shouldThrow<IllegalArgumentException> { frame[0..0].withOutcomes(report) }
                .message shouldContain "2 rows, but the frame has 1"
        }

        test("the reasons of every outcome") {
            phoenix.failNext(Fault.status(507))
            val frame = frameOf("span_id" to ids, "score" to ids.indices.toList())
            val report =
                client.annotations.upload(
                    spansOf(frame),
                    uploadOptions { delivery = Delivery.CONFIRMED },
                )
            val told = report.toDataFrame()
            told["outcome"].toSet() shouldContain "NotAttempted"
            (0 until 250).forEach {
                if (told["outcome"][it] != "Stored")
                    told["reason"][it].toString() shouldContain "507"
            }
        }

        test("an empty frame uploads as an empty report, and cannot be logged") {
            for (frame in listOf(emptyDataFrame<Any?>(), frameOf("span_id" to emptyList()))) {
                val report = client.annotations.upload(spansOf(frame))
                report.outcomes shouldBe emptyList()
                report.complete shouldBe true
                report.toDataFrame().rowsCount() shouldBe 0
                frame.withOutcomes(report).rowsCount() shouldBe 0
                shouldThrow<IllegalArgumentException> {
                        client.spans.logSpanAnnotationsDataframe(frame, "a", AnnotatorKind.LLM)
                    }
                    .message shouldBe "dataframe has no rows: there are no annotations to log."
                shouldThrow<IllegalArgumentException> {
                        client.spans.logSpanAnnotations(spansOf(frame))
                    }
                    .message shouldBe "spanAnnotations is empty: there are no annotations to log."
                client.logEvaluations(SpanEvaluations("a", frame)).single().complete shouldBe true
            }
        }

        test("rows whose columns all have no meaning for evaluations are not lost without a word") {
            val nested = frameOf("span_id" to ids.take(2), "label" to listOf("a", "b"))
            val group = dataFrameOf(DataColumn.createColumnGroup("metadata", nested))
            val frames =
                listOf(
                    frameOf("identifier" to listOf("a", "b")),
                    frameOf("metadata" to listOf(mapOf("a" to 1), null)),
                    frameOf("metadata.span_id" to ids.take(2), "identifier" to listOf("a", "b")),
                    group,
                )
            for (frame in frames) {
                val sets =
                    listOf(
                        SpanEvaluations("a", frame),
                        DocumentEvaluations("a", frame),
                        TraceEvaluations("a", frame),
                    )
                client.logEvaluations(*sets.toTypedArray()).forEach { report ->
                    report.complete shouldBe false
                    report.failure.shouldBeInstanceOf<IllegalArgumentException>()
                    report.toString() shouldContain "There is no column with the ids"
                }
            }
            phoenix.requests().shouldBeEmpty()
        }

        test("rows without any column are not lost without a word") {
            val bare = DataFrame.empty(2)
            client.logEvaluations(SpanEvaluations("a", bare)).single().complete shouldBe false
            val row: AnyRow = frameOf("label" to listOf("x"))[0]
            for (other in listOf(bare[1], row)) {
                val byId = mapOf(ids[0] to bare[0], ids[1] to other)
                shouldThrow<IllegalArgumentException> {
                        byId.toAnnotations(AnnotationTargets.spans(), "a", AnnotatorKind.LLM)
                    }
                    .message shouldContain ids[0]
            }
            phoenix.requests().shouldBeEmpty()
        }

        test("rows that were skipped by choice leave a report complete") {
            val frame = frameOf("span_id" to ids.take(2), "label" to listOf("a", null))
            val report =
                client.annotations.upload(spansOf(frame), uploadOptions { onEmpty = BadRows.SKIP })
            report.counts() shouldBe mapOf("Stored" to 1, "Skipped" to 1)
            report.complete shouldBe true
            report.remaining() shouldBe emptyList()
        }

        test("an evaluation that cannot reach the server is a named failure") {
            HeldPort.open().use { nobody ->
                val lost = PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    endpoint = nobody.endpoint()
                    retry { maxAttempts = 1 }
                }
                val frame = frameOf("span_id" to ids.take(1), "score" to listOf(1))
                val report = lost.logEvaluations(SpanEvaluations("quality", frame)).single()
                report.complete shouldBe false
                (report.failure ?: report.report?.stoppedBy).shouldBeInstanceOf<
                    PhoenixException.Unreachable
                >()
                lost.close()
            }
        }

        test("an Error in one set of evaluations costs the reports of no other") {
            FakePhoenix.start().use { server ->
                server.addSpan(FakeSpan.of(ids[0]))
                var thrown = false
                val own = PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    endpoint = server.endpoint().toString()
                    apiKey {
                        if (!thrown && server.annotations(FakeTargetKind.SPAN).isNotEmpty()) {
                            thrown = true
                            throw StackOverflowError()
                        }
                        "key"
                    }
                }
                val frame = frameOf("span_id" to ids.take(1), "score" to listOf(1))
                val sets = listOf("first", "second", "third").map { SpanEvaluations(it, frame) }
                val reports = own.use { it.logEvaluations(*sets.toTypedArray()) }
                reports.map { it.evaluations.evalName to it.complete } shouldBe
                    listOf("first" to true, "second" to false, "third" to true)
                reports[1].report shouldBe null
                reports[1].failure.shouldBeInstanceOf<StackOverflowError>()
                reports[1].toString() shouldBe "SpanEvaluations(second, 1 rows): StackOverflowError"
                evaluationsHtml(reports) shouldContain "failed: StackOverflowError"
            }
        }

        test("annotations of the spans that a frame names") {
            val frame = frameOf("span_id" to ids.take(3), "label" to listOf("a", "b", "c"))
            client.spans.logSpanAnnotationsDataframe(frame, "named", AnnotatorKind.LLM, true)
            val spans = frameOf("context.span_id" to listOf(ids[1], " ", ids[2], ids[1], null))
            val read =
                client.spans.getSpanAnnotationsDataframe(
                    spans,
                    includeAnnotationNames = listOf("named"),
                )
            read["label"].toSet() shouldBe setOf("b", "c")
            shouldThrow<IllegalArgumentException> {
                client.spans.getSpanAnnotationsDataframe(
                    frameOf("context.span_id" to listOf("a", 7))
                )
            }
        }
    })
