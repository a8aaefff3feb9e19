package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import java.time.Instant
import java.util.UUID
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.withTimeoutOrNull

/** Two questions of one user to an application that looks documents up before it answers. */
class Conversation(val sessionId: String, val turns: List<Turn>)

class Turn(val question: String, val documents: List<String>, val answer: String) {
    val traceId: String = randomHex()
    val chainSpanId: String = randomHex().take(16)
    val retrieverSpanId: String = randomHex().take(16)
    val llmSpanId: String = randomHex().take(16)
}

private fun randomHex() = UUID.randomUUID().toString().replace("-", "")

/**
 * Normally a tracer records spans, over OpenTelemetry; here they are made by hand, to have
 * something to annotate.
 */
suspend fun recordConversation(
    client: PhoenixClient,
    project: String,
    patience: Duration = 60.seconds,
): Conversation {
    val conversation =
        Conversation(
            "session-${UUID.randomUUID()}",
            listOf(
                Turn(
                    "What is a span?",
                    listOf(
                        "A span is a unit of work.",
                        "Spans form a trace.",
                        "A bridge has a span, too.",
                    ),
                    "A unit of work with a start and an end.",
                ),
                Turn(
                    "And a trace?",
                    listOf("A trace is a tree of spans."),
                    "A tree of spans: one request.",
                ),
            ),
        )
    val spans = conversation.turns.flatMap { it.spans(conversation.sessionId) }
    client.projects.ensure(project)
    val logged = client.spans.logSpans(spans, project)
    println(
        "Recorded ${logged.totalReceived} spans of session ${conversation.sessionId} in project $project."
    )
    awaitSpans(client, project, conversation, spans.size, patience)
    return conversation
}

private fun Turn.spans(sessionId: String): List<SpanData> {
    val start = Instant.now()
    val retrieved = documents.map { mapOf("document.content" to it) }
    val session = mapOf("session.id" to sessionId)
    return listOf(
        spanData("chat-turn", chainSpanId, traceId, start, start.plusMillis(900)) {
            spanKind = "CHAIN"
            statusCode = "OK"
            attributes = session + mapOf("input.value" to question, "output.value" to answer)
        },
        spanData(
            "retrieve",
            retrieverSpanId,
            traceId,
            start.plusMillis(10),
            start.plusMillis(120),
        ) {
            spanKind = "RETRIEVER"
            parentId = chainSpanId
            statusCode = "OK"
            attributes =
                session + mapOf("input.value" to question, "retrieval.documents" to retrieved)
        },
        spanData("answer", llmSpanId, traceId, start.plusMillis(130), start.plusMillis(880)) {
            spanKind = "LLM"
            parentId = chainSpanId
            statusCode = "OK"
            attributes =
                session +
                    mapOf(
                        "input.value" to question,
                        "output.value" to answer,
                        "llm.model_name" to "sample-model",
                        "llm.token_count.total" to 42,
                    )
        },
    )
}

/** Phoenix has not stored the spans in time. */
class SpansNotStoredException(message: String) : RuntimeException(message)

/** Phoenix stores spans in the background, and an annotation with `sync` needs its span. */
private suspend fun awaitSpans(
    client: PhoenixClient,
    project: String,
    conversation: Conversation,
    expected: Int,
    patience: Duration,
) {
    val filter = spanFilter { traceIds = conversation.turns.map { it.traceId } }
    withTimeoutOrNull(patience) {
        while (client.spans.getSpans(filter, project).count() < expected) delay(100.milliseconds)
        true
    }
        ?: throw SpansNotStoredException(
            "Phoenix took the spans but has not stored all of them within $patience: it may be busy. Try again later."
        )
}
