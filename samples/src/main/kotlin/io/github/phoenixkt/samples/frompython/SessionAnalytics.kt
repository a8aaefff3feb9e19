package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.dataframe.longestSessions
import io.github.phoenixkt.dataframe.sessionStats
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.spans.spanFilter
import java.time.Duration
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.print

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

suspend fun spansOfSession(client: PhoenixClient, sessionId: String): List<Map<String, Any?>> {
    // begin queryBySession
    val query =
        SpanQuery()
            .where("metadata['session_id'] == '$sessionId'")
            .select("name", "latency_ms", "llm.token_count.total")
    val spans = client.spans.querySpans(query, limit = 1_000).toList()
    for (span in spans) {
        println("${span["name"]}: ${span["latency_ms"]} ms")
        println("  ${span["llm.token_count.total"] ?: 0} tokens")
    }
    // end queryBySession
    return spans
}

suspend fun latenciesOfSession(client: PhoenixClient, sessionId: String): List<Duration> {
    // begin filterBySession
    val filter = spanFilter { attributes = mapOf("session.id" to sessionId) }
    val spans = client.spans.getSpans(filter, limit = 1_000).toList()
    for (span in spans) {
        println("${span.name}: ${span.latency.toMillis()} ms")
        println("  ${span.attributes["llm.token_count.total"] ?: 0} tokens")
    }
    // end filterBySession
    return spans.map { it.latency }
}

suspend fun analyseSessions(client: PhoenixClient): Pair<AnyFrame, AnyFrame> {
    // begin analytics
    val spans = client.spans.getSpansDataframe(limit = 10_000)
    val stats = spans.sessionStats() // by session.id, or else by the metadata
    stats.print()

    val longest = spans.longestSessions(10)
    longest.print()
    // end analytics
    return stats to longest
}
