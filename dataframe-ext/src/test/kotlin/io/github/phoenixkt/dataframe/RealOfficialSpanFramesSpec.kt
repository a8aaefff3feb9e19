package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.time.OffsetDateTime
import java.util.UUID
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.flow.count
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive
import org.jetbrains.kotlinx.dataframe.AnyFrame

private const val SESSIONS = 80
private const val TURNS = 5
private const val SPANS_PER_TURN = 3

/** More than one page of spans, so that pages are put together. */
private const val SPANS = SESSIONS * TURNS * SPANS_PER_TURN

private val SEED = Random(7)

/** A session belongs to the project that names it first, of the whole server. */
private val RUN = UUID.randomUUID()
private val START = Instant.parse("2026-01-05T10:00:00Z")

private fun hex(digits: Int) = UUID.randomUUID().toString().replace("-", "").take(digits)

/** One turn of a session: a root span, what was retrieved, and the answer of a model. */
private fun turn(session: Int, turn: Int): List<SpanData> {
    val trace = hex(32)
    val root = hex(16)
    val start = START.plusSeconds(session * 600L + turn * 60L)
    fun span(id: String, kind: String, delay: Long, attributes: Map<String, Any?>): SpanData {
        val from = start.plusMillis(delay)
        val to = from.plusNanos(SEED.nextLong(1, 3_000_000) * 1_000)
        val status = if (SEED.nextInt(10) == 0) "ERROR" else "OK"
        val parent = root.takeIf { it != id }
        val own = sessionAttributes(session) + attributes
        return spanData(kind.lowercase(), id, trace, from, to) {
            spanKind = kind
            parentId = parent
            statusCode = status
            attributes(own)
        }
    }
    // Nested, as spans arrive over OTLP: the official client finds nothing under dotted keys.
    val documents =
        List(turn) {
            val content = "text $session $turn $it".takeUnless { _ -> it == 2 }
            mapOf(
                "document" to
                    mapOf(
                        "content" to content,
                        "score" to it / 4.0,
                        "metadata" to mapOf("page" to it),
                    )
            )
        }
    val (prompt, completion) = SEED.nextInt(1, 500) to SEED.nextInt(1, 500)
    val tokens =
        mapOf(
            "llm.token_count.prompt" to prompt,
            "llm.token_count.completion" to completion,
            // What Phoenix takes for the total of a session, whatever the spans say.
            "llm.token_count.total" to prompt + completion,
            "llm.output_messages" to
                listOf(mapOf("message.role" to "assistant", "message.content" to "answer $turn")),
        )
    return listOf(
        span(
            root,
            "CHAIN",
            0,
            mapOf("input.value" to "question $turn", "output.value" to "answer"),
        ),
        span(
            hex(16),
            "RETRIEVER",
            10,
            mapOf("input.value" to "search $turn", "retrieval.documents" to documents),
        ),
        span(hex(16), "LLM", 20, if (SEED.nextInt(4) == 0) emptyMap() else tokens),
    )
}

/** Every way to tell a session, and none. */
private fun sessionAttributes(session: Int): Map<String, Any?> =
    when (session % 8) {
        0 -> emptyMap()
        1 -> mapOf("metadata" to mapOf("session_id" to "$RUN-$session", "turn" to 1))
        2 -> mapOf("metadata" to """{"session_id": "$RUN-$session"}""")
        3 ->
            mapOf(
                "session.id" to "$RUN-$session",
                "metadata" to mapOf("session_id" to "not this"),
            )
        else -> mapOf("session.id" to "$RUN-$session")
    }

private suspend fun record(client: PhoenixClient) {
    val spans = List(SESSIONS) { session -> List(TURNS) { turn(session, it) }.flatten() }.flatten()
    spans.chunked(300).forEach { client.spans.logSpans(it) }
    eventually(3.minutes) {
        val stored = client.spans.getSpans().count()
        check(stored == SPANS) { "$stored of $SPANS spans are there" }
    }
}

