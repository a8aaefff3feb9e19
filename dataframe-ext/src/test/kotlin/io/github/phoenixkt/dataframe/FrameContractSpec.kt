package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Instant
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.api.filter
import org.jetbrains.kotlinx.dataframe.io.readCSV

private const val NO_SPAN = "00f067aa0ba902b7"

/** The values of a column, by the ids in another: reads have no fixed order. */
private fun AnyFrame.by(id: String, column: String): Map<Any?, Any?> =
    (0 until rowsCount()).associate { this[id][it] to this[column][it] }

/** What frames do on one server; each test brings its own project. */
abstract class FrameContractSpec(server: TestServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talk: Recorded

        beforeTest {
            talk = Recorded()
            client = talk.client(server.endpoint)
            talk.record(client)
        }
        afterTest { client.close() }

        fun results(vararg ids: Pair<String, List<Any?>>) =
            frameOf(
                *ids,
                "label" to listOf("good", null, false),
                "score" to listOf("0.5", 1, Double.NaN),
                "explanation" to listOf(" why ", "", null),
                "metadata" to listOf("{\"n\": 1}", null, mapOf("deep" to listOf(1, null, "x"))),
            )

        fun checkResults(read: AnyFrame, id: String, ids: List<String>) {
            read.by(id, "label") shouldBe ids.zip(listOf("good", null, "false")).toMap()
            read.by(id, "score") shouldBe ids.zip(listOf(0.5, 1.0, null)).toMap()
            read.by(id, "explanation") shouldBe ids.zip(listOf("why", null, null)).toMap()
            read.by(id, "metadata") shouldBe
                ids.zip(
                        listOf(
                            mapOf("n" to 1L),
                            emptyMap(),
                            mapOf("deep" to listOf(1L, null, "x")),
                        )
                    )
                    .toMap()
            read["annotation_name"].toSet() shouldBe setOf("quality")
            read["annotator_kind"].toSet() shouldBe setOf("CODE")
        }

        test("spans: what is written with sync reads back value by value") {
            val frame = results("context.span_id" to talk.spans)
            val stored =
                client.spans.logSpanAnnotationsDataframe(
                    frame,
                    "quality",
                    AnnotatorKind.CODE,
                    sync = true,
                )
            val read = client.spans.getSpanAnnotationsDataframe(talk.spans)
            checkResults(read, "context.span_id", talk.spans)
            read.by("context.span_id", "id") shouldBe talk.spans.zip(stored!!.map { it.id }).toMap()
        }

        test("traces") {
            val frame = results("trace_id" to talk.traces)
            client.traces
                .logTraceAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE, sync = true)
                .shouldNotBeNull()
            val read = client.traces.getTraceAnnotationsDataframe(talk.traces)
            checkResults(read, "context.trace_id", talk.traces)
        }

        test("sessions") {
            val frame = results("attributes.session.id" to talk.sessions)
            client.sessions
                .logSessionAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE, sync = true)
                .shouldNotBeNull()
            val read = client.sessions.getSessionAnnotationsDataframe(talk.sessions)
            checkResults(read, "session_id", talk.sessions)
        }

        test("documents") {
            val frame = results("span_id" to talk.spans, "position" to listOf(0, "1", 2.0))
            client.annotations
                .logDocumentAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE, sync = true)
                ?.distinct()
                ?.size shouldBe 3
        }

        test("without sync rows are queued, and arrive") {
            val frame = results("span_id" to talk.spans)
            client.spans
                .logSpanAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE)
                .shouldBeNull()
            eventually(60.seconds) {
                checkResults(
                    client.spans.getSpanAnnotationsDataframe(talk.spans),
                    "context.span_id",
                    talk.spans,
                )
            }
        }

        test("the report of an upload, as a frame and beside the frame that was sent") {
            val frame =
                frameOf(
                    "span_id" to listOf(talk.spans[0], NO_SPAN, talk.spans[1], talk.spans[0]),
                    "score" to listOf(1, 2, "high", 4),
                )
            val report =
                client.annotations.upload(
                    frame.toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.CODE),
                    uploadOptions { onInvalid = BadRows.SKIP },
                )
            val told = report.toDataFrame()
            val outcomes = listOf("Superseded", "MissingTarget", "Skipped", "Stored")
            told["outcome"].toList() shouldBe outcomes
            told["target_id"].toList() shouldBe frame["span_id"].toList()
            told["id"][0] shouldBe told["id"][3]
            told["id"][3].shouldNotBeNull()
            told["reason"][0] shouldBe "row 3 has the same name, target and identifier"
            told["reason"][2] shouldBe
                "score is not a number (it is \"high\"); write it as 0.85 or leave it out"
            val joined = frame.withOutcomes(report)
            joined.columnNames() shouldBe
                listOf("span_id", "score", "outcome", "outcome_id", "outcome_reason")
            joined["outcome"].toList() shouldBe outcomes
            joined.filter { it["outcome"] == "Skipped" }["score"].toList() shouldBe listOf("high")
        }

        test("what was read can be written again, and stays what it is") {
            val frame = results("span_id" to talk.spans, "identifier" to listOf("x", null, ""))
            client.spans.logSpanAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE, true)
            val read = client.spans.getSpanAnnotationsDataframe(talk.spans)
            client.spans.logSpanAnnotationsDataframe(read, sync = true)!!.map { it.id } shouldBe
                read["id"].toList()
            val again = client.spans.getSpanAnnotationsDataframe(talk.spans)
            (read.columnNames() - "updated_at").forEach {
                again.by("context.span_id", it) shouldBe read.by("context.span_id", it)
            }
        }

        test("an empty read has all columns, and their types") {
            val full = run {
                val frame = results("span_id" to talk.spans)
                client.spans.logSpanAnnotationsDataframe(frame, "quality", AnnotatorKind.CODE, true)
                client.spans.getSpanAnnotationsDataframe(talk.spans)
            }
            val empty = client.spans.getSpanAnnotationsDataframe(listOf(NO_SPAN))
            empty.rowsCount() shouldBe 0
            empty.columnNames() shouldBe full.columnNames()
            empty.columnTypes() shouldBe full.columnTypes()
            full["created_at"][0].shouldBeInstanceOf<Instant>()
        }

        test("a stored row that trimming would turn into another is not written again") {
            val body =
                """{"data": [{"span_id": "${talk.spans[0]}", "name": "quality ", "annotator_kind": "CODE",
                    |"result": {"label": "x"}}, {"span_id": "${talk.spans[1]}", "name": "quality",
                    |"annotator_kind": "CODE", "result": {"label": "x"}, "identifier": " "}]}"""
                    .trimMargin()
            val request =
                HttpRequest.newBuilder(URI("${server.endpoint}/v1/span_annotations?sync=true"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build()
            HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode() shouldBe 200
            val read = client.spans.getSpanAnnotationsDataframe(talk.spans)
            val problems =
                shouldThrow<InvalidAnnotationsException> {
                        client.spans.logSpanAnnotationsDataframe(read)
                    }
                    .problems
            problems.map { it.field to it.value } shouldContainExactlyInAnyOrder
                listOf("name" to "\"quality \"", "identifier" to "\" \"")
            problems.forEach { it.reason shouldContain "which writing trims" }
        }

        test("evaluations: one report per set, and a bad set stops no other") {
            val elsewhere = Recorded().client(server.endpoint)
            val reports =
                elsewhere.logEvaluations(
                    SpanEvaluations(
                        "hallucination",
                        frameOf(
                            "context.span_id" to talk.spans,
                            "label" to listOf("factual", null, "hallucinated"),
                            "score" to listOf(0, null, 1),
                            "explanation" to listOf(null, null, "x"),
                            "identifier" to listOf("a", "b", "c"),
                            "metadata" to listOf(mapOf("a" to 1), null, null),
                        ),
                    ),
                    SpanEvaluations("broken", frameOf("label" to listOf("x"))),
                    DocumentEvaluations(
                        "relevance",
                        frameOf(
                            "span_id" to talk.spans,
                            "position" to listOf(0, 1, 2),
                            "score" to listOf(0.1, 0.2, 0.3),
                        ),
                    ),
                    TraceEvaluations("nothing", frameOf()),
                    TraceEvaluations(
                        "tone",
                        frameOf("trace_id" to talk.traces, "label" to listOf("a", "b", "c")),
                    ),
                    projectName = talk.project,
                )
            reports.map { it.complete } shouldBe listOf(true, false, true, true, true)
            reports.map { it.report?.counts().orEmpty() } shouldBe
                listOf(
                    mapOf("Stored" to 2, "Skipped" to 1),
                    emptyMap(),
                    mapOf("Stored" to 3),
                    emptyMap(),
                    mapOf("Stored" to 3),
                )
            // Told where rows cannot be looked up in the project.
            reports
                .flatMap { it.report?.remarks.orEmpty() }
                .filterNot(RealPhoenix::isOfABusyServer)
                .shouldBeEmpty()
            elsewhere.close()
            reports[1].failure.shouldBeInstanceOf<IllegalArgumentException>()
            reports[1].toString() shouldContain "span_id or context.span_id"
            val read = client.spans.getSpanAnnotationsDataframe(talk.spans)
            read.by("context.span_id", "label") shouldBe
                mapOf(talk.spans[0] to "factual", talk.spans[2] to "hallucinated")
            read["identifier"].toSet() shouldBe setOf(null)
            read["metadata"].toSet() shouldBe setOf(emptyMap<String, Any?>())
            read["annotator_kind"].toSet() shouldBe setOf("LLM")
            client.traces.getTraceAnnotations(talk.traces).toList().map { it.name } shouldBe
                List(3) { "tone" }
        }

        test("a CSV file, from the disk to the server") {
            val frame = DataFrame.readCSV(frameFile("evaluations.csv"))
            val report =
                client.annotations.upload(
                    frame.toAnnotations(
                        AnnotationTargets.spans { talk.spans[it.index() % talk.spans.size] }
                    ),
                    uploadOptions { onEmpty = BadRows.SKIP },
                )
            report.counts() shouldBe mapOf("Stored" to 4, "Skipped" to 1)
            val read = client.spans.getSpanAnnotationsDataframe(talk.spans)
            read["label"].toList() shouldContainExactlyInAnyOrder
                listOf("good", "bad", null, "two\nlines")
            read["identifier"].toList() shouldContainExactlyInAnyOrder
                listOf("2026-01-05", "2026-01-05", "2026-01-06", null)
            read.by("identifier", "metadata")["2026-01-06"] shouldBe emptyMap<String, Any?>()
        }
    })

class FakeFrameContractSpec : FrameContractSpec(TestServer.fake())

class RealFrameContractSpec : FrameContractSpec(TestServer.real())
