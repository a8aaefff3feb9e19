package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.dataframe.AnnotationTargets
import io.github.phoenixkt.dataframe.Evaluation
import io.github.phoenixkt.dataframe.SpanEvaluations
import io.github.phoenixkt.dataframe.evaluate
import io.github.phoenixkt.dataframe.getSpanAnnotationsDataframe
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.dataframe.logEvaluations
import io.github.phoenixkt.dataframe.logSpanAnnotationsDataframe
import io.github.phoenixkt.dataframe.toAnnotations
import io.github.phoenixkt.dataframe.toDataFrame
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.uploadOptions
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

// What docs/data-frames.md shows, between the marks; a test compares the two and runs this.

suspend fun written(client: PhoenixClient, spanIds: List<String>): AnyFrame {
    // begin write
    val scores =
        dataFrameOf(
            "span_id" to spanIds,
            "score" to spanIds.map { 0.9 },
            "label" to spanIds.map { "correct" },
        )
    client.spans.logSpanAnnotationsDataframe(
        scores,
        annotationName = "correctness",
        annotatorKind = AnnotatorKind.LLM,
        sync = true,
    )
    // end write
    return scores
}

suspend fun uploadedFrame(client: PhoenixClient, scores: AnyFrame): AnyFrame {
    // begin upload
    val rows =
        scores.toAnnotations(
            AnnotationTargets.spans { it["span_id"] as String },
            name = "correctness",
            kind = AnnotatorKind.LLM,
        )
    val options = uploadOptions {
        project = "chatbot"
        progress = UploadProgressListener.console()
    }
    val report = client.annotations.upload(rows, options)
    val outcomes = report.toDataFrame() // one row for each row of scores
    // end upload
    return outcomes
}

suspend fun judged(client: PhoenixClient): AnyFrame {
    // begin evaluate
    val filter = spanFilter { spanKinds = listOf("LLM") }
    val spans = client.spans.getSpansDataframe(filter, project = "chatbot")
    val verdicts =
        spans.evaluate("brief", parallelism = 8) { row ->
            val text = row["attributes.output.value"]?.toString().orEmpty()
            Evaluation(label = if (text.length < 200) "brief" else "long")
        }
    client.logEvaluations(SpanEvaluations("brief", verdicts), projectName = "chatbot")
    // end evaluate
    // begin read
    val stored = client.spans.getSpanAnnotationsDataframe(spans, project = "chatbot")
    // end read
    return stored
}
