package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.dataframe.AnnotationTargets
import io.github.phoenixkt.dataframe.toAnnotations
import io.github.phoenixkt.dataframe.withOutcomes
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.uploadOptions
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.filter
import org.jetbrains.kotlinx.dataframe.api.rows
import org.jetbrains.kotlinx.dataframe.api.toColumn

private const val ROWS = 250

/**
 * Evaluations as a judge leaves them: most are fine, one failed and has no result, one has a score
 * that is no number, one is of a span that Phoenix does not know, and one comes twice.
 */
fun evaluations(conversation: Conversation): AnyFrame {
    val spans = conversation.turns.flatMap { listOf(it.llmSpanId, it.chainSpanId) }
    val span = List(ROWS) { if (it == 30) "00000000deadbeef" else spans[it % spans.size] }
    val label =
        List(ROWS) { if (it == 10) null else if (it % 3 == 0) "hallucinated" else "factual" }
    val score =
        List<Any?>(ROWS) {
            if (it == 10) null else if (it == 20) "high" else if (it % 3 == 0) 0.0 else 1.0
        }
    val run = List(ROWS) { "run-${if (it == 40) 44 else it}" }
    return dataFrameOf(
        span.toColumn("span_id"),
        label.toColumn("label"),
        score.toColumn("score"),
        run.toColumn("identifier"),
    )
}

/** What becomes of [evaluations], whatever Phoenix they are written to. */
private val EXPECTED =
    mapOf("Stored" to ROWS - 4, "Superseded" to 1, "Skipped" to 2, "MissingTarget" to 1)

/**
 * Uploads the frame, and shows what became of the rows that are not plainly stored.
 *
 * @throws IllegalStateException when something else became of the rows than [evaluations] says
 */
suspend fun uploadEvaluations(client: PhoenixClient, conversation: Conversation, project: String) {
    val frame = evaluations(conversation)
    val rows =
        frame.toAnnotations(
            AnnotationTargets.spans(),
            name = "hallucination",
            kind = AnnotatorKind.LLM,
        )
    val options = uploadOptions {
        this.project = project
        onInvalid = BadRows.SKIP
        onEmpty = BadRows.SKIP
        progress = UploadProgressListener.console()
    }
    val report = client.annotations.upload(rows, options)
    check(report.counts() == EXPECTED) { "$report, where $EXPECTED was expected" }
    println("\nUploaded a frame of evaluations, $report. The others:")
    for (row in frame.withOutcomes(report).filter { it["outcome"] != "Stored" }.rows()) {
        println(
            "  ${row["span_id"]} ${row["identifier"]}: ${row["outcome"]} ${row["outcome_reason"] ?: ""}"
                .trimEnd()
        )
    }
}
