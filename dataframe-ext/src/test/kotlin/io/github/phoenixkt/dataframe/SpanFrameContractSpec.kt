package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.RowOutcome
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.time.Instant
import java.util.UUID
import kotlin.reflect.KType
import kotlin.reflect.typeOf
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.api.count
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.filter
import org.jetbrains.kotlinx.dataframe.api.groupBy
import org.jetbrains.kotlinx.dataframe.api.join
import org.jetbrains.kotlinx.dataframe.api.pathOf
import org.jetbrains.kotlinx.dataframe.api.select
import org.jetbrains.kotlinx.dataframe.columns.ColumnGroup

private val START = Instant.parse("2026-01-05T10:00:00Z")

private fun hex(digits: Int) = UUID.randomUUID().toString().replace("-", "").take(digits)

/** Two turns of a conversation about documents, and a span that belongs to no session. */
private class Conversation {
    val project = "span-frames-${UUID.randomUUID()}"
    val session = "session-${UUID.randomUUID()}"
    val traces = List(3) { hex(32) }
    val roots = List(2) { hex(16) }
    val retriever = hex(16)
    val llm = hex(16)
    val lone = hex(16)

    private fun span(
        id: String,
        trace: String,
        kind: String,
        startMillis: Long,
        millis: Double,
        attributes: Map<String, Any?>,
        parent: String? = null,
        status: String = "OK",
    ): SpanData {
        val start = START.plusMillis(startMillis)
        val end = start.plusNanos((millis * 1e6).toLong())
        val message = if (status == "ERROR") "boom" else ""
        val name = kind.lowercase()
        return spanData(name, id, trace, start, end) {
            spanKind = kind
            parentId = parent
            statusCode = status
            statusMessage = message
            this.attributes = attributes
        }
    }

    private val asked =
        mapOf(
            "session.id" to session,
            "input.value" to "Who?",
            "output.value" to "Nobody.",
            "metadata" to mapOf("session_id" to session, "n" to listOf(1, 2)),
            "tag.tags" to listOf("a", "b"),
            "custom.flag" to true,
        )

    private val retrieved =
        mapOf(
            "metadata" to """{"session_id": "$session"}""",
            "input.value" to "who",
            "retrieval.documents" to
                listOf(
                    mapOf(
                        "document.content" to "first",
                        "document.score" to 1,
                        "document.metadata" to mapOf("page" to 3),
                    ),
                    mapOf("document.id" to "d1"),
                    mapOf("document.content" to "third", "document.score" to 0.25),
                ),
        )

    private val answered =
        mapOf(
            "session.id" to session,
            "llm.model_name" to "m",
            "llm.token_count.prompt" to 30,
            "llm.token_count.completion" to 12,
            "llm.token_count.total" to 42,
            "llm.output_messages" to
                listOf(mapOf("message.role" to "assistant", "message.content" to "Nobody.")),
            "llm.temperature" to 0.5,
        )

    private val askedAgain = mapOf("session.id" to session, "custom.flag" to "maybe")

    private val exception = SpanEventData("exception", START, mapOf("exception.message" to "x"))

    suspend fun record(client: PhoenixClient) {
        val (turn, next, elsewhere) = traces
        client.spans.logSpans(
            listOf(
                span(roots[0], turn, "CHAIN", 0, 1_500.25, asked),
                span(retriever, turn, "RETRIEVER", 100, 200.0, retrieved, roots[0]),
                span(llm, turn, "LLM", 400, 1_000.0, answered, roots[0], "ERROR"),
                span(roots[1], next, "CHAIN", 5_000, 10.0, askedAgain),
                spanData("lone", lone, elsewhere, START, START.plusMillis(1)) {
                    spanKind = "TOOL"
                    events = listOf(exception)
                },
            )
        )
        eventually(60.seconds) {
            check(client.spans.getSpans().toList().size == 5) { "spans not there yet" }
        }
    }
}

/** The value of a column in the row of a span. */
private fun AnyFrame.of(span: String, column: String): Any? =
    this[column][this["context.span_id"].toList().indexOf(span)]

