package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.dataframe.logTraceAnnotationsDataframe
import io.github.phoenixkt.traces.TracesResource
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

suspend fun annotateTraceWithAll(client: PhoenixClient, traceId: String): InsertedAnnotation? {
    // begin traceParameters
    val inserted: InsertedAnnotation? =
        client.traces.addTraceAnnotation(
            traceId = traceId,
            annotationName = "correctness",
            annotatorKind = AnnotatorKind.HUMAN, // the default
            label = "correct",
            score = 0.95,
            explanation = "The steps hold.",
            metadata = mapOf("rubric" to 2),
            identifier = "reviewer-1",
            sync = true, // default: false, which returns null
        )
    // end traceParameters
    return inserted
}

fun tracesOf(client: PhoenixClient): TracesResource {
    // begin tracesResource
    val traces: TracesResource = client.traces // io.github.phoenixkt.traces
    // end tracesResource
    return traces
}

suspend fun annotateTrace(client: PhoenixClient, traceId: String): InsertedAnnotation? {
    // begin addTrace
    val annotation =
        client.traces.addTraceAnnotation(
            traceId = traceId,
            annotationName = "correctness",
            annotatorKind = AnnotatorKind.HUMAN,
            label = "correct",
            score = 0.95,
            explanation = "Right, and for the right reasons.",
            sync = true,
        )
    println("stored as ${annotation?.id}")
    // end addTrace
    return annotation
}

suspend fun annotateTraces(client: PhoenixClient, first: String, second: String) {
    // begin logTraces
    val annotations =
        listOf(
            TraceAnnotationData(first, "toxicity", AnnotatorKind.LLM, label = "safe", score = 0.01),
            TraceAnnotationData(
                second,
                "toxicity",
                AnnotatorKind.LLM,
                label = "safe",
                score = 0.03,
            ),
        )
    client.traces.logTraceAnnotations(annotations)
    // end logTraces
}

suspend fun annotateTracesOfFrame(
    client: PhoenixClient,
    first: String,
    second: String,
): List<InsertedAnnotation>? {
    // begin logTracesFrame
    val frame: AnyFrame =
        dataFrameOf(
            "trace_id" to listOf(first, second),
            "label" to listOf("correct", "incorrect"),
            "score" to listOf(0.95, 0.2),
            "explanation" to listOf("It adds up.", "A step is missing."),
        )
    val results: List<InsertedAnnotation>? =
        client.traces.logTraceAnnotationsDataframe(
            frame,
            annotationName = "correctness",
            annotatorKind = AnnotatorKind.HUMAN,
            sync = true,
        )
    // end logTracesFrame
    return results
}

suspend fun annotateTraceMeanwhile(client: PhoenixClient, traceId: String): InsertedAnnotation? {
    // begin asyncTrace
    val annotation = coroutineScope {
        val stored = async {
            client.traces.addTraceAnnotation(traceId, "relevance", score = 0.8, sync = true)
        }
        // Other work goes here, while Phoenix answers.
        stored.await()
    }
    // end asyncTrace
    return annotation
}
