package io.github.phoenixkt.reading

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.SpanQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.random.Random
import kotlinx.coroutines.flow.toList

class SpanQueryPagingSpec :
    FunSpec({
        val random = Random(11)
        val shapes =
            mapOf(
                "one after the other" to spansOf(500) { it * 1_000L },
                "in bursts of one moment" to spansOf(500) { it / 30 * 5L },
                "all at one moment" to spansOf(300) { 0L },
                "at random, far apart" to spansOf(500) { random.nextLong(1L shl 50) },
                "one alone, then very many" to spansOf(200) { if (it == 0) 0L else 1L },
                "exactly one page" to spansOf(40) { it.toLong() },
                "none" to spansOf(0) { 0L },
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
            val spans = spansOf(300) { it / 3 * 7L }
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
            val spans = spansOf(20_000) { it * 1_000L }
            val route = QueryRoute(spans)
            val server = MockPhoenix(answer = route::answer)
            server.client().spans.querySpans().toList().keys() shouldBe keysOf(spans)
            route.largestAnswer shouldBe 1_000
            server.requests.size shouldBeLessThan 50
        }

        test("later spans come first") {
            val route = QueryRoute(spansOf(3_000) { it.toLong() })
            val rows = MockPhoenix(answer = route::answer).client().spans.querySpans().toList()
            val pages = rows.map { 2_999 - it["id"].toString().toInt() }.chunked(999)
            pages.zipWithNext().forEach { (one, next) -> one.max() shouldBeLessThan next.min() }
        }

        test("a small limit takes one request, a large one is an end") {
            val route = QueryRoute(spansOf(3_000) { it.toLong() })
            val server = MockPhoenix(answer = route::answer)
            server.client().spans.querySpans(limit = 12).toList().size shouldBe 12
            server.requests.size shouldBe 1
            server.client().spans.querySpans(limit = 1_500).toList().distinct().size shouldBe 1_500
        }

        test("a limit of one goes on from a cursor, as any other") {
            val client =
                MockPhoenix(answer = QueryRoute(spansOf(90) { it.toLong() })::answer).client()
            val page = client.spans.querySpansPage(limit = 40)
            val cursor = page.nextCursor.shouldNotBeNull()
            for (limit in 1..3) {
                val rows = client.spans.querySpans(limit = limit, cursor = cursor).toList()
                rows.distinct().size shouldBe limit
                rows.filter { it in page.items }.shouldBeEmpty()
            }
            client.spans.querySpans(limit = 1).toList().size shouldBe 1
        }

        test("a page of one row is refused, since it cannot show that it is complete") {
            val client = MockPhoenix(answer = QueryRoute(emptyList())::answer).client()
            shouldThrow<IllegalArgumentException> { client.spans.querySpansPage(limit = 1) }
                .message shouldContain "limit must be from 2"
        }

        test("a window is kept, and cut within") {
            val spans = spansOf(5_000) { it.toLong() }
            val route = QueryRoute(spans)
            val (from, to) = spans[1_000].start to spans[4_000].start
            val client = MockPhoenix(answer = route::answer).client()
            client.spans.querySpans(startTime = from, endTime = to).toList().keys() shouldBe
                keysOf(spans.subList(1_000, 4_000))
        }

        test("a flow that fails goes on from its cursor") {
            val spans = spansOf(5_000) { it.toLong() }
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
            val route = QueryRoute(spansOf(1) { 0 })
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
