package io.github.phoenixkt.reading

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.spanFilter
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList

private const val TIMES =
    """"start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T10:00:01Z""""

/** One list of Phoenix, as far as paging goes: what an item looks like, and how it is read. */
private class Listing(
    val name: String,
    val usual: Int,
    val item: (Int) -> String,
    val read: (PhoenixClient) -> Flow<String>,
)

private val LISTINGS =
    listOf(
        Listing("spans", 1_000, ::span) { it.spans.getSpans().map { span -> span.spanId } },
        Listing("traces", 1_000, { """{"id":"$it","trace_id":"$it",$TIMES}""" }) {
            it.traces.getTraces().map { trace -> trace.traceId }
        },
        Listing(
            "sessions",
            100,
            { """{"id":"$it","session_id":"$it","project_id":"P",$TIMES}""" },
        ) {
            it.sessions.list().map { session -> session.sessionId }
        },
        Listing("projects", 100, { """{"id":"$it","name":"$it"}""" }) {
            it.projects.list().map { project -> project.name }
        },
        Listing("configs", 100, { """{"id":"$it","name":"$it","type":"FREEFORM"}""" }) {
            it.annotationConfigs.list().map { config -> config.name }
        },
        Listing(
            "configs of a project",
            100,
            { """{"id":"$it","name":"$it","type":"FREEFORM"}""" },
        ) {
            it.annotationConfigs.list("p").map { config -> config.name }
        },
        Listing("span annotations", 1_000, { annotation(it, "span_id") }) {
            it.spans.getSpanAnnotations(listOf("s")).map { row -> row.id }
        },
        Listing("trace annotations", 1_000, { annotation(it, "trace_id") }) {
            it.traces.getTraceAnnotations(listOf("s")).map { row -> row.id }
        },
        Listing("session annotations", 1_000, { annotation(it, "session_id") }) {
            it.sessions.getSessionAnnotations(listOf("s")).map { row -> row.id }
        },
    )

private fun span(number: Int) =
    """{"name":"n","context":{"trace_id":"t","span_id":"$number"},$TIMES}"""

private fun annotation(number: Int, target: String) =
    """{"id":"$number","$target":"s","name":"a","annotator_kind":"HUMAN","result":{"score":1.0},
        "metadata":{},"identifier":"","source":"API","created_at":"2026-01-05T10:00:00Z",
        "updated_at":"2026-01-05T10:00:00Z"}"""

private val SentRequest.limit: Int
    get() = this["limit"].single().toInt()

private val SentRequest.offset: Int
    get() = this["cursor"].singleOrNull()?.toInt() ?: 0

private operator fun SentRequest.get(name: String): List<String> =
    query.split('&').filter { it.startsWith("$name=") }.map { it.substringAfter('=') }

/** The page that a request asks for, of [total] items. */
private fun page(request: SentRequest, total: Int, item: (Int) -> String): Answer {
    val end = minOf(request.offset + request.limit, total)
    val items = (request.offset until end).joinToString(",", transform = item)
    val next = if (end < total) "\"$end\"" else "null"
    return json("""{"data":[$items],"next_cursor":$next}""")
}

private fun tooMuch(status: Int) = Answer(status, "upstream timed out", version = null)