private fun AnyFrame.typeOf(column: String): KType = this[column].type()

/** This frame with one column more. */
private operator fun AnyFrame.plus(column: Pair<String, List<Any?>>): AnyFrame =
    dataFrameOf(columns() + DataColumn.createByInference(column.first, column.second))

/** What frames of spans do on one server. */
abstract class SpanFrameContractSpec(server: TestServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var talk: Conversation
        lateinit var client: PhoenixClient
        lateinit var spans: AnyFrame

        beforeSpec {
            if (server.missing != null) return@beforeSpec
            talk = Conversation()
            client = clientOf(server.endpoint, talk.project)
            talk.record(client)
            spans = client.spans.getSpansDataframe()
        }
        afterSpec { if (server.missing == null) client.close() }

        test("every span is a row, with typed columns") {
            spans["context.span_id"].toSet() shouldBe
                (talk.roots + talk.retriever + talk.llm + talk.lone).toSet()
            spans.of(talk.llm, "context.trace_id") shouldBe talk.traces[0]
            spans.of(talk.llm, "name") shouldBe "llm"
            spans.of(talk.llm, "span_kind") shouldBe "LLM"
            spans.of(talk.llm, "parent_id") shouldBe talk.roots[0]
            spans.of(talk.roots[0], "parent_id") shouldBe null
            spans.of(talk.roots[0], "start_time") shouldBe START
            spans.of(talk.roots[0], "end_time") shouldBe START.plusNanos(1_500_250_000)
            spans.of(talk.roots[0], "latency") shouldBe Duration.ofNanos(1_500_250_000)
            spans.of(talk.roots[0], "latency_ms") shouldBe 1_500.25
            spans.of(talk.llm, "status_code") shouldBe "ERROR"
            spans.of(talk.llm, "status_message") shouldBe "boom"
            spans.of(talk.lone, "status_message") shouldBe null
            spans.of(talk.llm, "events") shouldBe emptyList<Any>()
            spans.of(talk.lone, "events") shouldBe
                listOf(
                    mapOf(
                        "name" to "exception",
                        "timestamp" to START,
                        "attributes" to mapOf("exception.message" to "x"),
                    )
                )
            spans.typeOf("start_time") shouldBe typeOf<Instant>()
            spans.typeOf("latency") shouldBe typeOf<Duration>()
            spans.typeOf("latency_ms") shouldBe typeOf<Double>()
            spans.typeOf("parent_id") shouldBe typeOf<String?>()
        }

        test("attributes are columns of the types that their values have in common") {
            spans.of(talk.llm, "attributes.llm.token_count.total") shouldBe 42L
            spans.typeOf("attributes.llm.token_count.total") shouldBe typeOf<Long?>()
            spans.of(talk.lone, "attributes.llm.token_count.total") shouldBe null
            spans.typeOf("attributes.llm.temperature") shouldBe typeOf<Double?>()
            spans.of(talk.roots[0], "attributes.tag.tags") shouldBe listOf("a", "b")
            spans.typeOf("attributes.tag.tags") shouldBe typeOf<List<String>?>()
            spans.of(talk.roots[0], "attributes.custom.flag") shouldBe true
            spans.of(talk.roots[1], "attributes.custom.flag") shouldBe "maybe"
            spans.typeOf("attributes.custom.flag") shouldBe typeOf<Any?>()
            spans.of(talk.llm, "attributes.llm.output_messages") shouldBe
                listOf(mapOf("message.role" to "assistant", "message.content" to "Nobody."))
            spans.of(talk.roots[0], "attributes.metadata") shouldBe
                mapOf("session_id" to talk.session, "n" to listOf(1L, 2L))
            spans.of(talk.retriever, "attributes.metadata") shouldBe
                mapOf("session_id" to talk.session)
        }

        test("filter, project and limit are those of getSpans") {
            val llm = client.spans.getSpansDataframe(spanFilter { spanKinds = listOf("LLM") })
            llm["context.span_id"].toList() shouldBe listOf(talk.llm)
            client.spans.getSpansDataframe(limit = 2).rowsCount() shouldBe 2
            clientOf(server.endpoint, "default").use {
                it.spans.getSpansDataframe(project = talk.project).rowsCount() shouldBe 5
            }
            shouldThrow<PhoenixException.NotFound> {
                client.spans.getSpansDataframe(project = "no-${UUID.randomUUID()}")
            }
        }

        test("a frame without spans has the same columns of the same types") {
            val empty =
                client.spans.getSpansDataframe(spanFilter { names = listOf("no such name") })
            empty.rowsCount() shouldBe 0
            spans.columnNames() shouldContainAll empty.columnNames()
            for (name in empty.columnNames()) empty.typeOf(name) shouldBe spans.typeOf(name)
            empty.columnNames() shouldContainAll
                listOf("context.span_id", "attributes.session.id", "attributes.retrieval.documents")
            empty.sessionStats().rowsCount() shouldBe 0
            empty.retrievedDocuments().rowsCount() shouldBe 0
            empty.inputOutputContext().rowsCount() shouldBe 0
        }

        test("attributes as groups") {
            val nested = spans.nestAttributes()
            val attributes = nested["attributes"].shouldBeInstanceOf<ColumnGroup<*>>()
            val tokens = (attributes["llm"] as ColumnGroup<*>)["token_count"] as ColumnGroup<*>
            tokens["total"].toList() shouldBe spans["attributes.llm.token_count.total"].toList()
            (nested["context"] as ColumnGroup<*>)["span_id"].toList() shouldBe
                spans["context.span_id"].toList()
            nested["name"].toList() shouldBe spans["name"].toList()
            nested.columnNames().filter { '.' in it } shouldBe emptyList()
            val selected = nested.select { pathOf("attributes", "llm", "token_count") }
            (selected["token_count"] as ColumnGroup<*>).columnNames() shouldBe
                listOf("prompt", "completion", "total")
            nested.sessionStats() shouldBe spans.sessionStats()
            nested.retrievedDocuments() shouldBe spans.retrievedDocuments()
            nested.inputOutputContext() shouldBe spans.inputOutputContext()
        }

        test("where one name begins with another, the longer stays flat") {
            val frame =
                frameOf(
                    "attributes.a" to listOf(1),
                    "attributes.a.b" to listOf(2),
                    "attributes.c.d" to listOf(3),
                    "attributes.e." to listOf(4),
                    "attributes" to listOf(5),
                )
            frame.nestAttributes().columnNames() shouldBe
                listOf("attributes") + frame.columnNames().dropLast(1)
            val nested = dataFrameOf(frame.columns().dropLast(1)).nestAttributes()
            nested.columnNames() shouldBe listOf("attributes")
            (nested["attributes"] as ColumnGroup<*>).columnNames() shouldBe
                listOf("a", "a.b", "c", "e.")
        }

        test("with results added, a frame of spans is written as it is, flat and nested") {
            val ids = spans["context.span_id"].toList()
            val judged =
                spans + ("label" to ids.map { "of $it" }) + ("score" to ids.indices.toList())
            for (frame in listOf(judged, judged.nestAttributes())) {
                client.spans
                    .logSpanAnnotationsDataframe(frame, "shape", AnnotatorKind.CODE, sync = true)
                    .shouldNotBeNull()
                    .size shouldBe 5
                client.traces
                    .logTraceAnnotationsDataframe(frame, "shape", AnnotatorKind.CODE, sync = true)
                    .shouldNotBeNull()
            }
            val read = client.spans.getSpanAnnotationsDataframe(spans)
            read["label"].toSet() shouldBe ids.map { "of $it" }.toSet()
            read["annotation_name"].toSet() shouldBe setOf("shape")
            val ofSession = spans.longestSessions(1) + ("label" to listOf("long"))
            client.sessions
                .logSessionAnnotationsDataframe(ofSession, "size", AnnotatorKind.CODE, sync = true)
                .shouldNotBeNull()
        }

        test("frames of spans, traces and sessions join the frames of their annotations") {
            val ids = spans["context.span_id"].toList().map { "$it" }
            val rows =
                ids.map { SpanAnnotationData(it, "joined", label = it) } +
                    TraceAnnotationData(talk.traces[0], "joined", label = talk.traces[0]) +
                    SessionAnnotationData(talk.session, "joined", label = "x")
            client.annotations.upload(rows).complete shouldBe true
            val only = listOf("joined")
            val ofSpans =
                client.spans.getSpanAnnotationsDataframe(spans, includeAnnotationNames = only)
            for (joined in listOf(spans.join(ofSpans), ofSpans.join(spans))) {
                joined.rowsCount() shouldBe ids.size
                joined["label"].toList() shouldBe joined["context.span_id"].toList()
                joined["name"].toSet() shouldBe spans["name"].toSet()
            }
            val ofTraces =
                client.traces.getTraceAnnotationsDataframe(
                    talk.traces.take(1),
                    includeAnnotationNames = only,
                )
            for (joined in listOf(spans.join(ofTraces), ofTraces.join(spans))) {
                joined.rowsCount() shouldBe
                    spans["context.trace_id"].toList().count { it == talk.traces[0] }
                joined["label"].toSet() shouldBe setOf(talk.traces[0])
            }
            val ofSessions =
                client.sessions.getSessionAnnotationsDataframe(
                    listOf(talk.session),
                    includeAnnotationNames = only,
                )
            val withSessions = spans.withSessionIds()
            for (joined in listOf(withSessions.join(ofSessions), ofSessions.join(withSessions))) {
                joined.rowsCount() shouldBe
                    withSessions["session_id"].toList().count { it == talk.session }
            }
        }

        test("retrieved documents, and what was asked, answered and retrieved") {
            val documents = client.spans.getRetrievedDocuments()
            documents["context.span_id"].toList() shouldBe List(3) { talk.retriever }
            documents["document_position"].toList() shouldBe listOf(0, 1, 2)
            documents["context.trace_id"].toSet() shouldBe setOf(talk.traces[0])
            documents["input"].toSet() shouldBe setOf("who")
            documents["document"].toList() shouldBe listOf("first", null, "third")
            documents["document_score"].toList() shouldBe listOf(1.0, null, 0.25)
            documents["document_metadata"].toList() shouldBe listOf(mapOf("page" to 3L), null, null)
            spans.retrievedDocuments() shouldBe documents

            val answers = client.spans.getInputOutputContext()
            answers["context.span_id"].toList() shouldBe listOf(talk.roots[0])
            answers["context.trace_id"].toList() shouldBe listOf(talk.traces[0])
            answers["input"].toList() shouldBe listOf("Who?")
            answers["output"].toList() shouldBe listOf("Nobody.")
            answers["context"].toList() shouldBe listOf("first\n\nthird")
            (answers["metadata"][0] as Map<*, *>)["session_id"] shouldBe talk.session
            spans.inputOutputContext() shouldBe answers
            val older = client.spans.getQaWithReference()
            older.columnNames() shouldBe
                answers.columnNames().map { if (it == "context") "reference" else it }
            older["reference"].toList() shouldBe answers["context"].toList()

            val before = START.plusMillis(100)
            client.spans.getRetrievedDocuments(endTime = before).rowsCount() shouldBe 0
            client.spans.getInputOutputContext(startTime = before).rowsCount() shouldBe 0
        }

        test("sessions, and the span that has none") {
            val stats = spans.sessionStats()
            stats["session_id"].toList() shouldBe listOf(talk.session, null)
            stats["turns"].toList() shouldBe listOf(2, 1)
            stats["spans"].toList() shouldBe listOf(4, 1)
            stats["errors"].toList() shouldBe listOf(1, 0)
            stats["token_count_total"].toList() shouldBe listOf(42L, 0L)
            stats["latency_ms_sum"].toList() shouldBe listOf(2_710.25, 1.0)
        }

        test("the guide's workflow: pull, find what was said before, write it back") {
            val answers = client.spans.getSpansDataframe(spanFilter { spanKinds = listOf("LLM") })
            val known = mutableSetOf("Nobody.")
            val judged =
                answers.evaluate("Duplicate", parallelism = 1) { row ->
                    val messages = row["attributes.llm.output_messages"] as List<*>
                    val said = (messages.first() as Map<*, *>)["message.content"] as String
                    val duplicate = !known.add(said)
                    Evaluation(label = "$duplicate", score = if (duplicate) 1.0 else 0.0)
                }
            client.logEvaluations(SpanEvaluations(evalName = "Duplicate", dataframe = judged))
            val stored =
                client.spans.getSpanAnnotationsDataframe(
                    answers,
                    includeAnnotationNames = listOf("Duplicate"),
                )
            stored["context.span_id"].toList() shouldBe listOf(talk.llm)
            stored["label"].toList() shouldBe listOf("true")
            stored["score"].toList() shouldBe listOf(1.0)
            stored["annotator_kind"].toList() shouldBe listOf("LLM")
            val slow = spans.filter { "latency_ms"<Double>() > 1_000 }.select("name", "latency")
            slow["name"].toList() shouldBe listOf("chain")
            spans.sessionStats().filter { "errors"<Int>() > 0 }.rowsCount() shouldBe 1
            spans.withSessionIds().groupBy("session_id").count()["count"].toSet() shouldBe
                setOf(4, 1)
        }

        test("sessions as Phoenix has them, with their tokens") {
            val stored = client.sessions.getSessionsDataframe()
            stored["session_id"].toList() shouldBe listOf(talk.session)
            stored["num_traces"].toList() shouldBe listOf(2)
            stored["token_count_prompt"].toList() shouldBe listOf(30L)
            stored["token_count_completion"].toList() shouldBe listOf(12L)
            stored["token_count_total"].toList() shouldBe listOf(42L)
            stored["start_time"].toList() shouldBe listOf(START)
            stored["end_time"].toList() shouldBe listOf(START.plusMillis(5_010))
            val empty = client.projects.ensure("empty-${UUID.randomUUID()}")
            val none = client.sessions.getSessionsDataframe(project = empty.name)
            none.rowsCount() shouldBe 0
            none.columnNames() shouldBe stored.columnNames()
            none.columnTypes() shouldBe stored.columnTypes()
            shouldThrow<PhoenixException.NotFound> {
                client.sessions.getSessionsDataframe(project = "no-${UUID.randomUUID()}")
            }
        }

        test("evaluations go back as they come, failed rows are skipped and told") {
            val judged =
                client.spans.getRetrievedDocuments().evaluate(
                    "relevance",
                    options = evaluationOptions { retry { maxAttempts = 1 } },
                ) {
                    val text = it["document"] ?: error("no text")
                    Evaluation("$text", score = 0.5, explanation = "why")
                }
            judged["error"].toList() shouldBe listOf(null, "IllegalStateException: no text", null)
            val ofSpans =
                spans.evaluate("kind") { row ->
                    Evaluation(row["span_kind"].toString().lowercase())
                }
            val (documents, kinds) =
                client.logEvaluations(
                    DocumentEvaluations("relevance", judged),
                    SpanEvaluations("kind", ofSpans),
                )
            documents.complete shouldBe true
            documents.report?.outcomes?.map { it.name } shouldBe
                listOf("Stored", "Skipped", "Stored")
            documents.report?.outcomes?.get(1).shouldBeInstanceOf<RowOutcome.Skipped>()
            kinds.report?.outcomes?.map { it.name } shouldBe List(5) { "Stored" }
            val stored =
                client.spans.getSpanAnnotationsDataframe(
                    spans,
                    includeAnnotationNames = listOf("kind"),
                )
            stored["label"].toSet() shouldBe setOf("chain", "retriever", "llm", "tool")
            client.spans.logSpanAnnotationsDataframe(
                ofSpans,
                annotatorKind = AnnotatorKind.LLM,
                sync = true,
            )
        }
    })

class FakeSpanFrameContractSpec : SpanFrameContractSpec(TestServer.fake())

class RealSpanFrameContractSpec : SpanFrameContractSpec(TestServer.real())
