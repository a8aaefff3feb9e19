package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.InsertedNote
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

fun makeClient(): PhoenixClient {
    // begin makeClient
    val client = PhoenixClient() // from the environment; default: http://localhost:6006
    // end makeClient
    return client
}

suspend fun annotateSpan(client: PhoenixClient, spanId: String): InsertedAnnotation? {
    // begin addSpan
    val annotation =
        client.spans.addSpanAnnotation(
            spanId = spanId,
            annotationName = "quality",
            annotatorKind = AnnotatorKind.HUMAN,
            label = "high_quality",
            score = 0.95,
            explanation = "Correct, and easy to read.",
            metadata = mapOf("reviewer" to "alice"),
            sync = true,
        )
    // end addSpan
    return annotation
}

suspend fun annotateDocument(client: PhoenixClient, retrieverSpanId: String) {
    // begin addDocument
    client.spans.addDocumentAnnotation(
        spanId = retrieverSpanId,
        documentPosition = 0, // the first document of the span
        annotationName = "relevance",
        annotatorKind = AnnotatorKind.LLM,
        label = "relevant",
        score = 0.95,
    )
    // end addDocument
}

suspend fun annotateTraceQueued(client: PhoenixClient, traceId: String) {
    // begin addTraceQueued
    client.traces.addTraceAnnotation(
        traceId = traceId,
        annotationName = "correctness",
        annotatorKind = AnnotatorKind.HUMAN,
        label = "correct",
        score = 1.0,
    )
    // end addTraceQueued
}

suspend fun noteOnSpan(client: PhoenixClient, spanId: String): InsertedNote {
    // begin addNote
    val note = client.spans.addSpanNote(spanId, "Odd token at the end, to be reviewed.")
    // end addNote
    return note
}

suspend fun annotateSessionQueued(client: PhoenixClient, sessionId: String) {
    // begin addSessionQueued
    client.sessions.addSessionAnnotation(
        sessionId = sessionId,
        annotationName = "user_satisfaction",
        annotatorKind = AnnotatorKind.HUMAN,
        label = "satisfied",
        score = 0.85,
    )
    // end addSessionQueued
}

suspend fun annotateRetrieval(
    client: PhoenixClient,
    retrieverSpanId: String,
    llmSpanId: String,
    traceId: String,
) {
    // begin retrieval
    val verdicts = listOf("relevant" to 0.95, "relevant" to 0.80, "irrelevant" to 0.10)
    client.spans.logDocumentAnnotations(
        verdicts.mapIndexed { position, (label, score) ->
            SpanDocumentAnnotationData(
                retrieverSpanId,
                position,
                "relevance",
                AnnotatorKind.LLM,
                label = label,
                score = score,
            )
        }
    )
    client.spans.addSpanAnnotation(
        llmSpanId,
        "faithfulness",
        AnnotatorKind.LLM,
        label = "faithful",
        score = 0.90,
    )
    client.traces.addTraceAnnotation(
        traceId,
        "correctness",
        AnnotatorKind.HUMAN,
        label = "correct",
        score = 1.0,
    )
    // end retrieval
}