class PageSizesSpec :
    FunSpec({
        LISTINGS.forEach { listing ->
            listOf(504, 413).forEach { status ->
                test("${listing.name}: a page that ends in $status is asked for in halves") {
                    val most = listing.usual / 10
                    val total = listing.usual * 2 + 7
                    val server = MockPhoenix { request ->
                        if (request.limit > most) tooMuch(status)
                        else page(request, total, listing.item)
                    }
                    val time = FakeTime()
                    val read = listing.read(server.client { runtime = time.runtime() }).toList()
                    read shouldContainExactly List(total) { "$it" }
                    time.sleeps.shouldBeEmpty()
                    val half = listing.usual / 2
                    server.requests.take(5).map { it.limit to it.offset } shouldContainExactly
                        listOf(
                            listing.usual to 0,
                            half to 0,
                            half / 2 to 0,
                            half / 4 to 0,
                            half / 8 to 0,
                        )
                    // Each page once, from where the one before it ended.
                    server.requests
                        .filter { it.limit <= most }
                        .zipWithNext { one, next -> next.offset - one.offset - one.limit }
                        .distinct() shouldBe listOf(0)
                }
            }

            test("${listing.name}: a page size of one's own") {
                val server = MockPhoenix { page(it, 7, listing.item) }
                val client = server.client().withOptions { pageSize = 3 }
                listing.read(client).toList() shouldContainExactly List(7) { "$it" }
                server.requests.map { it.limit to it.offset } shouldContainExactly
                    listOf(3 to 0, 3 to 3, 3 to 6)
            }
        }

        test("a query in windows of time is asked for in halves") {
            val spans = spansOf(1_500) { it * 1_000L }
            val route = QueryRoute(spans)
            val limits = mutableListOf<Int>()
            val server = MockPhoenix { request ->
                val limit = Regex("\"limit\":(\\d+)").find(request.body)?.groupValues?.get(1)
                val times = "\"select\":{\"start_time\"" in request.body
                if (limit != null && !times) limits += limit.toInt()
                if (!times && limit.orEmpty().ifEmpty { "0" }.toInt() > 100) tooMuch(504)
                else route.answer(request)
            }
            val client = server.client { runtime = FakeTime().runtime() }
            client.spans.querySpans().toList().keys() shouldBe keysOf(spans)
            limits.take(5) shouldContainExactly listOf(1_000, 500, 250, 125, 62)
            // Where the first ones would do, it is no longer the server that chooses them.
            val some = client.spans.querySpans(limit = 300).toList().keys()
            some.distinct().size shouldBe 300
            keysOf(spans).containsAll(some) shouldBe true
        }

        test("a single item that is too much is an error that says so, after the usual attempts") {
            val server = MockPhoenix { tooMuch(504) }
            val time = FakeTime()
            val error =
                shouldThrow<PhoenixException.ServerError> {
                    server.client { runtime = time.runtime() }.spans.getSpans().toList()
                }
            error.status shouldBe 504
            error.message shouldContain
                "GET /v1/projects/default/spans failed with 504 after 4 attempts"
            error.message shouldContain "asked for a single item"
            server.requests.map { it.limit } shouldContainExactly
                listOf(1_000, 500, 250, 125, 62, 31, 15, 7, 3, 1, 1, 1, 1)
        }

        test("a reading that has begun tells where it stopped, and goes on from there") {
            val sick = 130
            var well = false
            val server = MockPhoenix { request ->
                val hit = sick in request.offset until request.offset + request.limit
                if (hit && !well) tooMuch(504) else page(request, 200, ::span)
            }
            val client = server.client { runtime = FakeTime().runtime() }
            val read = mutableListOf<String>()
            val error =
                shouldThrow<PhoenixException.ServerError> {
                    client.spans.getSpans().collect { read += it.spanId }
                }
            read shouldContainExactly List(sick) { "$it" }
            well = true
            client.spans.getSpans(cursor = error.readProgress?.nextCursor).collect {
                read += it.spanId
            }
            read shouldContainExactly List(200) { "$it" }
        }

        test("after ten good pages they are twice as large again") {
            var failures = 1
            val server = MockPhoenix { request ->
                if (failures-- > 0) tooMuch(504) else page(request, 7_000, ::span)
            }
            server.client().spans.getSpans().toList().size shouldBe 7_000
            server.requests.map { it.limit } shouldContainExactly
                listOf(1_000) + List(10) { 500 } + listOf(1_000, 1_000)
        }

        test("where each failure takes a minute, halving ends after five") {
            val time = FakeTime()
            val server = MockPhoenix {
                time.now += Duration.ofMinutes(1)
                tooMuch(504)
            }
            val error =
                shouldThrow<PhoenixException.ServerError> {
                    server.client { runtime = time.runtime() }.spans.getSpans().toList()
                }
            server.requests.map { it.limit } shouldContainExactly listOf(1_000, 500, 250, 125, 62)
            error.message shouldContain "asked for 62 items"
        }

        test("another failure is no reason to ask for less") {
            val server = MockPhoenix { Answer(503, "busy", version = null) }
            val client = server.client { runtime = FakeTime().runtime() }
            shouldThrow<PhoenixException.ServerError> { client.spans.getSpans().toList() }
            server.requests.map { it.limit } shouldContainExactly List(4) { 1_000 }
        }

        test("a 504 of the version look-up is not one of the page") {
            val server = MockPhoenix(versionAnswer = tooMuch(504)) { page(it, 3, ::span) }
            val client = server.client { runtime = FakeTime().runtime() }
            val ofTrace = spanFilter { traceIds = listOf("t") }
            shouldThrow<PhoenixException> { client.spans.getSpans(ofTrace).toList() }
            server.versionRequests.size shouldBe 4
            server.requests.shouldBeEmpty()
        }

        test("one page is what its caller asks for, and a 504 of it is repeated") {
            val server = MockPhoenix { tooMuch(504) }
            val client = server.client { runtime = FakeTime().runtime() }
            shouldThrow<PhoenixException.ServerError> { client.spans.getSpansPage(limit = 50) }
            server.requests.map { it.limit } shouldContainExactly List(4) { 50 }
        }

        test("page sizes out of range are refused") {
            val client = MockPhoenix().client()
            listOf(0, -1, 1_001).forEach { size ->
                shouldThrow<IllegalArgumentException> { client.withOptions { pageSize = size } }
                    .message shouldContain "pageSize must be from 1 to 1000 but is $size"
            }
        }
    })
