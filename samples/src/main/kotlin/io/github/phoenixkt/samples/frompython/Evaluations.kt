package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.dataframe.DocumentEvaluations
import io.github.phoenixkt.dataframe.Evaluation
import io.github.phoenixkt.dataframe.EvaluationsReport
import io.github.phoenixkt.dataframe.SpanEvaluations
import io.github.phoenixkt.dataframe.evaluate
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.dataframe.logEvaluations
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import java.time.Instant
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.head
import org.jetbrains.kotlinx.dataframe.api.print
import org.jetbrains.kotlinx.dataframe.api.sortBy

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

suspend fun tellJokes(
    client: PhoenixClient,
    project: String,
    model: suspend (String) -> String,
): List<SpanData> {
    // begin jokes
    val spans =
        List(5) {
            val start = Instant.now()
            val joke = model("Tell me a joke.")
            spanData("tell-joke", randomHex(16), randomHex(32), start, Instant.now()) {
                spanKind = "LLM"
                statusCode = "OK"
                attributes =
                    mapOf(
                        "llm.output_messages" to
                            listOf(mapOf("message.role" to "assistant", "message.content" to joke))
                    )
            }
        }
    client.spans.logSpans(spans, project)
    println("${spans.size} jokes are tracked in Phoenix.")
    // end jokes
    return spans
}

suspend fun pullSpans(client: PhoenixClient, project: String): AnyFrame {
    // begin pull
    val filter = spanFilter { spanKinds = listOf("LLM") }
    val spans = client.spans.getSpansDataframe(filter, project)
    spans.head().print()
    // end pull
    return spans
}

suspend fun findDuplicates(spans: AnyFrame): AnyFrame {
    // begin duplicates
    val told = mutableSetOf<String>()
    val verdicts =
        spans.sortBy("start_time").evaluate("Duplicate", parallelism = 1) { row -> // in order
            val messages = row["attributes.llm.output_messages"] as List<*>
            val joke = (messages.first() as Map<*, *>)["message.content"] as String
            val repeated = !told.add(joke)
            Evaluation(label = "$repeated", score = if (repeated) 1.0 else 0.0)
        }
    // end duplicates
    return verdicts
}

suspend fun logDuplicates(client: PhoenixClient, verdicts: AnyFrame): List<EvaluationsReport> {
    // begin logDuplicates
    val reports = client.logEvaluations(SpanEvaluations("Duplicate", verdicts))
    reports.forEach(::println)
    // end logDuplicates
    return reports
}

suspend fun logCorrectness(
    client: PhoenixClient,
    first: String,
    second: String,
): List<EvaluationsReport> {
    // begin spanEvaluations
    val correctness: AnyFrame =
        dataFrameOf(
            "span_id" to listOf(first, second),
            "label" to listOf("correct", "incorrect"),
            "explanation" to listOf("The sum is right.", "Off by one."),
        )
    val reports =
        client.logEvaluations(
            SpanEvaluations(evalName = "Q&A Correctness", dataframe = correctness)
        )
    // end spanEvaluations
    return reports
}

suspend fun logRelevance(client: PhoenixClient, retrieverSpanId: String): List<EvaluationsReport> {
    // begin documentEvaluations
    val relevance: AnyFrame =
        dataFrameOf(
            "span_id" to listOf(retrieverSpanId, retrieverSpanId),
            "document_position" to listOf(0, 1),
            "label" to listOf("relevant", "irrelevant"),
            "explanation" to listOf("It defines the term.", "It is about bridges."),
        )
    val reports =
        client.logEvaluations(DocumentEvaluations(evalName = "Relevance", dataframe = relevance))
    // end documentEvaluations
    return reports
}

suspend fun logSeveral(
    client: PhoenixClient,
    correctness: AnyFrame,
    relevance: AnyFrame,
    hallucination: AnyFrame,
): List<EvaluationsReport> {
    // begin severalEvaluations
    val reports =
        client.logEvaluations(
            SpanEvaluations("Q&A Correctness", correctness),
            DocumentEvaluations("Relevance", relevance),
            SpanEvaluations("Hallucination", hallucination),
        )
    // end severalEvaluations
    return reports
}

suspend fun logInProject(
    client: PhoenixClient,
    correctness: AnyFrame,
    project: String,
): List<EvaluationsReport> {
    // begin evaluationsProject
    val reports =
        client.logEvaluations(
            SpanEvaluations("Q&A Correctness", correctness),
            projectName = project,
        )
    // end evaluationsProject
    return reports
}
