package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.spans.StoredSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldContain
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldMatch
import java.io.IOException
import java.io.UncheckedIOException
import java.time.Duration
import java.time.Instant
import org.jetbrains.kotlinx.dataframe.api.rows

/** What the guide shows of recording sessions. */
fun Runs.recordingSessions() {
    listing(
        20,
        kotlin = { recordTurn(client, project) },
        java = { JavaSessions.recordTurn(phoenix, project) },
    ) { span ->
        val turn = stored(listOf(span)).single()
        turn.name shouldBe "chat-turn"
        turn.attributes shouldContain ("input.value" to "Hello!")
        turn.metadata() shouldBe
            mapOf(
                "session_id" to "user-123-$project",
                "user_id" to "user-123",
                "conversation_id" to project,
            )
        client.sessions.get("user-123-$project").traces.map { it.traceId } shouldBe
            listOf(span.traceId)
    }
    tracedSessions()
    richMetadata()
}

private fun Runs.richMetadata() {
    chatApplication()
    listing(
        26,
        kotlin = { recordRichTurn(client, "session-$project") },
        java = { JavaSessions.recordRichTurn(phoenix, "session-$project") },
    ) { span ->
        stored(listOf(span)).single().metadata() shouldBe
            mapOf(
                "session_id" to "session-$project",
                "user_id" to "user-456",
                "session_start_time" to "2024-01-15T10:00:00Z",
                "client_type" to "web",
                "user_tier" to "premium",
                "experiment_variant" to "variant-a",
            )
    }
}

/** The chat remembers, keeps users apart, and records also the turn that fails. */
private fun Runs.chatApplication() {
    listing(
        25,
        kotlin = {
            val chats =
                chats(client) { messages ->
                    if (messages.last() == "Fail!") throw IOException("model is down")
                    "answer ${messages.size}"
                }
            chats.get("bob") shouldNotBe chats.get("alice")
            listOf("One?", "Two?").map { chatInterface(chats, "alice", it) } shouldBe
                listOf("answer 1", "answer 3")
            shouldThrow<IOException> { chatInterface(chats, "alice", "Fail!") }
            chatInterface(chats, "alice", "Three?") shouldBe "answer 5" // forgotten
            chats.get("alice").sessionId
        },
        java = {
            val chats =
                JavaChatApplication.chats(phoenix) { messages ->
                    if (messages.last() == "Fail!")
                        throw UncheckedIOException("model is down", IOException())
                    "answer ${messages.size}"
                }
            val ask = { question: String ->
                JavaChatApplication.chatInterface(chats, "alice", question)
            }
            chats.get("bob") shouldNotBe chats.get("alice")
            listOf("One?", "Two?").map(ask) shouldBe listOf("answer 1", "answer 3")
            shouldThrow<UncheckedIOException> { ask("Fail!") }
            ask("Three?") shouldBe "answer 5" // forgotten
            chats.get("alice").sessionId
        },
    ) { sessionId ->
        val turns = ofSession(sessionId, count = 4, project = "chatbot")
        turns.map { it.attributes["output.value"] } shouldBe
            listOf("answer 1", "answer 3", null, "answer 5")
        turns.map { it.statusCode } shouldBe listOf("OK", "OK", "ERROR", "OK")
        turns[2].statusMessage shouldBe "model is down"
        turns.map { it.metadata() } shouldContainExactly
            listOf(1L, 2L, 3L, 3L).map { mapOf("user_id" to "alice", "turn_number" to it) }
    }
}

/** What the guide shows of finding sessions, and of ids that last. */
fun Runs.findingSessions() {
    listing(
        28,
        kotlin = {
            recorded()
            latenciesOfSession(client, "user-123-$project")
        },
        java = {
            recorded()
            JavaSessionAnalytics.latenciesOfSession(phoenix, "user-123-$project")
        },
    ) {
        it shouldBe listOf(Duration.ofMillis(750))
    }
    listing(
        28,
        realOnly = true,
        kotlin = {
            recorded()
            spansOfSession(client, "user-123-$project")
        },
        java = {
            recorded()
            JavaSessionAnalytics.spansOfSession(phoenix, "user-123-$project")
        },
    ) { rows ->
        rows.single() shouldContainAll mapOf("name" to "chat-turn", "llm.token_count.total" to null)
        (rows.single()["latency_ms"] as Number).toDouble() shouldBe 750.0
    }
    analyticsAndMetadata()
}

