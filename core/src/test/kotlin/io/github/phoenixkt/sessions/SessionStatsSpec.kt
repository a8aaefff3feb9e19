package io.github.phoenixkt.sessions

import io.github.phoenixkt.spans.StoredSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant

private val START = Instant.parse("2026-01-05T10:00:00Z")

private fun span(
    session: String?,
    trace: String = "t",
    millis: Long = 1,
    at: Long = 0,
    status: String = "OK",
    attributes: Map<String, Any?> = emptyMap(),
): StoredSpan {
    val start = START.plusMillis(at)
    val all = attributes + listOfNotNull(session?.let { "session.id" to it })
    return StoredSpan(
        "S",
        "n",
        "a1",
        trace,
        "LLM",
        null,
        start,
        start.plusMillis(millis),
        status,
        "",
        all,
        emptyList(),
    )
}

private fun tokens(prompt: Any?, completion: Any?, total: Any?) =
    mapOf(
        "llm.token_count.prompt" to prompt,
        "llm.token_count.completion" to completion,
        "llm.token_count.total" to total,
    )

private fun SessionStats.latencies() =
    listOf(latencyMsMean, latencyMsSum, latencyMsMax, latencyMsP95)

private fun SessionStats.tokenCounts() =
    listOf(tokenCountPrompt, tokenCountCompletion, tokenCountTotal)

class SessionStatsSpec :
    FunSpec({
        test("all figures, in the order in which the sessions began, those of none last") {
            val (early, late, none) =
                SessionStats.of(
                    listOf(
                        span(null, "x", at = -10),
                        span("late", "a", 100, at = 50, attributes = tokens(1L, 2L, 3L)),
                        span("early", "b", 300, 10, "ERROR", tokens(4L, null, 20.0)),
                        span("early", "b", 200, 20, "error", tokens(5L, 6L, Double.NaN)),
                        span("late", "c", 60, at = 60),
                        span(null, "y"),
                    )
                )
            early.sessionId shouldBe "early"
            listOf(early.turns, early.spans, early.errors) shouldBe listOf(1, 2, 2)
            early.latencies() shouldBe listOf(250.0, 500.0, 300.0, 295.0)
            early.tokenCounts() shouldBe listOf(9L, 6L, 20L)
            early.startTime shouldBe START.plusMillis(10)
            early.endTime shouldBe START.plusMillis(310)
            late.sessionId shouldBe "late"
            listOf(late.turns, late.spans, late.errors) shouldBe listOf(2, 2, 0)
            late.endTime shouldBe START.plusMillis(150)
            none.sessionId shouldBe null
            none.turns shouldBe 2
            "$none" shouldBe
                "SessionStats(no session, 2 turns, 2 spans, 0 errors, latency 2.0 ms, 0 tokens, " +
                    "from 2026-01-05T09:59:59.990Z)"
        }

        test("the percentile lies between the two nearest values, as that of pandas") {
            quantile(DoubleArray(20) { it + 1.0 }, 0.95) shouldBe (19.05 plusOrMinus 1e-12)
            quantile(doubleArrayOf(7.0), 0.95) shouldBe 7.0
            quantile(doubleArrayOf(1.0, 2.0, 3.0, 4.0), 0.5) shouldBe 2.5
            quantile(doubleArrayOf(1.0, 5.0), 1.0) shouldBe 5.0
        }

        test("the percentile is exact for any number of spans, in whatever order they come") {
            val spans = (1..1_001L).shuffled().map { span("a", millis = it) }
            SessionStats.of(spans).single().latencyMsP95 shouldBe 951.0
        }

        test("spans that last for centuries, for instance since year 1, are counted") {
            val millis = Duration.between(Instant.parse("0001-01-01T00:00:00Z"), START).toMillis()
            val stats = SessionStats.of(List(2) { span("s", millis = millis) }).single()
            stats.latencyMsMax!! shouldBe (millis.toDouble() plusOrMinus 1.0)
            stats.latencyMsSum shouldBe (2.0 * millis plusOrMinus 1.0)
        }

        test("the session: the attribute, else the metadata as Phoenix sends them") {
            fun sessionOf(vararg attributes: Pair<String, Any?>) =
                SessionStats.of(listOf(span(null, attributes = mapOf(*attributes))))
                    .single()
                    .sessionId
            sessionOf("session.id" to " direct ", "metadata.session_id" to "x") shouldBe "direct"
            sessionOf("session.id" to " ", "metadata.session_id" to "flat") shouldBe "flat"
            sessionOf("session.id" to 7L) shouldBe "7"
            sessionOf("metadata" to """ {"session_id": " from text "}""") shouldBe "from text"
            sessionOf("metadata" to mapOf("session_id" to "map")) shouldBe "map"
            for (nothing in
                listOf(
                    "{broken",
                    """{"session_id":{}}""",
                    """{"session_id":null}""",
                    "{a:b}",
                    1L,
                )) sessionOf("metadata" to nothing) shouldBe null
        }

        test("parts that were collected apart add up to the same") {
            val spans =
                List(200) {
                    span(
                        "s${it % 7}",
                        "t${it % 20}",
                        it * 13L % 101,
                        it * 7L,
                        "OK",
                        tokens(it, 1, 2),
                    )
                }
            val whole = SessionStats.of(spans).map { "$it ${it.latencies()} ${it.tokenCounts()}" }
            whole.size shouldBe 7
            val parts = spans.parallelStream().collect(SessionStats.collector())
            parts.map { "$it ${it.latencies()} ${it.tokenCounts()}" } shouldBe whole
        }

        test("the longest sessions: by turns, then by spans, then the first") {
            val ids = listOf("a", "b", "b", "c", "c", "d", "d", "d", null, null, null, null)
            val traces = listOf("1", "2", "3", "4", "5", "6", "6", "7") + List(4) { "n$it" }
            val stats =
                SessionStats.of(ids.indices.map { span(ids[it], traces[it], at = it.toLong()) })
            SessionStats.longest(stats, 10).map { it.sessionId } shouldBe listOf("d", "b", "c", "a")
            SessionStats.longest(stats, 1).map { it.sessionId } shouldBe listOf("d")
            shouldThrow<IllegalArgumentException> { SessionStats.longest(stats, 0) }
                .message shouldBe "n is 0: use 1 or more."
        }

        test("no spans are no sessions, and an invalid count is named with its span") {
            SessionStats.of(emptyList()).shouldBeEmpty()
            shouldThrow<IllegalArgumentException> {
                    SessionStats.of(listOf(span("a", attributes = tokens("many", 1, 1))))
                }
                .message shouldBe
                "Span a1: llm.token_count.prompt is \"many\", which is not a number."
        }
    })
