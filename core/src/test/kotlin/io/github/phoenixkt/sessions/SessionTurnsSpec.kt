package io.github.phoenixkt.sessions

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.json
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException

private fun trace(id: String, start: String) =
    """{"id":"T$id","trace_id":"$id","start_time":"$start","end_time":"2026-01-05T11:00:00+00:00"}"""

private fun session(vararg traces: String) =
    json(
        """{"data":{"id":"S","session_id":"s","project_id":"P","start_time":"2026-01-05T10:00:00+00:00",
           "end_time":"2026-01-05T11:00:00+00:00","traces":[${traces.joinToString(",")}]}}"""
    )

private fun span(id: String, trace: String, start: String, attributes: String = "{}") =
    """{"name":"n","context":{"trace_id":"$trace","span_id":"$id"},"start_time":"$start",
       "end_time":"2026-01-05T11:00:00+00:00","attributes":$attributes}"""

private fun page(cursor: String?, vararg spans: String) =
    json("""{"data":[${spans.joinToString(",")}],"next_cursor":${cursor?.let { "\"$it\"" }}}""")

class SessionTurnsSpec :
    FunSpec({
        test("turns are in the order of time, which is not that of its text") {
            val server = MockPhoenix { request ->
                if ("sessions" in request.path)
                    session(
                        trace("late", "2026-01-05T10:00:00.500000+00:00"),
                        trace("early", "2026-01-05T10:00:00+00:00"),
                        trace("elsewhere", "2026-01-05T11:00:00.250000+01:00"),
                    )
                else page(null)
            }
            val turns = server.client().sessions.getSessionTurns("s")
            turns.map { it.traceId }.shouldContainExactly("early", "elsewhere", "late")
            turns.forEach {
                it.input.shouldBeNull()
                it.output.shouldBeNull()
                it.rootSpan.shouldBeNull()
            }
        }

        test("of several root spans the earliest counts, on whatever page it stands") {
            val asked =
                """{"input.value":"q","input.mime_type":"text/plain","output.value":{"a":1}}"""
            val server = MockPhoenix { request ->
                when {
                    "sessions" in request.path -> session(trace("a", "2026-01-05T10:00:00+00:00"))
                    "cursor" in request.query ->
                        page(
                            null,
                            span("2", "a", "2026-01-05T10:00:00+00:00", asked),
                            span("3", "a", "2026-01-05T10:00:00.25+00:00"),
                        )
                    else -> page("c", span("1", "a", "2026-01-05T10:00:00.5+00:00"))
                }
            }
            val turn = server.client().sessions.getSessionTurns("s").single()
            turn.rootSpan?.spanId shouldBe "2"
            turn.input?.value shouldBe "q"
            turn.input?.mimeType shouldBe "text/plain"
            turn.output?.mimeType.shouldBeNull()
            turn.latency.toMinutes() shouldBe 60
            server.lines[1] shouldBe "GET /v1/projects/P/spans?trace_id=a&parent_id=null&limit=1000"
        }

        test("a session of many traces asks for their root spans in hundreds") {
            val ids = (1..250).map { "trace$it" }
            val server = MockPhoenix { request ->
                if ("sessions" in request.path)
                    session(*ids.map { trace(it, "2026-01-05T10:00:00+00:00") }.toTypedArray())
                else
                    page(
                        null,
                        *Regex("trace_id=(\\w+)")
                            .findAll(request.query)
                            .map { it.groupValues[1] }
                            .map {
                                span(
                                    "r$it",
                                    it,
                                    "2026-01-05T10:00:00+00:00",
                                    """{"input.value":"$it"}""",
                                )
                            }
                            .toList()
                            .toTypedArray(),
                    )
            }
            val turns = server.client().sessions.getSessionTurns("s")
            turns.size shouldBe 250
            turns.forEach { it.input?.value shouldBe it.traceId }
            server.requests.size shouldBe 4
        }

        test("a session without traces has no turns, and nothing more is asked") {
            val server = MockPhoenix { session() }
            server.client().sessions.getSessionTurns("s") shouldBe emptyList()
            server.requests.size shouldBe 1
        }

        test("an older server's session has no token counts") {
            val server = MockPhoenix { session() }
            server.client().sessions.get("s").tokenCountTotal.shouldBeNull()
        }

        test("a delete that met a lost answer is done when the second one finds nothing") {
            var tries = 0
            val server = MockPhoenix {
                if (++tries == 1) throw IOException("connection reset")
                Answer(404, "Session not found")
            }
            val client = server.client { runtime = FakeTime().runtime() }
            client.sessions.delete("s")
            server.requests.size shouldBe 2
        }
    })