private fun Runs.analyticsAndMetadata() {
    listing(
        29,
        kotlin = {
            recorded()
            val (stats, longest) = analyseSessions(client)
            stats["session_id"].toList().toSet() shouldBe longest["session_id"].toList().toSet()
            longest.rows().map {
                Figures(
                    it["session_id"] as String,
                    (it["turns"] as Int).toLong(),
                    (it["latency_ms_sum"] as Double).toLong(),
                    (it["latency_ms_mean"] as Double).toLong(),
                    it["token_count_total"] as Long,
                )
            }
        },
        java = {
            recorded()
            JavaSessionAnalytics.longestSessions(phoenix).map {
                Figures(
                    it.sessionId.orEmpty(),
                    it.turns.toLong(),
                    it.latencyMsSum.toLong(),
                    it.latencyMsMean.shouldNotBeNull().toLong(),
                    it.tokenCountTotal,
                )
            }
        },
    ) {
        // Two turns of three spans each (900, 110 and 750 ms, 42 tokens), and one of one span.
        it shouldBe
            listOf(
                Figures(sessionId(), turns = 2, sum = 3_520, mean = 586, tokens = 84),
                Figures("user-123-$project", turns = 1, sum = 750, mean = 750, tokens = 0),
            )
    }
    listing(
        30,
        kotlin = { tellingSessionId("7", "b") },
        java = { JavaSessions.tellingSessionId("7", "b") },
    ) {
        it shouldBe "user-7-conv-b"
    }
    listing(
        31,
        kotlin = { supportMetadata("s", "u") },
        java = { JavaSessions.supportMetadata("s", "u") },
    ) { metadata ->
        metadata shouldContainAll
            mapOf("session_id" to "s", "user_id" to "u", "session_type" to "support_chat")
        // Parses, and is not in the future.
        Instant.parse(metadata["started_at"] as String).isAfter(Instant.now()) shouldBe false
    }
    lastingSessions()
}

private fun Runs.lastingSessions() {
    listing(
        32,
        kotlin = {
            mutableListOf<String>().also { log ->
                val (first, second) = List(2) { SupportCase(log::add) }
                second.end()
                first.sessionId shouldNotBe second.sessionId
                log += second.sessionId
            }
        },
        java = {
            mutableListOf<String>().also { log ->
                val (first, second) = List(2) { JavaSessions.SupportCase { line -> log += line } }
                second.end()
                first.sessionId() shouldNotBe second.sessionId()
                log += second.sessionId()
            }
        },
    ) { (line, sessionId) ->
        line shouldMatch Regex("Session $sessionId of 2.*Z has ended.")
    }
    listing(
        34,
        kotlin = { recordInProject(client, "$project-production") },
        java = { JavaSessions.recordInProject(phoenix, "$project-production") },
    ) { span ->
        val turn = stored(listOf(span), "$project-production").single()
        turn.attributes shouldContain ("session.id" to "user-123-conv-456")
    }
}

private data class Figures(
    val sessionId: String,
    val turns: Long,
    val sum: Long,
    val mean: Long,
    val tokens: Long,
)

/** A conversation of six spans, and a session of one. */
private suspend fun Guide.recorded() {
    conversation()
    stored(listOf(recordTurn(client, project)))
}

/** Metadata are flattened, and were given as an object. */
private fun StoredSpan.metadata(): Map<String, Any?> =
    (attributes["metadata"] as? Map<*, *>)?.mapKeys { "${it.key}" }
        ?: attributes
            .filterKeys { it.startsWith("metadata.") }
            .mapKeys { it.key.removePrefix("metadata.") }
