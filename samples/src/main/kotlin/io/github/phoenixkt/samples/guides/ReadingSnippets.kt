package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.configs.categoricalAnnotationConfig
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.StoredTrace
import io.github.phoenixkt.traces.traceQuery
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.flow.toList

// What docs/reading.md shows, between the marks; a test compares the two and runs this.

suspend fun modelCalls(client: PhoenixClient): List<StoredSpan> {
    // begin spans
    val filter = spanFilter {
        startTime = Instant.now() - Duration.ofDays(1)
        spanKinds = listOf("LLM")
    }
    val spans = client.spans.getSpans(filter, project = "chatbot").toList()
    spans.forEach { println("${it.spanId} ${it.name}: ${it.attributes["llm.model_name"]}") }
    // end spans
    return spans
}

suspend fun tracesOf(client: PhoenixClient, sessionId: String): List<StoredTrace> {
    // begin traces
    val query = traceQuery { sessionIds = listOf(sessionId) }
    val traces = client.traces.getTraces(query, project = "chatbot").toList()
    traces.forEach { println("${it.traceId} took ${it.latency.toMillis()} ms") }
    // end traces
    return traces
}

suspend fun annotationsOf(client: PhoenixClient, spanIds: List<String>) {
    // begin annotations
    client.spans
        .getSpanAnnotations(
            spanIds,
            includeAnnotationNames = listOf("correctness"),
            project = "chatbot",
        )
        .collect { println("${it.targetId} ${it.label} ${it.score} by ${it.annotatorKind}") }
    // end annotations
}

suspend fun resumed(client: PhoenixClient, keep: (StoredSpan) -> Unit) {
    // begin resume
    var cursor: String? = null
    try {
        client.spans.getSpans(project = "chatbot").collect(keep)
    } catch (e: PhoenixException) {
        cursor = e.readProgress?.nextCursor
    }
    if (cursor != null) {
        client.spans.getSpans(project = "chatbot", cursor = cursor).collect(keep)
    }
    // end resume
}

suspend fun turns(client: PhoenixClient, sessionId: String) {
    // begin sessions
    for (turn in client.sessions.getSessionTurns(sessionId)) {
        println("${turn.input} -> ${turn.output}")
    }
    // end sessions
}

suspend fun deleted(client: PhoenixClient) {
    // begin delete
    val start = Instant.parse("2026-01-01T00:00:00Z")
    val january = DeleteWindow(start, Instant.parse("2026-02-01T00:00:00Z"))
    client.spans.deleteSpanAnnotations("chatbot", january, name = "correctness")
    // end delete
}

suspend fun fitsConfig(client: PhoenixClient, annotation: AnnotationData): Boolean {
    // begin configs
    val tones = categoricalAnnotationConfig("tone") { value("calm", 1.0).value("rude", 0.0) }
    client.annotationConfigs.create(tones)
    client.annotationConfigs.assign(project = "chatbot", config = "tone")
    val check = client.annotationConfigs.check(annotation)
    if (!check.fits) println(check)
    // end configs
    return check.fits
}
