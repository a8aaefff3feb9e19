package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.opentelemetry.annotateLast
import io.github.phoenixkt.opentelemetry.withSpanCapture
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.AnnotationQueueListener
import io.github.phoenixkt.queue.NoteData
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.queue.QueueState
import io.github.phoenixkt.queue.QueueStatus
import java.nio.file.Path
import java.time.Duration
import kotlinx.coroutines.runBlocking

// What docs/queue.md shows, between the marks; a test compares the two and runs this.

fun openQueue(client: PhoenixClient, folder: Path): AnnotationQueue {
    // begin open
    val queue = client.annotationQueue {
        spool = folder // optional: keeps what was accepted if the process is killed
    }
    // end open
    return queue
}

// begin endpoint
/** The HTTP status for a click on a thumb. */
fun rate(
    queue: AnnotationQueue,
    spanId: String,
    userId: String,
    thumbsUp: Boolean,
    comment: String?,
): Int =
    try {
        val offer =
            queue.offer(
                SpanAnnotationData(
                    spanId,
                    "user feedback",
                    label = if (thumbsUp) "thumbs-up" else "thumbs-down",
                    explanation = comment,
                    identifier = userId,
                )
            )
        if (offer.accepted) 202 else 503
    } catch (_: IllegalArgumentException) { // it cannot be sent: for instance, without a span id
        400
    }

// end endpoint

fun note(queue: AnnotationQueue, spanId: String) {
    // begin note
    queue.offer(NoteData.ofSpan(spanId, "The answer cites a page that does not exist."))
    // end note
}

suspend fun awaitOutcome(queue: AnnotationQueue, annotation: AnnotationData): String {
    // begin outcome
    val text =
        when (val outcome = queue.send(annotation).outcome.await()) {
            is QueueOutcome.Stored -> "stored as ${outcome.id}"
            is QueueOutcome.Superseded -> "replaced by a later value"
            else -> "not stored: $outcome"
        }
    // end outcome
    return text
}

fun queueWithListener(client: PhoenixClient, report: (String) -> Unit): AnnotationQueue {
    // begin listener
    val queue = client.annotationQueue {
        listener =
            object : AnnotationQueueListener {
                override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                    if (outcome !is QueueOutcome.Stored) report("${annotation.name}: $outcome")
                }
            }
    }
    // end listener
    return queue
}

suspend fun shortProgram(settings: PhoenixSettings, spanId: String) {
    // begin shortProgram
    PhoenixClient(settings).use { client ->
        val queue = client.annotationQueue()
        queue.send(SpanAnnotationData(spanId, "tone", label = "calm"))
        val report = queue.close(Duration.ofMinutes(1)) // sends the waiting rows first
        check(report.drained) { "Phoenix did not confirm everything: $report" }
    }
    // end shortProgram
}

fun shutdownInOrder(
    stopRequests: () -> Unit,
    queue: AnnotationQueue,
    client: PhoenixClient,
    log: (String) -> Unit,
) {
    // begin shutdown
    val shutdown = Thread {
        stopRequests() // first, so that no new rows arrive
        val report = runBlocking { queue.close(Duration.ofSeconds(10)) } // sends the waiting rows
        if (!report.drained) log("Phoenix did not confirm everything: $report")
        client.close()
    }
    Runtime.getRuntime().addShutdownHook(shutdown)
    // end shutdown
    Runtime.getRuntime().removeShutdownHook(shutdown)
    shutdown.start()
    shutdown.join()
}

fun healthOf(queue: AnnotationQueue): Pair<Boolean, String> {
    // begin health
    val state = queue.state
    val accepts = state.status == QueueStatus.OPEN || state.status == QueueStatus.WAITING
    val healthy = accepts && state.spoolProblem == null
    val details = "$state" // status, rows, bytes, age of the oldest, and why it waits
    // end health
    return healthy to details
}

fun gaugesOf(queue: AnnotationQueue, gauge: (String, () -> Number) -> Unit) {
    // begin gauges
    gauge("phoenix.queue.rows") { queue.state.rows }
    gauge("phoenix.queue.oldest.seconds") { queue.state.oldestAge?.toSeconds() ?: 0 }
    // end gauges
}

fun listenerOfQueues(alert: (String) -> Unit): PhoenixListener {
    // begin alerts
    val listener =
        object : PhoenixListener {
            override fun onQueue(state: QueueState) {
                if (state.status != QueueStatus.OPEN) alert("$state")
            }
        }
    // end alerts
    return listener
}

suspend fun feedbackOnTheLastSpan(queue: AnnotationQueue, answer: suspend () -> Unit): Boolean {
    // begin spans
    val offer = withSpanCapture { capture ->
        answer()
        capture.annotateLast(queue, "user feedback") { label("thumbs-up").score(1.0) }
    }
    // end spans
    return offer.accepted
}
