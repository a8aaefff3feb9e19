package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.configs.CategoricalValue
import io.github.phoenixkt.configs.OptimizationDirection
import io.github.phoenixkt.configs.categoricalAnnotationConfig
import io.github.phoenixkt.configs.continuousAnnotationConfig
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.spans.SpanSort
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.flow.toList

private const val SPAN = "67f6740bbe1ddc3f"
private const val OTHER_SPAN = "00f067aa0ba902b7"
private const val TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
private const val CONFIG_ID =
    "Q2F0ZWdvcmljYWxBbm5vdGF0aW9uQ29uZmlnOjc=" // CategoricalAnnotationConfig:7
private val START: Instant = Instant.parse("2026-01-05T10:00:00Z")
private val END: Instant = Instant.parse("2026-01-05T11:00:00.5Z")

/** A call of the client and the one request it makes. */
private class Call(
    val what: String,
    val request: String,
    val body: String? = null,
    val call: suspend (PhoenixClient) -> Unit,
)

private fun answerFor(request: SentRequest): Answer =
    when {
        request.method == "DELETE" && "annotation_configs" !in request.path -> Answer(204)
        request.method == "DELETE" && "/projects/" in request.path -> Answer(204)
        request.path.endsWith("_notes") -> json("""{"data":{"id":"N1"}}""")
        request.path == "/v1/spans" ->
            Answer(
                body =
                    "--b\r\nContent-Type: application/json\r\n\r\n" +
                        """{"schema":{"fields":[{"name":"0_a_b"}]},"data":[{"0_a_b":"x"}]}""" +
                        "\r\n--b--\r\n",
                contentType = "multipart/mixed; boundary=b",
            )
        request.path.endsWith("/traces/transfer") ->
            json("""{"data":{"transferred_trace_count":1,"destination_project_id":"p"}}""")
        request.path.endsWith("/sessions/delete") -> Answer(204)
        "/v1/sessions/" in request.path -> json("""{"data":$SESSION}""")
        request.method == "POST" && request.path.endsWith("/spans") ->
            json("""{"total_received":1,"total_queued":1}""", status = 202)
        request.method == "POST" && request.path.endsWith("_annotations") ->
            if (request.query == "sync=true") ids("A1") else QUEUED
        request.method == "PUT" && request.body.contains("annotation_config_ids") ->
            json("""{"data":[$CONFIG]}""")
        request.method == "GET" &&
            Regex(".*(_annotations|/spans|/traces|/sessions|/annotation_configs|v1/projects)")
                .matches(request.path) -> json("""{"data":[],"next_cursor":null}""")
        "annotation_configs" in request.path -> json("""{"data":$CONFIG}""")
        else -> json("""{"data":{"id":"UHJvamVjdDox","name":"p","description":null}}""")
    }

private const val SESSION =
    """{"id":"U","session_id":"s","project_id":"p","start_time":"2026-01-05T10:00:00+00:00",
       "end_time":"2026-01-05T10:00:00+00:00","traces":[]}"""

private const val CONFIG =
    """{"id":"$CONFIG_ID","name":"tone","type":"CATEGORICAL","description":null,
       "optimization_direction":"NONE","values":[{"label":"calm","score":1.0}]}"""

