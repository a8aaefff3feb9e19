package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.Offer
import io.github.phoenixkt.queue.requireSendable
import io.github.phoenixkt.upload.inserted
import java.time.Duration

/**
 * Annotates the active span (`Span.current()`; in coroutines, that of `span.asContextElement()`).
 *
 * ```
 * client.annotateCurrent("user feedback") { label("thumbs-up").score(1.0) }
 * ```
 *
 * Without [sync], the annotation is queued: Phoenix answers at once, waits about ten minutes for a
 * span that has not arrived yet, and then drops the annotation silently. With [sync], this returns
 * once the annotation is stored. A span is sent after its end, so [sync] for a span that has not
 * ended is refused: it could never succeed. For spans of the OpenTelemetry Java agent, this cannot
 * be detected, and the call fails after the wait.
 *
 * Servers from 9.0 to 12.1 can lose queued rows. There, every write is confirmed and waits for its
 * span.
 *
 * @param awaitTarget how long to retry while Phoenix does not know the span yet because it is still
 *   in the exporter's batch: 0 (try once) to 10 minutes
 * @param annotation sets label, score and so on
 * @return the stored annotation with [sync], otherwise null
 * @throws IllegalStateException if no span is active, if it is not sampled, or if, with [sync], it
 *   has not ended; nothing was sent
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if the annotation is invalid
 * @throws io.github.phoenixkt.PhoenixException.UploadException if the annotation was not stored,
 *   for instance because the span did not arrive in time
 */
public suspend fun PhoenixClient.annotateCurrent(
    annotationName: String,
    sync: Boolean = false,
    awaitTarget: Duration = SpanFeedback.DEFAULT_AWAIT_TARGET,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): InsertedAnnotation? =
    write(FeedbackRows.ofCurrent(sync, annotationName, annotation), sync, awaitTarget)?.single()

/**
 * Annotates the span that started last ([SpanCapture.last]), in or after the block.
 *
 * ```
 * withSpanCapture { capture ->
 *     answer(question)
 *     capture.annotateLast(client, "user feedback", sync = true) { label("thumbs-up").score(1.0) }
 * }
 * ```
 *
 * For [sync] and [awaitTarget] see [annotateCurrent]. With [sync], a span that has not ended is
 * waited for, unless it is the active span, which is refused.
 *
 * @param annotation sets label, score and so on
 * @return the stored annotation with [sync], otherwise null
 * @throws IllegalStateException if no span was captured, or if, with [sync], it is the active span
 *   and has not ended; nothing was sent
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if the annotation is invalid
 * @throws io.github.phoenixkt.PhoenixException.UploadException if the annotation was not stored
 */
public suspend fun SpanCapture.annotateLast(
    client: PhoenixClient,
    annotationName: String,
    sync: Boolean = false,
    awaitTarget: Duration = SpanFeedback.DEFAULT_AWAIT_TARGET,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): InsertedAnnotation? =
    client
        .write(FeedbackRows.ofLast(this, sync, annotationName, annotation), sync, awaitTarget)
        ?.single()

/**
 * Annotates each captured span, in or after the block. See [annotateWhere].
 *
 * @param annotation sets label, score and so on; called once for each span
 */
public suspend fun SpanCapture.annotateAll(
    client: PhoenixClient,
    annotationName: String,
    sync: Boolean = false,
    awaitTarget: Duration = SpanFeedback.DEFAULT_AWAIT_TARGET,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): List<InsertedAnnotation>? =
    annotateWhere(client, { true }, annotationName, sync, awaitTarget, annotation)

/**
 * Annotates each captured span that meets a condition, in or after the block. If no span does,
 * nothing is sent; that is not an error.
 *
 * ```
 * capture.annotateWhere(client, { it.kind() == LLM }, "llm_feedback") { label("thumbs-up") }
 * ```
 *
 * For [sync] and [awaitTarget] see [annotateCurrent]. With [sync], spans that have not ended are
 * waited for, except the active span, which is refused. Without it, more than 500 annotations are
 * sent in windows, each of which is read back for up to 15 seconds.
 *
 * @param condition tested with each span
 * @param annotation sets label, score and so on; called once for each of these spans
 * @return with [sync], the stored annotations in the order in which the spans started, otherwise
 *   null
 * @throws IllegalStateException if no span was captured, if there were more than the capture holds,
 *   or if, with [sync], one of them is the active span and has not ended; nothing was sent
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if an annotation is invalid
 * @throws io.github.phoenixkt.PhoenixException.UploadException if not all were stored; it says
 *   which were
 */
