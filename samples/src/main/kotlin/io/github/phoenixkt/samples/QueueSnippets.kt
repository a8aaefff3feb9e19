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
/** The status of the answer to a click. */
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
        val report = queue.close(Duration.ofMinutes(1)) // sends what waits
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
        stopRequests() // first, so that nothing new comes in
        val report = runBlocking { queue.close(Duration.ofSeconds(10)) } // sends what waits
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
    val healthy = state.status == QueueStatus.OPEN && state.spoolProblem == null
    val details = "$state" // status, rows, bytes, age of the oldest, and why it waits
    // end health
    return healthy to details
}

fun listenerOfQueues(gauge: (String, Number) -> Unit): PhoenixListener {
    // begin metrics
    val listener =
        object : PhoenixListener {
            override fun onQueue(state: QueueState) {
                gauge("phoenix.queue.rows", state.rows)
                gauge("phoenix.queue.oldest.seconds", state.oldestAge?.toSeconds() ?: 0)
            }
        }
    // end metrics
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
