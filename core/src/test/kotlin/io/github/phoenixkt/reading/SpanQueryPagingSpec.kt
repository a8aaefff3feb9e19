package io.github.phoenixkt.reading

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.SpanQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlin.random.Random
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private val EPOCH: Instant = Instant.parse("2026-01-05T10:00:00.000001Z")

private class QueriedSpan(val id: Int, val start: Instant)

/**
 * The query route as far as paging goes: a window, a limit, rows in no order, and with `explode`
 * several of them for each span, up to the limit in all.
 */
private class QueryRoute(private val spans: List<QueriedSpan>, private val rowsPerSpan: Int = 1) {
    /** No reading here needs as many requests: one that goes in circles ends. */
    var failAt = 2_000
    var largestAnswer = 0
    private var answers = 0
    private val random = Random(7)

    fun answer(request: SentRequest): Answer {
        if (request.method == "GET") return json("""{"data":{"id":"P","name":"default"}}""")
        if (++answers >= failAt) return Answer(403, "enough")
        val body = Json.parseToJsonElement(request.body).jsonObject
        val start = body.time("start_time") ?: Instant.MIN
        val end = body.time("end_time") ?: Instant.MAX
        val limit = body.getValue("limit").jsonPrimitive.int
        val found = spans.filter { it.start >= start && it.start < end }.shuffled(random)
        val query = body.getValue("queries").jsonArray.single().jsonObject
        val fields: String
        val rows: List<String>
        if (query["select"] != null && "start_time" in query["select"]!!.jsonObject) {
            fields = """{"name":"0_start_time","type":"datetime"}"""
            rows = found.take(limit).map { """{"0_start_time":"${it.start}"}""" }
        } else {
            fields = """{"name":"0_id","type":"string"},{"name":"1_position","type":"integer"}"""
            rows =
                found
                    .flatMap { span -> List(rowsPerSpan) { span.id to it } }
                    .take(limit)
                    .map { (id, position) -> """{"0_id":"$id","1_position":$position}""" }
            largestAnswer = maxOf(largestAnswer, rows.size)
        }
        val table = """{"schema":{"fields":[$fields]},"data":[${rows.joinToString(",")}]}"""
        return multipart(table)
    }

    private fun JsonObject.time(name: String) =
        this[name]?.jsonPrimitive?.content?.let(Instant::parse)
}

private fun multipart(table: String, end: String = "\r\n--x-y--\r\n") =
    Answer(
        body = "--x-y\r\nContent-Type: application/json\r\n\r\n$table$end",
        contentType = "multipart/mixed; boundary=x-y",
    )

private fun spans(count: Int, start: (Int) -> Long) =
    List(count) { QueriedSpan(it, EPOCH.plus(start(it), ChronoUnit.MICROS)) }

private fun List<Map<String, Any?>>.keys() = map { "${it["id"]}/${it["position"]}" }.sorted()

private fun keysOf(spans: List<QueriedSpan>, rowsPerSpan: Int = 1) =
    spans.flatMap { span -> List(rowsPerSpan) { "${span.id}/$it" } }.sorted()

