package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.UploadSummary
import io.github.phoenixkt.upload.uploadOptions
import java.time.Duration
import kotlinx.coroutines.flow.asFlow

// What docs/delivery.md shows, between the marks; a test compares the two and runs this.

suspend fun confirmedScore(client: PhoenixClient, spanId: String) {
    // begin confirmed
    try {
        val stored =
            client.spans.addSpanAnnotation(spanId, "correctness", score = 0.85, sync = true)
        println("stored as ${stored?.id}")
    } catch (e: PhoenixException.NotFound) {
        println("Phoenix has no span ${e.missingIds} yet")
    }
    // end confirmed
}

suspend fun checkedUpload(client: PhoenixClient, rows: List<AnnotationData>): UploadReport {
    // begin upload
    val options = uploadOptions {
        delivery = Delivery.VERIFIED // the default
        project = "chatbot" // where the targets are
        awaitTarget = Duration.ofMinutes(1) // spans may arrive after their feedback
        onEmpty = BadRows.SKIP // a judge may have no verdict
    }
    val report = client.annotations.upload(rows, options)
    report.outcomes.forEachIndexed { row, outcome ->
        when (outcome) {
            is RowOutcome.Rejected -> println("row $row was refused: ${outcome.reason}")
            is RowOutcome.MissingTarget -> println("row $row has no target")
            else -> {}
        }
    }
    report.stoppedBy?.let { println("the upload ended early: $it") }
    if (!report.complete) println("${report.remaining().size} rows to send again")
    // end upload
    return report
}

suspend fun streamed(client: PhoenixClient, rows: Iterator<AnnotationData>): UploadSummary {
    // begin stream
    val options = uploadOptions {
        progress = UploadProgressListener.logging() // on a terminal: console()
    }
    val summary = client.annotations.uploadStream(rows.asFlow(), options)
    println(summary) // 1000000 rows: 999998 Stored, 2 MissingTarget
    summary.failures.forEach(::println)
    if (!summary.complete) {
        throw IllegalStateException("$summary: ${summary.remarks}", summary.stoppedBy)
    }
    // end stream
    return summary
}
