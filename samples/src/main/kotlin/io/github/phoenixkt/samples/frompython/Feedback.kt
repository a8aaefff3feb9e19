package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.spans.SpanFilter
import kotlinx.coroutines.flow.toList

// What docs/from-python.md shows, between the marks; a test compares the two and runs this.

/** What a user thinks of an answer. */
class UserFeedback(val label: String, val score: Double, val explanation: String)

suspend fun feedbackOnCaptured(
    client: PhoenixClient,
    spanIds: List<String>,
    feedback: UserFeedback,
) {
    // begin feedbackOnCaptured
    spanIds.lastOrNull()?.let { last ->
        client.annotations.addSpanAnnotation(
            annotationName = "user_feedback",
            annotatorKind = AnnotatorKind.HUMAN,
            spanId = last,
            label = feedback.label,
            score = feedback.score,
            explanation = feedback.explanation,
        )
    }
    val ofAll = spanIds.map {
        SpanAnnotationData(
            it,
            "user_feedback_all",
            AnnotatorKind.HUMAN,
            feedback.label,
            feedback.score,
            feedback.explanation,
        )
    }
    if (ofAll.isNotEmpty()) client.annotations.logSpanAnnotations(ofAll)
    // end feedbackOnCaptured
}

suspend fun feedbackOnModels(client: PhoenixClient, spanIds: List<String>, feedback: UserFeedback) {
    // begin feedbackOnModels
    val models = SpanFilter(spanIds = spanIds, spanKinds = listOf("LLM"))
    val annotations =
        client.spans.getSpans(models).toList().map {
            SpanAnnotationData(
                it.spanId,
                "llm_feedback",
                AnnotatorKind.HUMAN,
                feedback.label,
                feedback.score,
                feedback.explanation,
            )
        }
    if (annotations.isNotEmpty()) client.annotations.logSpanAnnotations(annotations)
    // end feedbackOnModels
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
