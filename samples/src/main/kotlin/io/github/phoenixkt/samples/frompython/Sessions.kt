package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.opentelemetry.SessionIds
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import java.time.Instant
import java.util.UUID

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

fun randomHex(digits: Int): String = UUID.randomUUID().toString().replace("-", "").take(digits)

// begin turnSpan
fun turnSpan(sessionId: String, question: String, metadata: Map<String, Any?>): SpanData {
    val now = Instant.now()
    return spanData("chat-turn", randomHex(16), randomHex(32), now.minusMillis(750), now) {
        spanKind = "CHAIN"
        statusCode = "OK"
        attributes =
            mapOf(
                "session.id" to sessionId, // this creates the session
                "input.value" to question,
                "metadata" to metadata,
            )
    }
}

// end turnSpan

suspend fun recordTurn(client: PhoenixClient, conversationId: String): SpanData {
    // begin sessionMetadata
    val sessionId = "user-123-$conversationId"
    val span =
        turnSpan(
            sessionId,
            question = "Hello!",
            metadata =
                mapOf(
                    "session_id" to sessionId,
                    "user_id" to "user-123",
                    "conversation_id" to conversationId,
                ),
        )
    client.spans.logSpans(listOf(span))
    // end sessionMetadata
    return span
}

suspend fun recordRichTurn(client: PhoenixClient, sessionId: String): SpanData {
    // begin richMetadata
    val span =
        turnSpan(
            sessionId,
            question = "Where is my order?",
            metadata =
                mapOf(
                    "session_id" to sessionId,
                    "user_id" to "user-456",
                    "session_start_time" to "2024-01-15T10:00:00Z",
                    "client_type" to "web",
                    "user_tier" to "premium",
                    "experiment_variant" to "variant-a",
                ),
        )
    client.spans.logSpans(listOf(span))
    // end richMetadata
    return span
}

fun tellingSessionId(userId: String, conversationId: String): String {
    // begin telling
    val sessionId = SessionIds.conversation(userId, conversationId) // user-7-conv-b
    // end telling
    return sessionId
}

fun supportMetadata(sessionId: String, userId: String): Map<String, Any?> {
    // begin usefulMetadata
    val metadata =
        mapOf(
            "session_id" to sessionId,
            "user_id" to userId,
            "session_type" to "support_chat",
            "started_at" to Instant.now().toString(),
        )
    // end usefulMetadata
    return metadata
}

// begin boundaries
class SupportCase(private val log: (String) -> Unit) {
    val sessionId: String = SessionIds.conversation() // a random UUID
    val startedAt: Instant = Instant.now()

    fun end() = log("Session $sessionId of $startedAt has ended.")
}

// end boundaries

suspend fun recordInProject(client: PhoenixClient, project: String): SpanData {
    // begin projectAndSession
    val span = turnSpan("user-123-conv-456", question = "Hello!", metadata = emptyMap())
    client.spans.logSpans(listOf(span), project)
    // end projectAndSession
    return span
}
