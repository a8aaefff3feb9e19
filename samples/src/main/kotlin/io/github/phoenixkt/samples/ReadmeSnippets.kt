package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.annotateWhere
import io.github.phoenixkt.opentelemetry.withSession
import io.github.phoenixkt.opentelemetry.withSpanCapture
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.uploadOptions
import java.time.Duration
import kotlinx.coroutines.flow.toList

// What the README shows, between the marks; a test compares the two and runs this.

fun clientOfSettings(key: String): PhoenixClient {
    // begin client
    val client = PhoenixClient {
        endpoint = "https://phoenix.example.com/s/team"
        apiKey = key
        project = "checkout"
    }
    // end client
    return client
}

suspend fun feedback(client: PhoenixClient, spanId: String) {
    // begin feedback
    client.spans.addSpanAnnotation(
        spanId,
        "correctness",
        annotatorKind = AnnotatorKind.HUMAN,
        label = "correct",
        score = 0.85,
        explanation = "It answers the question.",
        identifier = "user-123",
    )
    // end feedback
}

suspend fun confirmedFeedback(client: PhoenixClient, spanId: String) {
    // begin confirmed
    try {
        val stored =
            client.spans.addSpanAnnotation(spanId, "correctness", score = 0.85, sync = true)
        println("stored as ${stored?.id}")
    } catch (e: PhoenixException.NotFound) {
        println("Phoenix has no span ${e.missingIds} (yet)")
    }
    // end confirmed
}

suspend fun manyAnnotations(client: PhoenixClient, spanIds: List<String>) {
    // begin many
    val annotations = spanIds.map {
        SpanAnnotationData(it, "toxicity", AnnotatorKind.LLM, label = "safe", score = 0.02)
    }
    try {
        client.spans.logSpanAnnotations(annotations, sync = true)
    } catch (e: PhoenixException.UploadException) {
        println("${e.report}; to be sent again: ${e.report.remaining()}")
    }
    // end many
}

suspend fun upload(client: PhoenixClient, rows: List<AnnotationData>) {
    // begin upload
    val options = uploadOptions {
        awaitTarget = Duration.ofMinutes(1)
        progress = UploadProgressListener.console()
    }
    val report = client.annotations.upload(rows, options)
    println(report)
    if (!report.complete) println("to be sent again: ${report.remaining()}")
    // end upload
}

suspend fun readBack(client: PhoenixClient, spanIds: List<String>, project: String) {
    // begin read
    for (annotation in client.spans.getSpanAnnotations(spanIds, project = project).toList()) {
        println("${annotation.targetId} ${annotation.name}: ${annotation.label}")
    }
    // end read
}

suspend fun tracedAnswer(client: PhoenixClient, question: String, answer: (String) -> String) {
    // begin session
    withSession("user-42-conv-7") { // every span that starts in it is of that session
        withSpanCapture { capture ->
            answer(question) // traced by whatever instrumentation
            capture.annotateWhere(client, { it.kind() == LLM }, "user feedback") {
                label("thumbs-up").score(1.0)
            }
        }
    }
    // end session
}