class SpanQueryPagingSpec :
    FunSpec({
        val random = Random(11)
        val shapes =
            mapOf(
                "one after the other" to spans(500) { it * 1_000L },
                "in bursts of one moment" to spans(500) { it / 30 * 5L },
                "all at one moment" to spans(300) { 0L },
                "at random, far apart" to spans(500) { random.nextLong(1L shl 50) },
                "one alone, then very many" to spans(200) { if (it == 0) 0L else 1L },
                "exactly one page" to spans(40) { it.toLong() },
                "none" to spans(0) { 0L },
            )
        for ((shape, spans) in shapes) {
            test("pages hold every row once when spans start $shape") {
                val route = QueryRoute(spans)
                val client = MockPhoenix(answer = route::answer).client()
                val rows = mutableListOf<Map<String, Any?>>()
                var cursor: String? = null
                do {
                    val page = client.spans.querySpansPage(cursor = cursor, limit = 40)
                    rows += page.items
                    cursor = page.nextCursor
                } while (cursor != null)
                rows.keys() shouldBe keysOf(spans)
            }
        }

        test("with explode, too, where the limit counts rows and not spans") {
            val spans = spans(300) { it / 3 * 7L }
            val route = QueryRoute(spans, rowsPerSpan = 13)
            val client = MockPhoenix(answer = route::answer).client()
            val rows = mutableListOf<Map<String, Any?>>()
            var cursor: String? = null
            do {
                val page =
                    client.spans.querySpansPage(
                        SpanQuery().explode("retrieval.documents"),
                        cursor = cursor,
                        limit = 100,
                    )
                rows += page.items
                cursor = page.nextCursor
            } while (cursor != null)
            rows.keys() shouldBe keysOf(spans, 13)
        }

        test("the flow reads 20,000 rows, in pages of less than a thousand and few requests") {
            val spans = spans(20_000) { it * 1_000L }
            val route = QueryRoute(spans)
            val server = MockPhoenix(answer = route::answer)
            server.client().spans.querySpans().toList().keys() shouldBe keysOf(spans)
            route.largestAnswer shouldBe 1_000
            server.requests.size shouldBeLessThan 25
        }

        test("later spans come first") {
            val route = QueryRoute(spans(3_000) { it.toLong() })
            val rows = MockPhoenix(answer = route::answer).client().spans.querySpans().toList()
            val pages = rows.map { 2_999 - it["id"].toString().toInt() }.chunked(999)
            pages.zipWithNext().forEach { (one, next) -> one.max() shouldBeLessThan next.min() }
        }

        test("a small limit takes one request, a large one is an end") {
            val route = QueryRoute(spans(3_000) { it.toLong() })
            val server = MockPhoenix(answer = route::answer)
            server.client().spans.querySpans(limit = 12).toList().size shouldBe 12
            server.requests.size shouldBe 1
            server.client().spans.querySpans(limit = 1_500).toList().distinct().size shouldBe 1_500
        }

        test("a window is kept, and cut within") {
            val spans = spans(5_000) { it.toLong() }
            val route = QueryRoute(spans)
            val (from, to) = spans[1_000].start to spans[4_000].start
            val client = MockPhoenix(answer = route::answer).client()
            client.spans.querySpans(startTime = from, endTime = to).toList().keys() shouldBe
                keysOf(spans.subList(1_000, 4_000))
        }

        test("a flow that fails goes on from its cursor") {
            val spans = spans(5_000) { it.toLong() }
            val route = QueryRoute(spans).apply { failAt = 5 }
            val client = MockPhoenix(answer = route::answer).client()
            val before = mutableListOf<Map<String, Any?>>()
            val error =
                shouldThrow<PhoenixException.Forbidden> {
                    client.spans.querySpans().collect { before += it }
                }
            val progress = error.readProgress.shouldNotBeNull()
            progress.delivered shouldBe before.size.toLong()
            route.failAt = 2_000
            val rest = client.spans.querySpans(cursor = progress.nextCursor).toList()
            (before + rest).keys() shouldBe keysOf(spans)
        }

        test("an answer that ends early is an error, not fewer rows") {
            val table = """{"schema":{"fields":[]},"data":[]}"""
            for (answer in
                listOf(
                    multipart(table, end = ""),
                    multipart(table, end = "\r\n--x-y\r\n"),
                    Answer(body = "--x", contentType = "multipart/mixed; boundary=x-y"),
                    Answer(body = "", contentType = "multipart/mixed"),
                    multipart("""{"schema":{"fields":[]},"data":[{"""),
                )) {
                shouldThrow<PhoenixException.UnexpectedResponse> {
                        MockPhoenix { answer }.client().spans.querySpans().toList()
                    }
                    .message shouldContain "POST /v1/spans"
            }
        }

        test("an HTML page is an error, and so is JSON alone") {
            for (answer in listOf(Answer(200, "<html>", "text/html"), json("""{"data":[]}"""))) {
                shouldThrow<PhoenixException.UnexpectedResponse> {
                        MockPhoenix { answer }.client().spans.querySpans().toList()
                    }
                    .message shouldContain "instead of"
            }
        }

        test("a project that is not there is told, once nothing was found") {
            val route = QueryRoute(emptyList())
            val server = MockPhoenix { request ->
                if (request.method == "GET") Answer(404, "Project not found")
                else route.answer(request)
            }
            for (limit in listOf(null, 3)) {
                shouldThrow<PhoenixException.NotFound> {
                    server.client().spans.querySpans(project = "none", limit = limit).toList()
                }
            }
            server.lines
                .distinct()
                .shouldContainExactly(
                    "POST /v1/spans?project_name=none",
                    "GET /v1/projects/none",
                )
        }

        test("a project's id becomes its name, which is all that the route knows") {
            val route = QueryRoute(spans(1) { 0 })
            val server = MockPhoenix(answer = route::answer)
            server.client().spans.querySpans(project = "UHJvamVjdDox").toList().size shouldBe 1
            server.lines.shouldContainExactly(
                "GET /v1/projects/UHJvamVjdDox",
                "POST /v1/spans?project_name=default",
            )
        }

        test("where a server refuses the form with a dot, the error says what to write") {
            suspend fun refusal(condition: String) =
                shouldThrow<PhoenixException.Rejected> {
                        MockPhoenix { Answer(422, "Invalid query: invalid expression") }
                            .client()
                            .spans
                            .querySpans(SpanQuery().where(condition))
                            .toList()
                    }
                    .message
            refusal("metadata.session_id == \"session-123\"") shouldContain
                "metadata['session_id'] instead of metadata.session_id"
            refusal("name == 'metadata.session_id'") shouldContain "annotations['tone'].label"
        }

        test("a query says what it is, and is not changed by what is made of it") {
            val all = SpanQuery()
            all.where("a == 1").select("b")
            all.toString() shouldBe "SpanQuery({})"
            SpanQuery().where("a == 1").where("b == 2").toString() shouldBe
                """SpanQuery({"filter":{"condition":"b == 2"}})"""
        }
    })