private val CALLS =
    listOf(
        Call(
            "addSpanAnnotation",
            "POST /v1/span_annotations",
            """{"data":[{"span_id":"$SPAN","name":"tone","annotator_kind":"LLM",
               "result":{"label":"calm","score":0.8,"explanation":"why"},
               "metadata":{"model":"m1"},"identifier":"run-7"}]}""",
        ) {
            it.spans
                .addSpanAnnotation(
                    SPAN,
                    "tone",
                    AnnotatorKind.LLM,
                    label = "calm",
                    score = 0.8,
                    explanation = "why",
                    metadata = mapOf("model" to "m1"),
                    identifier = "run-7",
                )
                .shouldBeNull()
        },
        Call(
            "addSpanAnnotation with sync, of a person, without what is absent",
            "POST /v1/span_annotations?sync=true",
            """{"data":[{"span_id":"$SPAN","name":"tone","annotator_kind":"HUMAN","result":{"score":0.0}}]}""",
        ) {
            it.spans
                .addSpanAnnotation(SPAN, "tone", score = 0.0, label = " ", sync = true)!!
                .id shouldBe "A1"
        },
        Call(
            "logSpanAnnotations",
            "POST /v1/span_annotations",
            """{"data":[{"span_id":"$SPAN","name":"a","annotator_kind":"CODE","result":{"label":"x"}}]}""",
        ) {
            it.spans.logSpanAnnotations(
                listOf(SpanAnnotationData(SPAN, "a", AnnotatorKind.CODE, label = "x"))
            )
        },
        Call(
            "addDocumentAnnotation",
            "POST /v1/document_annotations",
            """{"data":[{"span_id":"$SPAN","document_position":2,"name":"relevance",
               "annotator_kind":"LLM","result":{"label":"relevant"}}]}""",
        ) {
            it.spans.addDocumentAnnotation(
                SPAN,
                2,
                "relevance",
                AnnotatorKind.LLM,
                label = "relevant",
            )
        },
        Call(
            "a document annotation named note, which only documents may have",
            "POST /v1/document_annotations?sync=true",
            """{"data":[{"span_id":"$SPAN","document_position":0,"name":"note","annotator_kind":"HUMAN",
               "result":{"explanation":"x"}}]}""",
        ) {
            it.annotations.logDocumentAnnotations(
                listOf(SpanDocumentAnnotationData(SPAN, 0, "note", explanation = "x")),
                sync = true,
            )
        },
        Call(
            "addTraceAnnotation",
            "POST /v1/trace_annotations?sync=true",
            """{"data":[{"trace_id":"$TRACE","name":"ok","annotator_kind":"HUMAN","result":{"score":1.0}}]}""",
        ) {
            it.traces.addTraceAnnotation(TRACE, "ok", score = 1.0, sync = true)
        },
        Call(
            "logTraceAnnotations under the one roof",
            "POST /v1/trace_annotations",
            """{"data":[{"trace_id":"$TRACE","name":"ok","annotator_kind":"HUMAN","result":{"score":1.0}}]}""",
        ) {
            it.annotations.logTraceAnnotations(
                listOf(TraceAnnotationData(TRACE, "ok", score = 1.0))
            )
        },
        Call(
            "addSessionAnnotation, with the session id trimmed",
            "POST /v1/session_annotations",
            """{"data":[{"session_id":"chat 1/é","name":"ok","annotator_kind":"HUMAN","result":{"score":1.0}}]}""",
        ) {
            it.sessions.addSessionAnnotation(" chat 1/é ", "ok", score = 1.0)
        },
        Call(
            "logSessionAnnotations",
            "POST /v1/session_annotations?sync=true",
            """{"data":[{"session_id":"s","name":"ok","annotator_kind":"HUMAN","result":{"label":"y"},"identifier":"i"}]}""",
        ) {
            it.sessions.logSessionAnnotations(
                listOf(SessionAnnotationData("s", "ok", label = "y", identifier = "i")),
                sync = true,
            )
        },
        Call(
            "addSpanNote with an identifier of ours",
            "POST /v1/span_notes",
            """{"data":{"span_id":"$SPAN","note":"look","identifier":"px-span-note:id-1"}}""",
        ) {
            it.spans.addSpanNote(SPAN, " look ").identifier shouldBe "px-span-note:id-1"
        },
        Call(
            "addTraceNote with an identifier of the caller's",
            "POST /v1/trace_notes",
            """{"data":{"trace_id":"$TRACE","note":"look","identifier":"mine"}}""",
        ) {
            it.traces.addTraceNote(TRACE, "look", "mine").identifier shouldBe "mine"
        },
        Call(
            "addSessionNote",
            "POST /v1/session_notes",
            """{"data":{"session_id":"s","note":"look","identifier":"px-session-note:id-1"}}""",
        ) {
            it.annotations.addSessionNote("s", "look").id shouldBe "N1"
        },
        Call(
            "getSpanAnnotations",
            "GET /v1/projects/default/span_annotations?span_ids=$SPAN&span_ids=$OTHER_SPAN" +
                "&exclude_annotation_names=note&limit=1000",
        ) {
            it.spans.getSpanAnnotations(listOf(SPAN, OTHER_SPAN)).toList()
        },
        Call(
            "getTraceAnnotations of a project, by names and identifier",
            "GET /v1/projects/p/trace_annotations?trace_ids=$TRACE&identifier=a%2Bb%20%26%3D" +
                "&include_annotation_names=x&exclude_annotation_names=y&limit=5",
        ) {
            it.traces
                .getTraceAnnotations(
                    listOf(TRACE),
                    listOf("a+b &="),
                    listOf("x"),
                    listOf("y"),
                    "p",
                    5,
                )
                .toList()
        },
        Call(
            "getSessionAnnotationsPage",
            "GET /v1/projects/default/session_annotations?identifier=i&exclude_annotation_names=note" +
                "&limit=7&cursor=c1",
        ) {
            it.sessions.getSessionAnnotationsPage(
                annotationQuery { identifiers = listOf("i") },
                cursor = "0:c1",
                limit = 7,
            )
        },
        Call(
            "deleteSpanAnnotations of a window",
            "DELETE /v1/projects/p/span_annotations?start_time=2026-01-05T10%3A00%3A00Z" +
                "&end_time=2026-01-05T11%3A00%3A00.500Z&name=a%20b&identifier=i&annotator_kind=CODE",
        ) {
            it.spans.deleteSpanAnnotations(
                "p",
                DeleteWindow(START, END),
                "a b",
                "i",
                AnnotatorKind.CODE,
            )
        },
        Call(
            "deleteTraceAnnotations of all",
            "DELETE /v1/projects/p/trace_annotations?delete_all=true",
        ) {
            it.traces.deleteTraceAnnotations("p", DeleteAll)
        },
        Call(
            "deleteSessionAnnotations of one name",
            "DELETE /v1/projects/p/session_annotations?delete_all=true&name=x",
        ) {
            it.sessions.deleteSessionAnnotations("p", DeleteAll, name = "x")
        },
        Call("annotationConfigs.list", "GET /v1/annotation_configs?limit=100") {
            it.annotationConfigs.list().toList()
        },
        Call(
            "annotationConfigs.listPage of a project",
            "GET /v1/projects/p/annotation_configs?cursor=c%3D&limit=3",
        ) {
            it.annotationConfigs.listPage("p", "c=", 3)
        },
        Call("annotationConfigs.get", "GET /v1/annotation_configs/a%20b") {
            it.annotationConfigs.get("a b")
        },
        Call(
            "annotationConfigs.create, categorical",
            "POST /v1/annotation_configs",
            """{"name":"tone","description":null,"type":"CATEGORICAL","optimization_direction":"NONE",
               "values":[{"label":"calm","score":1.0},{"label":"loud","score":null}]}""",
        ) {
            it.annotationConfigs.create(
                categoricalAnnotationConfig("tone") {
                    values = listOf(CategoricalValue("calm", 1.0), CategoricalValue("loud"))
                }
            )
        },
        Call(
            "annotationConfigs.update, continuous",
            "PUT /v1/annotation_configs/$CONFIG_ID",
            """{"name":"score","description":"d","type":"CONTINUOUS","optimization_direction":"MAXIMIZE",
               "lower_bound":0.0,"upper_bound":null}""",
        ) {
            it.annotationConfigs.update(
                CONFIG_ID,
                continuousAnnotationConfig("score") {
                    lowerBound = 0.0
                    optimizationDirection = OptimizationDirection.MAXIMIZE
                    description = "d"
                },
            )
        },
        Call(
            "annotationConfigs.create, freeform",
            "POST /v1/annotation_configs",
            """{"name":"why","description":null,"type":"FREEFORM","optimization_direction":null,
               "threshold":0.5,"lower_bound":null,"upper_bound":null}""",
        ) {
            it.annotationConfigs.create(freeformAnnotationConfig("why") { threshold = 0.5 })
        },
        Call("annotationConfigs.delete", "DELETE /v1/annotation_configs/$CONFIG_ID") {
            it.annotationConfigs.delete(CONFIG_ID)
        },
        Call("annotationConfigs.assign", "PUT /v1/projects/p/annotation_configs/tone") {
            it.annotationConfigs.assign("p", "tone")
        },
        Call("annotationConfigs.unassign", "DELETE /v1/projects/p/annotation_configs/tone") {
            it.annotationConfigs.unassign("p", "tone")
        },
        Call(
            "annotationConfigs.replace",
            "PUT /v1/projects/p/annotation_configs",
            """{"annotation_config_ids":["$CONFIG_ID"]}""",
        ) {
            it.annotationConfigs.replace("p", listOf(CONFIG_ID)).single().name shouldBe "tone"
        },
        Call("annotationConfigs.check", "GET /v1/annotation_configs/tone") {
            val check =
                it.annotationConfigs.check(SpanAnnotationData(SPAN, " tone ", label = "calm"))
            check.annotation.score shouldBe 1.0
        },
        Call("projects.list", "GET /v1/projects?name_contains=%C3%BC&limit=100") {
            it.projects.list("ü").toList()
        },
        Call("projects.get", "GET /v1/projects/p") { it.projects.get("p").name shouldBe "p" },
        Call("projects.ensure of one that is there", "GET /v1/projects/p") {
            it.projects.ensure("p")
        },
        Call("projects.update", "PUT /v1/projects/p", """{"description":"d"}""") {
            it.projects.update("p", "d")
        },
        Call("projects.delete", "DELETE /v1/projects/p") { it.projects.delete("p") },
        Call(
            "getSpans",
            "GET /v1/projects/default/spans?trace_id=$TRACE&span_id=$SPAN" +
                "&start_time=2026-01-05T10%3A00%3A00Z&parent_id=null&name=a&span_kind=LLM&status_code=OK" +
                "&attribute=k%3A%22v%22&sort=start_time&order=asc&limit=20",
        ) {
            it.spans
                .getSpans(
                    spanFilter {
                        startTime = START
                        traceIds = listOf(TRACE)
                        spanIds = listOf(SPAN)
                        rootSpansOnly = true
                        names = listOf("a")
                        spanKinds = listOf("LLM")
                        statusCodes = listOf("OK")
                        attributes = mapOf("k" to "v")
                        sort = SpanSort.START_TIME
                        order = SortOrder.ASCENDING
                    },
                    limit = 20,
                )
                .toList()
        },
        Call(
            "querySpans",
            "POST /v1/spans?project_name=a%2Fb",
            """{"queries":[{"select":{"n":{"key":"name"}},"filter":{"condition":"parent_id is None"},
               "explode":{"key":"retrieval.documents","kwargs":{"t":"document.content"},"primary_index_key":"trace_id"},
               "concat":{"key":"llm.input_messages","kwargs":{"m":"message.content"},"separator":"|"},
               "rename":{"n":"name"},"index":{"key":"trace_id"}}],
               "start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T11:00:00.500Z","limit":20}""",
        ) {
            val query =
                SpanQuery()
                    .where(" parent_id is None ")
                    .select(mapOf("n" to "name"))
                    .explode("retrieval.documents", mapOf("t" to "document.content"))
                    .concat("llm.input_messages", mapOf("m" to "message.content"), "|")
                    .rename(mapOf("n" to "name"))
                    .withIndex("trace_id")
            it.spans.querySpans(query, START, END, "a/b", limit = 20).toList() shouldBe
                listOf(mapOf("a_b" to "x"))
        },
        Call(
            "querySpans without a query",
            "POST /v1/spans?project_name=default",
            """{"queries":[{}],"limit":1000}""",
        ) {
            it.spans.querySpans().toList()
        },
        Call("spans.delete", "DELETE /v1/spans/$SPAN") { it.spans.delete(" $SPAN ") },
        Call(
            "getTraces",
            "GET /v1/projects/p/traces?start_time=2026-01-05T10%3A00%3A00Z&end_time=2026-01-05T11%3A00%3A00.500Z" +
                "&session_identifier=a&session_identifier=b&sort=latency_ms&order=asc&include_spans=true" +
                "&filter=latency_ms%20%3E%201&limit=20",
        ) {
            it.traces
                .getTraces(
                    traceQuery {
                        startTime = START
                        endTime = END
                        sessionIds = listOf("a", "b")
                        sort = TraceSort.LATENCY
                        order = SortOrder.ASCENDING
                        includeSpans = true
                        filter = "latency_ms > 1"
                    },
                    "p",
                    limit = 20,
                )
                .toList()
        },
        Call("traces.delete", "DELETE /v1/traces/$TRACE") { it.traces.delete(TRACE) },
        Call(
            "traces.deleteInWindow",
            "DELETE /v1/projects/p/traces?start_time=2026-01-05T10%3A00%3A00Z&end_time=2026-01-05T11%3A00%3A00.500Z",
        ) {
            it.traces.deleteInWindow("p", DeleteWindow(START, END))
        },
        Call(
            "traces.transfer",
            "POST /v1/traces/transfer",
            """{"trace_identifiers":["$TRACE"],"destination_project_identifier":"p"}""",
        ) {
            it.traces.transfer(listOf(TRACE, " $TRACE"), "p").transferredTraceCount shouldBe 1
        },
        Call("sessions.get", "GET /v1/sessions/a%20b") {
            it.sessions.get("a b").sessionId shouldBe "s"
        },
        Call(
            "sessions.list",
            "GET /v1/projects/default/sessions?order=desc&filter=x%20%3E%201&limit=7",
        ) {
            it.sessions.list(order = SortOrder.DESCENDING, filter = "x > 1", limit = 7).toList()
        },
        Call("sessions.delete", "DELETE /v1/sessions/s") { it.sessions.delete("s") },
        Call(
            "sessions.bulkDelete",
            "POST /v1/sessions/delete",
            """{"session_identifiers":["a","b/c"]}""",
        ) {
            it.sessions.bulkDelete(listOf("a", "b/c", "a"))
        },
        Call(
            "logSpans",
            "POST /v1/projects/p/spans",
            """{"data":[{"name":"s","context":{"trace_id":"$TRACE","span_id":"$SPAN"},"span_kind":"UNKNOWN",
               "start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T11:00:00.500Z","status_code":"UNSET",
               "status_message":"","attributes":{"n":[1,null]}}]}""",
        ) {
            it.spans.logSpans(
                listOf(
                    spanData("s", SPAN, TRACE, START, END) {
                        attributes = mapOf("n" to listOf(1, null))
                    }
                ),
                "p",
            )
        },
    )

