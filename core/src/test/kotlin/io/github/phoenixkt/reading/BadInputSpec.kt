package io.github.phoenixkt.reading

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import java.util.Base64
import kotlinx.coroutines.flow.toList

private val EARLY: Instant = Instant.parse("2026-01-05T10:00:00Z")
private val LATE: Instant = Instant.parse("2026-01-05T11:00:00Z")

private val SESSION_GLOBAL_ID =
    Base64.getEncoder().encodeToString("ProjectSession:1".encodeToByteArray())

private class Bad(val what: String, val reason: String, val call: suspend (PhoenixClient) -> Any?)

private val BAD =
    listOf(
        Bad("a filter whose window ends before it starts", "ends") {
            it.spans.getSpans(
                spanFilter {
                    startTime = LATE
                    endTime = EARLY
                }
            )
        },
        Bad("a filter with an empty window", "ends") {
            it.spans.getSpans(
                spanFilter {
                    startTime = EARLY
                    endTime = EARLY
                }
            )
        },
        Bad("a parent of root spans", "not both") {
            it.spans.getSpans(
                spanFilter {
                    parentId = "a"
                    rootSpansOnly = true
                }
            )
        },
        Bad("a blank parent", "parentId") { it.spans.getSpans(spanFilter { parentId = " " }) },
        Bad("a blank span id", "span ids") {
            it.spans.getSpans(spanFilter { spanIds = listOf("a", " ") })
        },
        Bad("a limit of none", "limit") { it.spans.getSpans(limit = 0) },
        Bad("a page of none", "limit") { it.spans.getSpansPage(limit = 0) },
        Bad("a page that is too large", "1000") { it.spans.getSpansPage(limit = 1_001) },
        Bad("a cursor of somewhere else", "cursor") { it.spans.getSpansPage(cursor = "U3Bhbjox") },
        Bad("a cursor of another filter", "cursor") { it.spans.getSpansPage(cursor = "1:") },
        Bad("names that no request holds", "too long") {
            it.spans.getSpans(spanFilter { names = (0..900).map { "name $it" } })
        },
        Bad("a query whose window ends before it starts", "ends") {
            it.spans.querySpans(startTime = LATE, endTime = EARLY)
        },
        Bad("a blank condition", "condition") { SpanQuery().where(" ") },
        Bad("a condition with half a character", "condition") {
            SpanQuery().where("name == '\ud83d'")
        },
        Bad("a selection of nothing", "select") { SpanQuery().select() },
        Bad("a blank column", "select") { SpanQuery().select("name", " ") },
        Bad("a blank list to explode", "key") { SpanQuery().explode("") },
        Bad("a blank index", "key") { SpanQuery().withIndex("") },
        Bad("a page of one row, which could never be complete", "from 2") {
            it.spans.querySpansPage(limit = 1)
        },
        Bad("a query limit below one", "limit") { it.spans.querySpans(limit = -1) },
        Bad("a cursor of no query", "cursor") { it.spans.querySpansPage(cursor = "0:x") },
        Bad("a cursor that goes up", "cursor") { it.spans.querySpansPage(cursor = "t.1.2") },
        Bad("a cursor that is cut", "cursor") { it.spans.querySpansPage(cursor = "t.2.") },
        Bad("a cursor outside of the window", "cursor") {
            it.spans.querySpansPage(startTime = EARLY, cursor = "t.1")
        },
        Bad("traces of a window that ends before it starts", "ends") {
            traceQuery {
                startTime = LATE
                endTime = EARLY
            }
        },
        Bad("traces of too many sessions", "at most 100") {
            traceQuery { sessionIds = (0..100).map { "s$it" } }
        },
        Bad("traces of a blank session", "session ids") { traceQuery { sessionIds = listOf("") } },
        Bad("a blank trace filter", "filter") { traceQuery { filter = " " } },
        Bad("a time cursor without a time", "cursor") {
            it.traces.getTracesPage(cursor = "time:x")
        },
        Bad("a time cursor for another order", "sorted") {
            it.traces.getTracesPage(
                traceQuery { sort = TraceSort.LATENCY },
                cursor = "time:2026-01-05T10:00:00Z,a",
            )
        },
        Bad("no traces to move", "empty") { it.traces.transfer(emptyList(), "p") },
        Bad("a blank trace to delete", "traceId") { it.traces.delete("\u00A0") },
        Bad("a blank span to delete", "spanId") { it.spans.delete("") },
        Bad("a trace with a slash", "slash") { it.traces.delete("a/b") },
        Bad("a blank session", "sessionId") { it.sessions.get(" ") },
        Bad("the turns of a blank session", "sessionId") { it.sessions.getSessionTurns(" ") },
        Bad("a session with a slash", "Use its id") { it.sessions.delete("a/b") },
        Bad("no sessions to delete", "empty") { it.sessions.bulkDelete(emptyList()) },
        Bad("sessions by both kinds of ids", "two calls") {
            it.sessions.bulkDelete(listOf("a", SESSION_GLOBAL_ID))
        },
        Bad("a blank session filter", "filter") { it.sessions.listPage(filter = "") },
        Bad("no spans to log", "empty") { it.spans.logSpans(emptyList()) },
        Bad("a span twice in one list", "share") {
            it.spans.logSpans(List(2) { spanData("s", "i", "t", EARLY, LATE) })
        },
    )

class BadInputSpec :
    FunSpec({
        for (bad in BAD) {
            test("${bad.what} is refused before anything is sent") {
                val server = MockPhoenix()
                val client = server.client()
                client.serverVersion()
                shouldThrow<IllegalArgumentException> { bad.call(client) }.message shouldContain
                    bad.reason
                server.requests.shouldBeEmpty()
            }
        }

        test("a list of nothing finds nothing, and asks for nothing") {
            val server = MockPhoenix()
            val client = server.client()
            val none = emptyList<String>()
            listOf(
                    spanFilter { traceIds = none },
                    spanFilter { spanIds = none },
                    spanFilter { names = none },
                    spanFilter { spanKinds = none },
                    spanFilter { statusCodes = none },
                )
                .forEach { client.spans.getSpans(it).toList() shouldBe emptyList() }
            client.traces.getTraces(traceQuery { sessionIds = none }).toList() shouldBe emptyList()
            server.requests.shouldBeEmpty()
        }
    })