/** The same project, read by Phoenix's own Python client and computed by pandas, and by ours. */
class RealOfficialSpanFramesSpec :
    FunSpec({
        val server = TestServer.realWithOfficialClient()
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var spans: AnyFrame
        lateinit var theirs: JsonObject

        beforeSpec {
            if (server.missing != null) return@beforeSpec
            val project = "official-spans-${UUID.randomUUID()}"
            client = clientOf(server.endpoint, project)
            record(client)
            spans = client.spans.getSpansDataframe()
            theirs = official(server.endpoint, project, limit = 2 * SPANS)
        }
        afterSpec { if (server.missing == null) client.close() }

        test("the same spans, each once") {
            val ids = theirs.rows("spans").map { plain(it["context.span_id"]) }
            ids.size shouldBe SPANS
            spans["context.span_id"].toList().sortedBy { "$it" } shouldBe ids.sortedBy { "$it" }
        }

        test("the same columns with the same values") {
            val ours = spans.rowsBy("context.span_id")
            val columns =
                theirs.getValue("columns").jsonArray.map { it.jsonPrimitive.content } -
                    // In span_kind, where it belongs.
                    "attributes.openinference.span.kind"
            spans.columnNames() shouldContainAll columns
            for (row in theirs.rows("spans")) {
                val index = ours.getValue(listOf(plain(row["context.span_id"])))
                for (column in columns) {
                    val value = plain(row[column])
                    val wanted =
                        when {
                            column.endsWith("_time") -> OffsetDateTime.parse("$value").toInstant()
                            column == "status_message" && value == "" -> null
                            else -> value
                        }
                    withClue(column) { comparable(spans[column][index]) shouldBe wanted }
                }
            }
        }

        test("the figures of each session are those of pandas") {
            spans.sessionStats().shouldHaveFiguresOf(theirs.rows("sessions"))
        }

        test("the same sessions, and the tokens of their spans besides") {
            val ours = client.sessions.getSessionsDataframe()
            val rows = ours.rowsBy("session_id")
            val wanted = theirs.rows("stored_sessions")
            // Metadata alone makes no session in Phoenix.
            wanted.size shouldBe SESSIONS * 5 / 8
            rows.size shouldBe wanted.size
            for (row in wanted) {
                val index = rows.getValue(listOf(plain(row["session_id"])))
                for (column in listOf("id", "project_id", "num_traces")) comparable(
                    ours[column][index]
                ) shouldBe plain(row[column])
                for (column in listOf("start_time", "end_time")) ours[column][index] shouldBe
                    OffsetDateTime.parse("${plain(row[column])}").toInstant()
            }
            val stats = spans.sessionStats()
            val figures = stats.rowsBy("session_id")
            for (index in 0 until ours.rowsCount()) {
                val same = figures.getValue(listOf(ours["session_id"][index]))
                for (column in
                    listOf("prompt", "completion", "total").map { "token_count_$it" }) withClue(
                    column
                ) {
                    ours[column][index] shouldBe stats[column][same]
                }
            }
        }

        test("the same documents") {
            val ours = client.spans.getRetrievedDocuments()
            val rows = ours.rowsBy("context.span_id", "document_position")
            // Theirs has a row without a document for a retriever that has found none.
            val (wanted, none) =
                theirs.rows("documents").partition { plain(it["document_position"]) != null }
            none.size shouldBe SESSIONS
            rows.size shouldBe wanted.size
            wanted.size shouldBe SESSIONS * (0 until TURNS).sum()
            for (row in wanted) {
                val key = listOf("context.span_id", "document_position").map { plain(row[it]) }
                val index = rows.getValue(key)
                for ((column, json) in row - "document_metadata") withClue("$column of $key") {
                    comparable(ours[column][index]) shouldBe plain(json)
                }
                val metadata = parsedObject(plain(row["document_metadata"]))
                comparable(ours["document_metadata"][index]) shouldBe comparable(metadata)
            }
        }

        test("the same questions, answers and contexts") {
            val ours = client.spans.getInputOutputContext()
            val rows = ours.rowsBy("context.span_id")
            val wanted = theirs.rows("answers")
            wanted.size shouldBe SESSIONS * TURNS
            rows.size shouldBe wanted.size
            for (row in wanted) {
                val index = rows.getValue(listOf(plain(row["context.span_id"])))
                for ((column, json) in row - "metadata") withClue(column) {
                    ours[column][index] shouldBe plain(json)
                }
                val metadata = parsedObject(plain(row["metadata"]))
                comparable(ours["metadata"][index]) shouldBe comparable(metadata)
            }
        }
    })