class RequestsSpec :
    FunSpec({
        for (case in CALLS) {
            test("${case.what} sends ${case.request.substringBefore('?')}") {
                val server = MockPhoenix(answer = ::answerFor)
                case.call(server.client { runtime = FakeTime().runtime() })
                val sent = server.single
                sent.line shouldBe case.request
                if (case.body == null) {
                    sent.body shouldBe ""
                    sent.contentType.shouldBeNull()
                } else {
                    sent.body shouldBeJson case.body
                    sent.contentType shouldBe "application/json"
                }
            }
        }

        test("creating a project looks first, then creates") {
            val server = MockPhoenix { request ->
                if (request.method == "GET") Answer(404, "Project not found")
                else answerFor(request)
            }
            server.client().projects.create("new", "mine").name shouldBe "p"
            server.lines.shouldContainExactly("GET /v1/projects/new", "POST /v1/projects")
            server.requests.last().body shouldBeJson """{"name":"new","description":"mine"}"""
        }

        test("creating a project of a name that is taken is a conflict, and nothing is written") {
            val server = MockPhoenix(answer = ::answerFor)
            shouldThrow<PhoenixException.Conflict> { server.client().projects.create("p") }
                .message shouldContain "ensure"
            server.lines.shouldContainExactly("GET /v1/projects/p")
        }

        test("updating, deleting and replacing configs by name look up their ids") {
            val server = MockPhoenix(answer = ::answerFor)
            val configs = server.client().annotationConfigs
            configs.update("tone", freeformAnnotationConfig("tone"))
            configs.delete("tone")
            configs.replace("p", listOf("tone", CONFIG_ID))
            server.lines.shouldContainExactly(
                "GET /v1/annotation_configs/tone",
                "PUT /v1/annotation_configs/$CONFIG_ID",
                "GET /v1/annotation_configs/tone",
                "DELETE /v1/annotation_configs/$CONFIG_ID",
                "GET /v1/annotation_configs/tone",
                "PUT /v1/projects/p/annotation_configs",
            )
        }

        test("every request says who calls, what it wants, and the key") {
            val server = MockPhoenix(answer = ::answerFor)
            server
                .client {
                    apiKey = "secret-key"
                    headers = mapOf("X-Team" to "blue")
                }
                .projects
                .get("p")
            val headers = server.single.headers
            headers["User-Agent"]!! shouldMatch Regex("phoenix-kt/\\d+\\.\\d+.*")
            headers["Accept"] shouldBe "application/json"
            headers["Authorization"] shouldBe "Bearer secret-key"
            headers["X-Team"] shouldBe "blue"
        }

        test("without a key no Authorization is sent") {
            val server = MockPhoenix(answer = ::answerFor)
            server.client().projects.get("p")
            server.single.headers["Authorization"].shouldBeNull()
        }

        test("a supplied key is asked for every request") {
            val keys = ArrayDeque(listOf("key-1", "key-2"))
            val server = MockPhoenix(answer = ::answerFor)
            val client = server.client { apiKey { keys.removeFirst() } }
            repeat(2) { client.projects.get("p") }
            server.requests
                .map { it.headers["Authorization"] }
                .shouldContainExactly("Bearer key-1", "Bearer key-2")
        }

        test("headers of withOptions replace those of the settings, whatever their case") {
            val server = MockPhoenix(answer = ::answerFor)
            val client = server.client {
                apiKey = "secret-key"
                headers = mapOf("X-Team" to "blue")
            }
            client
                .withOptions {
                    headers = mapOf("x-team" to "red", "authorization" to "Bearer other")
                }
                .projects
                .get("p")
            server.single.headers.getAll("X-Team")!!.shouldContainExactly("red")
            server.single.headers.getAll("Authorization")!!.shouldContainExactly("Bearer other")
        }

        test("a caller's own User-Agent takes the place of ours") {
            val server = MockPhoenix(answer = ::answerFor)
            server.client { headers = mapOf("User-Agent" to "my-app/1") }.projects.get("p")
            server.single.headers.getAll("User-Agent")!!.shouldContainExactly("my-app/1")
        }

        test("a header of withOptions that cannot be sent is the caller's mistake, and not shown") {
            val server = MockPhoenix(answer = ::answerFor)
            val error =
                shouldThrow<IllegalArgumentException> {
                    server
                        .client()
                        .withOptions { headers = mapOf("X-Key" to "px-secret\r\nX-Evil: 1") }
                        .projects
                        .get("p")
                }
            error.message shouldContain "X-Key"
            ("px-secret" in error.message.orEmpty()) shouldBe false
            server.requests.size shouldBe 0
        }

        test("a failing key supplier is the caller's error, not a broken connection") {
            val server = MockPhoenix(answer = ::answerFor)
            val client = server.client {
                apiKey { throw UnsupportedOperationException("vault shut") }
            }
            shouldThrow<UnsupportedOperationException> { client.projects.get("p") }
            server.requests.size shouldBe 0
        }

        test("a path in the endpoint is kept") {
            val server = MockPhoenix(answer = ::answerFor)
            server.client { endpoint = "https://phoenix.test/s/my%20space/" }.projects.get("p")
            server.single.url shouldBe "https://phoenix.test/s/my%20space/v1/projects/p"
        }

        listOf(
                "a b" to "a%20b",
                "ü" to "%C3%BC",
                "50%" to "50%25",
                "a?b" to "a%3Fb",
                "a#b" to "a%23b",
                "a+b" to "a+b",
                "%2F" to "%252F",
                "😀" to "%F0%9F%98%80",
            )
            .forEach { (name, encoded) ->
                test("the project name $name is encoded in the path") {
                    val server = MockPhoenix(answer = ::answerFor)
                    server.client { project = name }.spans.getSpans().toList()
                    server.single.path shouldBe "/v1/projects/$encoded/spans"
                }
            }

        listOf("a/b", ".", "..", " ", "\ud83d", "a\u0000").forEach { name ->
            test("the project name \"${name.map { it.code }}\" cannot be addressed") {
                val server = MockPhoenix(answer = ::answerFor)
                shouldThrow<IllegalArgumentException> { server.client().projects.get(name) }
                shouldThrow<IllegalArgumentException> {
                    server.client().spans.deleteSpanAnnotations(name, DeleteAll)
                }
                server.requests.size shouldBe 0
            }
        }

        test("a delete whose filter is blank is refused, instead of deleting everything") {
            val server = MockPhoenix(answer = ::answerFor)
            for (blank in listOf("", " ", "\u00A0", "\u0085")) {
                shouldThrow<IllegalArgumentException> {
                    server.client().spans.deleteSpanAnnotations("p", DeleteAll, name = blank)
                }
                shouldThrow<IllegalArgumentException> {
                    server.client().spans.deleteSpanAnnotations("p", DeleteAll, identifier = blank)
                }
            }
            server.requests.size shouldBe 0
        }

        test("a delete window that ends before it starts is refused") {
            shouldThrow<IllegalArgumentException> { DeleteWindow(END, START) }
            shouldThrow<IllegalArgumentException> { DeleteWindow(START, START) }
        }

        test("logging nothing is an error, and nothing is sent") {
            val server = MockPhoenix()
            val client = server.client()
            shouldThrow<IllegalArgumentException> { client.spans.logSpanAnnotations(emptyList()) }
            shouldThrow<IllegalArgumentException> {
                client.spans.logDocumentAnnotations(emptyList())
            }
            shouldThrow<IllegalArgumentException> { client.traces.logTraceAnnotations(emptyList()) }
            shouldThrow<IllegalArgumentException> {
                client.sessions.logSessionAnnotations(emptyList())
            }
            shouldThrow<IllegalArgumentException> { client.spans.logSpans(emptyList()) }
            (server.requests + server.versionRequests).size shouldBe 0
        }

        test("spans that share an id are refused, since Phoenix would keep only one") {
            val server = MockPhoenix()
            val twice = List(2) { spanData("s", SPAN, TRACE, START, END) }
            shouldThrow<IllegalArgumentException> { server.client().spans.logSpans(twice) }
                .message shouldContain SPAN
            server.requests.size shouldBe 0
        }

        test("a view with options shares the client's life") {
            val server = MockPhoenix(answer = ::answerFor)
            val client = server.client()
            client.withOptions { timeout = Duration.ofSeconds(1) }.close()
            shouldThrow<IllegalStateException> { client.projects.get("p") }
            server.lines shouldBe emptyList()
        }

        test("the key goes with the question for the version, too") {
            val server = MockPhoenix(answer = ::answerFor)
            server.client { apiKey = "secret-key" }.spans.addSpanAnnotation(SPAN, "a", score = 1.0)
            server.versionRequests.map { it.headers["Authorization"] } shouldContain
                "Bearer secret-key"
        }
    })
