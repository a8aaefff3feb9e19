package io.github.phoenixkt.dataframe

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import java.time.OffsetDateTime
import java.time.ZoneOffset
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.remove

private val START = Instant.parse("2026-01-05T10:00:00Z")

private fun at(millis: Number) = START.plusNanos((millis.toDouble() * 1e6).toLong())

/** Spans of one trace each, unless told otherwise; `latencies` in milliseconds. */
private fun spans(latencies: List<Number>, vararg columns: Pair<String, List<Any?>>): AnyFrame {
    val given = columns.map { it.first }
    val usual =
        listOf(
            "context.trace_id" to latencies.indices.map { "t$it" },
            "start_time" to latencies.indices.map { at(it * 10_000) },
            "end_time" to
                latencies.mapIndexed { i, latency -> at(i * 10_000 + latency.toDouble()) },
            "status_code" to latencies.map { "OK" },
        )
    return frameOf(*(usual.filterNot { it.first in given } + columns).toTypedArray())
}

private fun AnyFrame.row(index: Int): Map<String, Any?> =
    columns().associate { it.name() to it[index] }

class SessionFramesSpec :
    FunSpec({
        test("all figures of two sessions, in the order in which they began") {
            val stats =
                spans(
                        listOf(100, 300, 200, 0.5),
                        "attributes.session.id" to listOf("late", "early", "early", "late"),
                        "context.trace_id" to listOf("a", "b", "b", "c"),
                        "start_time" to listOf(at(50), at(10), at(20), at(60)),
                        "end_time" to listOf(at(150), at(310), at(220), at(60.5)),
                        "status_code" to listOf("OK", "ERROR", "error", "UNSET"),
                        "attributes.llm.token_count.prompt" to listOf(1L, null, 2L, 4L),
                        "attributes.llm.token_count.total" to listOf(10L, 20.0, null, Double.NaN),
                    )
                    .sessionStats()
            stats["session_id"].toList() shouldBe listOf("early", "late")
            stats.row(0) shouldBe
                mapOf(
                    "session_id" to "early",
                    "turns" to 1,
                    "spans" to 2,
                    "latency_ms_mean" to 250.0,
                    "latency_ms_sum" to 500.0,
                    "latency_ms_max" to 300.0,
                    "latency_ms_p95" to 295.0,
                    "token_count_prompt" to 2L,
                    "token_count_completion" to 0L,
                    "token_count_total" to 20L,
                    "errors" to 2,
                    "start_time" to at(10),
                    "end_time" to at(310),
                )
            stats.row(1)["latency_ms_sum"] shouldBe 100.5
            stats.row(1)["turns"] shouldBe 2
            stats.row(1)["token_count_prompt"] shouldBe 5L
        }

        test("spans without a session are the last row") {
            val stats =
                spans(
                        listOf(1, 2, 3, 4),
                        "attributes.session.id" to listOf(null, "a", " ", Double.NaN),
                    )
                    .sessionStats()
            stats["session_id"].toList() shouldBe listOf("a", null)
            stats["spans"].toList() shouldBe listOf(1, 3)
            spans(listOf(1), "attributes.session.id" to listOf("a"))
                .sessionStats()["session_id"]
                .toList() shouldBe listOf("a")
        }

        test("the session of a span: its attribute, else its metadata") {
            val frame =
                frameOf(
                    "attributes.session.id" to listOf("direct", null, null, null, null, 7L),
                    "attributes.metadata" to
                        listOf(
                            mapOf("session_id" to "other"),
                            mapOf("session_id" to "from a map"),
                            """{"session_id": " from text "}""",
                            "{broken",
                            null,
                            null,
                        ),
                )
            val expected = listOf("direct", "from a map", "from text", null, null, "7")
            frame.withSessionIds()["session_id"].toList() shouldBe expected
            frame.nestAttributes().withSessionIds()["session_id"].toList() shouldBe expected
        }

        test("the session in nested metadata, in a column of metadata, and beside an old column") {
            val inner = frameOf("session_id" to listOf("a", null), "user" to listOf("u", "v"))
            val nested = dataFrameOf(listOf(DataColumn.createColumnGroup("metadata", inner)))
            nested.withSessionIds()["session_id"].toList() shouldBe listOf("a", null)
            frameOf("attributes.metadata.session_id" to listOf("a", null))
                .withSessionIds()["session_id"]
                .toList() shouldBe listOf("a", null)
            val again =
                frameOf("session_id" to listOf("a", null), "session.id" to listOf("b", "c"))
                    .withSessionIds()
            again.columnNames() shouldBe listOf("session.id", "session_id")
            again["session_id"].toList() shouldBe listOf("a", "c")
        }

        test("times of other libraries, and texts, are read; a missing end is no latency") {
            val stats =
                spans(
                        listOf(0, 0, 0),
                        "session_id" to listOf("a", "a", "a"),
                        "start_time" to
                            listOf(START, OffsetDateTime.ofInstant(START, ZoneOffset.UTC), START),
                        "end_time" to listOf("2026-01-05T11:00:01+01:00", at(3_000), null),
                    )
                    .sessionStats()
            stats["latency_ms_sum"].toList() shouldBe listOf(4_000.0)
            stats["latency_ms_mean"].toList() shouldBe listOf(2_000.0)
            stats["spans"].toList() shouldBe listOf(3)
            val none =
                spans(listOf(0), "session_id" to listOf("a"), "end_time" to listOf<Any?>(null))
                    .sessionStats()
            none["latency_ms_p95"].toList() shouldBe listOf(null)
            none["latency_ms_max"].type() shouldBe typeOf<Double?>()
        }

        test("the longest sessions: by turns, then by spans, then the first") {
            val ids = listOf("a", "b", "b", "c", "c", "d", "d", "d", null, null, null, null)
            val traces = listOf("1", "2", "3", "4", "5", "6", "6", "7") + List(4) { "n$it" }
            val frame = spans(ids.map { 1 }, "session_id" to ids, "context.trace_id" to traces)
            val longest = frame.longestSessions(10)
            longest["session_id"].toList() shouldBe listOf("d", "b", "c", "a")
            longest["turns"].toList() shouldBe listOf(2, 2, 2, 1)
            frame.longestSessions(1)["session_id"].toList() shouldBe listOf("d")
            shouldThrow<IllegalArgumentException> { frame.longestSessions(0) }.message shouldBe
                "n is 0: use 1 or more."
        }

        test("a frame without rows has no sessions") {
            val empty = spans(listOf(1), "session_id" to listOf("a"))[emptyList()]
            val stats = empty.sessionStats()
            stats.rowsCount() shouldBe 0
            stats.columnNames() shouldBe
                spans(listOf(1), "session_id" to listOf("a")).sessionStats().columnNames()
            stats["turns"].type() shouldBe typeOf<Int>()
            empty.longestSessions(3).rowsCount() shouldBe 0
        }

        test("what is missing is named") {
            val frame = spans(listOf(1), "session_id" to listOf("a"))
            fun messageOf(frame: AnyFrame) =
                shouldThrow<IllegalArgumentException> { frame.sessionStats() }.message.orEmpty()
            messageOf(frame.remove("session_id")) shouldContain
                "has no column session_id or attributes.session.id or session.id or attributes.metadata or metadata"
            messageOf(frame.remove("context.trace_id")) shouldContain "context.trace_id or trace_id"
            messageOf(frame.remove("start_time")) shouldContain "no column start_time"
            messageOf(frame.remove("status_code")) shouldContain "no column status_code"
            messageOf(frameOf()) shouldContain "Its columns are none."
            messageOf(
                spans(
                    listOf(1, 1),
                    "session_id" to listOf("a", "b"),
                    "end_time" to listOf(START, "soon"),
                )
            ) shouldBe
                "Row 1: end_time is \"soon\", which is not a time such as 2026-01-05T10:00:00Z."
            messageOf(
                spans(
                    listOf(1),
                    "session_id" to listOf("a"),
                    "attributes.llm.token_count.total" to listOf("many"),
                )
            ) shouldBe "Row 0: attributes.llm.token_count.total is \"many\", which is not a number."
        }
    })
