package io.github.phoenixkt.spans

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.time.Instant

private fun span(id: String) = spanData("n", id, "t", Instant.EPOCH, Instant.EPOCH)

private val SPANS = listOf(span("a"), span("b"))

private fun page(vararg ids: String, name: String = "n"): Answer {
    val times =
        """"start_time":"1970-01-01T00:00:00+00:00","end_time":"1970-01-01T00:00:00+00:00""""
    return json(
        ids.joinToString(",", """{"data":[""", "]}") {
            """{"name":"$name","context":{"trace_id":"t","span_id":"$it"},$times}"""
        }
    )
}

/** Ways to lose the answer, after which nobody knows whether Phoenix refused the spans. */
private val LOST: Map<String, () -> Answer> =
    mapOf(
        "a reset" to { throw IOException("connection reset") },
        "a proxy's 502" to { Answer(502, "bad gateway", version = null) },
        "a proxy's 503" to { Answer(503, "unavailable", version = null) },
        "an answer that is cut" to { json("""{"total_rec""", 202) },
    )

class SpanLoggerSpec :
    FunSpec({
        test("where no answer came, spans that appear were logged, and are not sent again") {
            var looks = 0
            val server = MockPhoenix { request ->
                when {
                    request.method == "POST" -> throw IOException("connection reset")
                    ++looks < 3 -> page("a")
                    else -> page("a", "b")
                }
            }
            val time = FakeTime()
            val logged = server.client { runtime = time.runtime() }.spans.logSpans(SPANS, "p")
            logged.totalQueued shouldBe 2
            time.sleeps.size shouldBe 2
            server.lines.count { it.startsWith("POST") } shouldBe 1
            server.lines.last() shouldBe "GET /v1/projects/p/spans?span_id=a&span_id=b&limit=1000"
        }

        test("a project that the spans create is not there at once") {
            var looks = 0
            val server = MockPhoenix { request ->
                when {
                    request.method == "POST" -> throw IOException("connection reset")
                    ++looks < 3 -> Answer(404, "Project with name p not found")
                    else -> page("a", "b")
                }
            }
            val client = server.client { runtime = FakeTime().runtime() }
            client.spans.logSpans(SPANS, "p").totalQueued shouldBe 2
        }

        test("where they do not appear, the first error stands") {
            val server = MockPhoenix { request ->
                if (request.method == "POST") Answer(502, "bad gateway", version = null)
                else page("a")
            }
            val time = FakeTime()
            shouldThrow<PhoenixException.ServerError> {
                    server.client { runtime = time.runtime() }.spans.logSpans(SPANS)
                }
                .status shouldBe 502
            time.sleeps.sumOf { it.toMillis() } shouldBe 10_000
        }

        LOST.forEach { (what, answer) ->
            test("after $what, spans that are there with other contents are not taken for ours") {
                val server = MockPhoenix { request ->
                    when {
                        request.method == "POST" -> answer()
                        else -> page("a", "b", name = "older")
                    }
                }
                val error =
                    shouldThrow<PhoenixException> {
                        server.client { runtime = FakeTime().runtime() }.spans.logSpans(SPANS)
                    }
                error.message shouldContain "other contents: a, b"
                error.mayHaveArrived shouldBe true
                server.requests.size shouldBe 2
            }
        }

        test("one span with other contents is enough, since Phoenix stores all or none") {
            val server = MockPhoenix { request ->
                if (request.method == "POST") throw IOException("connection reset")
                val (ours, theirs) = page("a").body to page("b", name = "older").body
                json(ours.removeSuffix("]}") + "," + theirs.removePrefix("""{"data":["""))
            }
            shouldThrow<PhoenixException.Unreachable> {
                    server.client { runtime = FakeTime().runtime() }.spans.logSpans(SPANS)
                }
                .message shouldContain "other contents: b."
        }

        test("where Phoenix itself says that it has no room, nobody looks") {
            val server = MockPhoenix { Answer(503, "Server is at capacity") }
            val time = FakeTime()
            shouldThrow<PhoenixException.ServerError> {
                    server.client { runtime = time.runtime() }.spans.logSpans(SPANS)
                }
                .status shouldBe 503
            server.lines shouldBe listOf("POST /v1/projects/default/spans")
            time.sleeps.size shouldBe 0
        }

        test("nobody looks where the server could not, or has refused") {
            for ((version, status) in listOf("19.5.0" to 502, "20.26.1" to 507)) {
                val server = MockPhoenix(version) { Answer(status, "no", version = version) }
                shouldThrow<PhoenixException> {
                    server.client { runtime = FakeTime().runtime() }.spans.logSpans(SPANS)
                }
                server.requests.size shouldBe 1
            }
        }

        test("refused spans are named, with the reason") {
            val body =
                """{"error":"Request contains invalid or duplicate spans","total_received":6,"total_queued":0,
                   "total_duplicates":4,"total_invalid":1,
                   "duplicate_spans":[{"span_id":"d1","trace_id":"t"},{"span_id":"d2","trace_id":"t"},
                   {"span_id":"d3","trace_id":"t"},{"span_id":"d4","trace_id":"t"}],
                   "invalid_spans":[{"span_id":"i1","trace_id":"t","error":"bad time"}]}"""
            val error =
                shouldThrow<PhoenixException.SpansRejected> {
                    MockPhoenix { Answer(400, body) }.client().spans.logSpans(SPANS)
                }
            error.duplicateSpanIds.shouldContainExactly("d1", "d2", "d3", "d4")
            error.invalidSpans shouldBe mapOf("i1" to "bad time")
            error.message shouldContain "4 spans already exist (d1, d2, d3 and 1 more)"
            error.message shouldContain "1 are invalid (i1)"
        }
    })