public suspend fun SpanCapture.annotateWhere(
    client: PhoenixClient,
    condition: (CapturedSpan) -> Boolean,
    annotationName: String,
    sync: Boolean = false,
    awaitTarget: Duration = SpanFeedback.DEFAULT_AWAIT_TARGET,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): List<InsertedAnnotation>? =
    client.write(
        FeedbackRows.ofThose(this, condition, sync, annotationName, annotation),
        sync,
        awaitTarget,
    )

/**
 * Annotates the active span through a queue, which keeps the annotation while Phoenix is down and
 * waits for the span. Does not suspend.
 *
 * ```
 * queue.annotateCurrent("user feedback") { label("thumbs-up").score(1.0) }.accepted
 * ```
 *
 * @param annotation sets label, score and so on
 * @return whether the queue accepted it, and its outcome
 * @throws IllegalStateException if no span is active, or it is not sampled
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if the annotation cannot be
 *   sent
 */
public fun AnnotationQueue.annotateCurrent(
    annotationName: String,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): Offer = offer(FeedbackRows.ofCurrent(false, annotationName, annotation).single())

/**
 * Annotates the span that started last ([SpanCapture.last]) through a queue. Does not suspend.
 *
 * @param annotation sets label, score and so on
 * @return whether the queue accepted it, and its outcome
 * @throws IllegalStateException if no span was captured
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if the annotation cannot be
 *   sent
 */
public fun SpanCapture.annotateLast(
    queue: AnnotationQueue,
    annotationName: String,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): Offer = queue.offer(FeedbackRows.ofLast(this, false, annotationName, annotation).single())

/** Annotates each captured span through a queue; otherwise as `annotateWhere` with a queue. */
public fun SpanCapture.annotateAll(
    queue: AnnotationQueue,
    annotationName: String,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): List<Offer> = annotateWhere(queue, { true }, annotationName, annotation)

/**
 * Annotates each captured span that satisfies a condition, through a queue. Does not suspend.
 *
 * @param condition asked of each span
 * @param annotation sets label, score and so on; called once for each of these spans
 * @return one for each of these spans, in the order in which they started; empty if there is none.
 *   Of several annotations, one that is larger than the queue or the spool may be is not accepted
 * @throws IllegalStateException if no span was captured, or more than the capture holds
 * @throws io.github.phoenixkt.annotations.InvalidAnnotationsException if an annotation cannot be
 *   sent; none was offered then
 */
public fun SpanCapture.annotateWhere(
    queue: AnnotationQueue,
    condition: (CapturedSpan) -> Boolean,
    annotationName: String,
    annotation: SpanAnnotationData.Builder.() -> Unit,
): List<Offer> =
    FeedbackRows.ofThose(this, condition, false, annotationName, annotation)
        .also(::requireSendable)
        .let { rows -> rows.map { queue.offerOneOf(rows, it) } }

/** If the queue throws for one row, the offers of the others must still be told. */
private fun AnnotationQueue.offerOneOf(
    rows: List<SpanAnnotationData>,
    row: SpanAnnotationData,
): Offer =
    try {
        offer(row)
    } catch (@Suppress("TooGenericExceptionCaught") e: RuntimeException) {
        if (rows.size == 1) throw e
        Offer.refused(QueuedFeedback.reason(e))
    }

private suspend fun PhoenixClient.write(
    rows: List<SpanAnnotationData>,
    sync: Boolean,
    awaitTarget: Duration,
): List<InsertedAnnotation>? =
    annotations.upload(rows, FeedbackRows.options(sync, awaitTarget)).inserted(sync)
