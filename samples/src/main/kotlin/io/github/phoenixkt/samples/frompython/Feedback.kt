package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind
import io.github.phoenixkt.opentelemetry.annotateAll
import io.github.phoenixkt.opentelemetry.annotateCurrent
import io.github.phoenixkt.opentelemetry.annotateLast
import io.github.phoenixkt.opentelemetry.annotateWhere
import io.github.phoenixkt.opentelemetry.withSpanCapture
import io.github.phoenixkt.queue.AnnotationQueue
import io.opentelemetry.api.trace.Span

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

/** What a user thinks of an answer. */
class UserFeedback(val label: String, val score: Double, val explanation: String)

suspend fun feedbackOnCaptured(
    queue: AnnotationQueue,
    invoke: suspend (String) -> String,
    feedbackOn: (String) -> UserFeedback,
) {
    // begin feedbackOnCaptured
    withSpanCapture { capture ->
        val response = invoke("Generate a summary") // traced, by whatever instruments it
        val feedback = feedbackOn(response)
        capture.annotateLast(queue, "user_feedback") {
            label(feedback.label).score(feedback.score).explanation(feedback.explanation)
        }
        capture.annotateAll(queue, "user_feedback_all") {
            label(feedback.label).score(feedback.score).explanation(feedback.explanation)
        }
    }
    // end feedbackOnCaptured
}

suspend fun feedbackOnModels(
    queue: AnnotationQueue,
    invoke: suspend (String) -> String,
    feedbackOn: (String) -> UserFeedback,
) {
    // begin feedbackOnModels
    withSpanCapture { capture ->
        val feedback = feedbackOn(invoke("Generate a summary"))
        capture.annotateWhere(queue, { it.kind() == OpenInferenceSpanKind.LLM }, "llm_feedback") {
            label(feedback.label).score(feedback.score).explanation(feedback.explanation)
        }
    }
    // end feedbackOnModels
}

fun feedbackOnCurrent(queue: AnnotationQueue): String {
    // begin feedbackOnCurrent
    // To hand it to a page, which sends feedback later:
    val spanId = Span.current().spanContext.spanId
    // Feedback that is there already needs no id:
    queue.annotateCurrent("user feedback") { label("thumbs-up").score(1.0) }
    // end feedbackOnCurrent
    return spanId
}

suspend fun correctness(client: PhoenixClient, spanId: String): InsertedAnnotation? {
    // begin fields
    val annotation =
        SpanAnnotationData(
            spanId = spanId,
            name = "correctness",
            annotatorKind = AnnotatorKind.HUMAN, // or LLM, CODE
            label = "correct",
            score = 0.85,
            explanation = "It answers what was asked.",
            metadata = mapOf("model" to "gpt-4", "threshold_ms" to 500, "confidence" to "high"),
            identifier = "user-123", // optional; written again, it replaces
        )
    val stored = client.spans.addSpanAnnotation(annotation, sync = true)
    // end fields
    return stored
}

suspend fun thumbsUp(client: PhoenixClient, spanId: String) {
    // begin thumbsUp
    client.annotations.addSpanAnnotation(
        annotationName = "user feedback",
        annotatorKind = AnnotatorKind.HUMAN,
        spanId = spanId,
        label = "thumbs-up",
        score = 1.0,
    )
    // end thumbsUp
}

fun clientWithKey(baseUrl: String, key: String): PhoenixClient {
    // begin clientWithKey
    val client = PhoenixClient {
        endpoint = baseUrl
        apiKey = key // sent as Authorization: Bearer …
        header("api_key", key)
    }
    // end clientWithKey
    return client
}

// begin postFeedback
suspend fun postFeedback(
    client: PhoenixClient,
    spanId: String,
    name: String,
    label: String,
    score: Double,
    explanation: String? = null,
    metadata: Map<String, Any?>? = null,
): String {
    val stored =
        client.spans.addSpanAnnotation(
            spanId,
            name,
            AnnotatorKind.HUMAN,
            label,
            score,
            explanation,
            metadata,
            sync = true,
        )
    return checkNotNull(stored).id // what fails is an exception
}

// end postFeedback

suspend fun postAsCurlDoes(client: PhoenixClient, spanId: String) {
    // begin curl
    client.spans.addSpanAnnotation(
        spanId = spanId,
        annotationName = "correctness",
        annotatorKind = AnnotatorKind.HUMAN,
        label = "correct",
        score = 0.85,
        explanation = "It answers what was asked.",
        metadata = mapOf("model" to "gpt-4", "threshold_ms" to 500, "confidence" to "high"),
        sync = false,
    )
    // end curl
}

fun clientOfCloud(key: String): PhoenixClient {
    // begin environment
    val client = PhoenixClient {
        endpoint = "https://app.phoenix.arize.com"
        header("api_key", key)
    }
    // end environment
    return client
}
