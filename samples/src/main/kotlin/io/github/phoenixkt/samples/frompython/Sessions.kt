package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.spans.SpanData
import java.time.Duration
import java.time.Instant
import java.time.InstantSource
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

fun randomHex(digits: Int): String = UUID.randomUUID().toString().replace("-", "").take(digits)

// begin turnSpan
fun turnSpan(sessionId: String, question: String, metadata: Map<String, Any?>): SpanData {
    val now = Instant.now()
    return SpanData(
        name = "chat-turn",
        spanId = randomHex(16),
        traceId = randomHex(32),
        startTime = now.minusMillis(750),
        endTime = now,
        spanKind = "CHAIN",
        statusCode = "OK",
        attributes =
            mapOf(
                "session.id" to sessionId, // this is what makes the session
                "input.value" to question,
                "metadata" to metadata,
            ),
    )
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

// begin sessionPerUser
fun sessionPerUser(userId: String) = "user-$userId"

// end sessionPerUser

// begin sessionPerConversation
class ChatSession(private val model: (List<String>) -> String) {
    val sessionId: String = UUID.randomUUID().toString()
    private val messages = mutableListOf<String>()

    fun sendMessage(message: String): SpanData {
        messages += message
        messages += model(messages)
        return turnSpan(sessionId, message, metadata = mapOf("turn_number" to messages.size / 2))
    }
}

// end sessionPerConversation

suspend fun chat(client: PhoenixClient, model: (List<String>) -> String): List<SpanData> {
    // begin chatTwice
    val chat = ChatSession(model)
    val spans = listOf(chat.sendMessage("Hello!"), chat.sendMessage("And how are you?"))
    client.spans.logSpans(spans) // two traces of one session
    // end chatTwice
    return spans
}

// begin sessionPerHour
private val hour = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH").withZone(ZoneOffset.UTC)

fun sessionPerHour(userId: String, now: Instant) = "$userId-${hour.format(now)}"

// end sessionPerHour

suspend fun recordWorkflow(client: PhoenixClient, documentId: String): List<SpanData> {
    // begin sessionPerWorkflow
    val sessionId = "doc-$documentId-${UUID.randomUUID()}"
    val steps =
        listOf("chunk", "embed", "store").map { step ->
            turnSpan(sessionId, question = step, metadata = mapOf("document_id" to documentId))
        }
    client.spans.logSpans(steps)
    // end sessionPerWorkflow
    return steps
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

// begin telling
fun tellingSessionId(userId: String, conversationId: String) = "user-$userId-conv-$conversationId"

// end telling

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
    val sessionId: String = UUID.randomUUID().toString()
    val startedAt: Instant = Instant.now()

    fun end() = log("Session $sessionId of $startedAt has ended.")
}

// end boundaries

// begin expiry
class SessionIds(
    private val timeout: Duration = Duration.ofHours(1),
    private val clock: InstantSource = InstantSource.system(),
) {
    private class Active(val sessionId: String, val lastUsed: Instant)

    private val ofUsers = ConcurrentHashMap<String, Active>()

    fun get(userId: String): String {
        val now = clock.instant()
        val active =
            ofUsers.compute(userId) { _, known ->
                val alive = known != null && Duration.between(known.lastUsed, now) < timeout
                Active(if (alive) known.sessionId else UUID.randomUUID().toString(), now)
            }
        return checkNotNull(active).sessionId
    }
}

// end expiry

suspend fun recordInProject(client: PhoenixClient, project: String): SpanData {
    // begin projectAndSession
    val span = turnSpan("user-123-conv-456", question = "Hello!", metadata = emptyMap())
    client.spans.logSpans(listOf(span), project)
    // end projectAndSession
    return span
}
