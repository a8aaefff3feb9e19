package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.testing.FakePhoenix
import kotlin.system.exitProcess
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking

private const val PROJECT = "phoenix-kt-quickstart"

/**
 * Annotates a small conversation on every kind of target, and reads it back. Uses the Phoenix of
 * the environment (`PHOENIX_ENDPOINT`, `PHOENIX_API_KEY`), or an in-memory one where none is named.
 */
fun main() {
    try {
        val settings = PhoenixSettings.fromEnvironment()
        if (settings.endpointGiven) {
            println("Using Phoenix at ${settings.endpoint}.")
            run(settings)
        } else {
            FakePhoenix.start().use { fake ->
                println(
                    "No PHOENIX_ENDPOINT is set: using an in-memory Phoenix at ${fake.endpoint()}."
                )
                run(PhoenixSettings.builder().endpoint(fake.endpoint().toString()).build())
            }
        }
    } catch (e: PhoenixException) {
        fail(e)
    } catch (e: IllegalArgumentException) {
        fail(e)
    } catch (e: SpansNotStoredException) {
        fail(e)
    }
    // Maven unloads our classes when main returns, and the last threads of the client still need
    // them.
    exitProcess(0)
}

internal fun run(settings: PhoenixSettings): Conversation = runBlocking {
    PhoenixClient(settings).use { client ->
        val conversation = recordConversation(client, PROJECT)
        annotate(client, conversation)
        vote(client, conversation)
        println(table(readBack(client, conversation)))
        uploadEvaluations(client, conversation, PROJECT)
        conversation
    }
}

private suspend fun annotate(client: PhoenixClient, conversation: Conversation) {
    val (first, second) = conversation.turns

    client.spans.addSpanAnnotation(
        first.llmSpanId,
        "correctness",
        AnnotatorKind.HUMAN,
        label = "correct",
        score = 0.85,
        explanation = "It answers the question.",
        metadata = mapOf("reviewer" to "alice"),
        identifier = "user-123",
        sync = true,
    )
    val documents =
        client.spans.logDocumentAnnotations(
            listOf("relevant" to 0.95, "relevant" to 0.80, "irrelevant" to 0.10).mapIndexed {
                position,
                (label, score) ->
                SpanDocumentAnnotationData(
                    first.retrieverSpanId,
                    position,
                    "relevance",
                    AnnotatorKind.LLM,
                    label,
                    score,
                )
            },
            sync = true,
        )
    println(
        "${documents?.size} document annotations are stored; Phoenix shows them in its UI and has no route to read them."
    )
    client.traces.addTraceAnnotation(
        first.traceId,
        "correctness",
        label = "correct",
        score = 1.0,
        sync = true,
    )
    client.sessions.addSessionAnnotation(
        conversation.sessionId,
        "user_satisfaction",
        label = "satisfied",
        score = 0.9,
        sync = true,
    )
    val note =
        client.spans.addSpanNote(second.llmSpanId, "Unexpected token in the answer, needs review.")
    println("The note is stored as ${note.id}.")
}

/** A list of any length goes in requests of a hundred. */
private suspend fun vote(client: PhoenixClient, conversation: Conversation) {
    val answer = conversation.turns.last().llmSpanId
    val votes =
        (1..250).map { user ->
            SpanAnnotationData(
                answer,
                "user_feedback",
                label = if (user % 4 == 0) "thumbs-down" else "thumbs-up",
                score = if (user % 4 == 0) 0.0 else 1.0,
                identifier = "user-$user",
            )
        }
    val inserted = client.spans.logSpanAnnotations(votes, sync = true).orEmpty()
    println("${inserted.size} votes are stored, the first as ${inserted.first().id}.")
}

private suspend fun readBack(
    client: PhoenixClient,
    conversation: Conversation,
): List<StoredAnnotation> {
    val spanIds = conversation.turns.flatMap { listOf(it.retrieverSpanId, it.llmSpanId) }
    val onSpans = client.spans.getSpanAnnotations(spanIds, project = PROJECT).toList()
    val notes =
        client.spans
            .getSpanAnnotations(spanIds, includeAnnotationNames = listOf("note"), project = PROJECT)
            .toList()
    val onTraces =
        client.traces
            .getTraceAnnotations(conversation.turns.map { it.traceId }, project = PROJECT)
            .toList()
    val onSessions =
        client.sessions
            .getSessionAnnotations(listOf(conversation.sessionId), project = PROJECT)
            .toList()
    return onSpans + notes + onTraces + onSessions
}

private fun fail(cause: Exception): Nothing {
    System.err.println("The quick start failed. ${cause.message}")
    exitProcess(1)
}
