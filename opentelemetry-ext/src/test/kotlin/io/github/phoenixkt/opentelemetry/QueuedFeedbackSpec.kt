package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixException.UploadException
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.java.PhoenixAsyncClient
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.queue.Offer
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.upload.RowOutcome
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.opentelemetry.api.trace.Span
import java.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withContext

private val LONG = Duration.ofDays(1)
private val THUMBS_UP: Judgement = { label("thumbs-up").score(1.0) }

private val SMALL = AnnotationQueueOptions.builder().maxBytes(4096).build()
private val LONG_TEXT = "x".repeat(5_000)

/** Of several annotations, the second is larger than [SMALL]. */
private fun longSecond(): Judgement {
    var calls = 0
    return { if (++calls == 2) explanation(LONG_TEXT) else label("thumbs-up") }
}

/** The ids of what was stored, in the order of the spans. */
private interface QueuedForm {
    suspend fun all(capture: SpanCapture, judgement: Judgement = THUMBS_UP): List<String>

    suspend fun calls(capture: SpanCapture): List<String>

    suspend fun last(capture: SpanCapture, judgement: Judgement = THUMBS_UP): List<String>

    suspend fun close()
}

private fun idsOf(inserted: List<InsertedAnnotation>) = inserted.map { it.id }

/** Fails as the other forms do. */
private suspend fun idsOf(offers: List<Offer>): List<String> = offers.map {
    it.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>().id
}

private class QueuedKotlin(val queue: AnnotationQueue) : QueuedForm {
    override suspend fun all(capture: SpanCapture, judgement: Judgement) =
        idsOf(capture.annotateAll(queue, "tone", judgement))

    override suspend fun calls(capture: SpanCapture) =
        idsOf(capture.annotateWhere(queue, { it.kind() == LLM }, "tone", THUMBS_UP))

    override suspend fun last(capture: SpanCapture, judgement: Judgement) =
        idsOf(listOf(capture.annotateLast(queue, "tone", judgement)))

    override suspend fun close() {
        queue.close(LONG)
    }
}

private class QueuedFutures(
    server: FeedbackServer,
    options: AnnotationQueueOptions = AnnotationQueueOptions.builder().build(),
) : QueuedForm {
    val queue = PhoenixAsyncClient.of(server.client).annotationQueue(options)
    val feedback: SpanFeedback = SpanFeedback.of(queue)

    override suspend fun all(capture: SpanCapture, judgement: Judgement) =
        idsOf(feedback.annotateAllSync(capture, "tone", judgement).await())

    override suspend fun calls(capture: SpanCapture) =
        idsOf(feedback.annotateWhereSync(capture, { it.kind() == LLM }, "tone", THUMBS_UP).await())

    override suspend fun last(capture: SpanCapture, judgement: Judgement) =
        idsOf(listOf(feedback.annotateLastSync(capture, "tone", judgement).await()))

    override suspend fun close() {
        queue.close(LONG).await()
    }
}

private class QueuedBlocking(
    server: FeedbackServer,
    options: AnnotationQueueOptions = AnnotationQueueOptions.builder().build(),
) : QueuedForm {
    val queue = PhoenixBlockingClient.of(server.client).annotationQueue(options)
    val feedback: BlockingSpanFeedback = BlockingSpanFeedback.of(queue)

    private suspend fun <T> waiting(call: () -> T): T = withContext(Dispatchers.IO) { call() }

    override suspend fun all(capture: SpanCapture, judgement: Judgement) = waiting {
        idsOf(feedback.annotateAllSync(capture, "tone", judgement))
    }

    override suspend fun calls(capture: SpanCapture) = waiting {
        idsOf(feedback.annotateWhereSync(capture, { it.kind() == LLM }, "tone", THUMBS_UP))
    }

    override suspend fun last(capture: SpanCapture, judgement: Judgement) = waiting {
        idsOf(listOf(feedback.annotateLastSync(capture, "tone", judgement)))
    }

    override suspend fun close() {
        queue.close(LONG)
    }
}

/** Feedback that goes through a queue, in each form. */
class QueuedFeedbackSpec : FunSpec() {
    private val sdk = Sdk()
    private lateinit var server: FeedbackServer

    /** A chain, and the call of a model inside of it, whose spans have ended. */
    private fun captured(): Pair<SpanCapture, List<Span>> = captureSpans { capture ->
        val chain = sdk.tracer.spanBuilder("chain").startSpan()
        val model = sdk.tracer.spanBuilder("model").startSpan()
        model.setAttribute(SPAN_KIND, LLM.name)
        capture to listOf(chain, model).onEach(Span::end)
    }

    private fun ended(size: Int): Pair<SpanCapture, List<Span>> = captureSpans { capture ->
        capture to List(size) { sdk.tracer.spanBuilder("s$it").startSpan() }.onEach(Span::end)
    }

    /** The ids of the annotations that were stored on [spans]. */
    private fun idsOf(vararg spans: Span) = spans.map { ids()[it.spanContext.spanId] }

    private fun ids() = server.stored("tone").associate { it.targetId() to it.id() }

    init {
        timeout = 60_000
        beforeTest { server = FeedbackServer() }
        afterTest { server.close() }
        afterSpec { sdk.close() }
        val forms: Map<String, () -> QueuedForm> =
            mapOf(
                "Kotlin" to { QueuedKotlin(server.client.annotationQueue()) },
                "futures" to { QueuedFutures(server) },
                "blocking Java" to { QueuedBlocking(server) },
            )
        for ((name, make) in forms) {
            test("$name: each span has its annotation, once the exporter has sent the span") {
                val form = make()
                val (capture, spans) = captured()
                server.whileWaiting = { server.deliver(*spans.toTypedArray()) }
                val all = form.all(capture)
                all shouldBe spans.map { ids()[it.spanContext.spanId] }
                form.calls(capture) shouldBe all.drop(1)
                form.last(capture) shouldBe all.drop(1)
                form.close()
            }

            test("$name: an annotation that cannot be sent is an error, and nothing is offered") {
                val form = make()
                shouldThrow<InvalidAnnotationsException> { form.all(captured().first) {} }
                    .problems
                    .size shouldBe 2
                shouldThrow<InvalidAnnotationsException> { form.last(captured().first) {} }
                    .message!! shouldNotContain "row"
                form.close()
                server.sent() shouldBe 0
            }
        }

        test("an annotation that is too large for the queue costs the others nothing: Kotlin") {
            val queue = server.client.annotationQueue(SMALL)
            val (capture, spans) = ended(3)
            server.whileWaiting = { server.deliver(*spans.toTypedArray()) }
            val offers = capture.annotateAll(queue, "tone", longSecond())
            offers.map { it.accepted } shouldBe listOf(true, false, true)
            val outcomes = offers.map { it.outcome.await() }
            outcomes[1].shouldBeInstanceOf<QueueOutcome.NotAccepted>().reason shouldContain
                "maxBytes = 4096"
            outcomes.filterIsInstance<QueueOutcome.Stored>().map { it.id } shouldBe
                idsOf(spans[0], spans[2])
            shouldThrow<IllegalArgumentException> {
                    capture.annotateLast(queue, "tone") { explanation(LONG_TEXT) }
                }
                .message shouldContain "maxBytes = 4096"
            queue.close(LONG)
        }

        val javaForms: Map<String, (FeedbackServer) -> QueuedForm> =
            mapOf(
                "futures" to { QueuedFutures(it, SMALL) },
                "blocking Java" to { QueuedBlocking(it, SMALL) },
            )
        for ((name, make) in javaForms) {
            test("an annotation that is too large for the queue costs the others nothing: $name") {
                val form = make(server)
                val (capture, spans) = ended(3)
                server.whileWaiting = { server.deliver(*spans.toTypedArray()) }
                val failure = shouldThrow<UploadException> { form.all(capture, longSecond()) }
                failure.message shouldContain "maxBytes = 4096"
                val outcomes = failure.report.outcomes
                outcomes.map { it.name } shouldBe listOf("Stored", "Rejected", "Stored")
                outcomes.filterIsInstance<RowOutcome.Stored>().map { it.id } shouldBe
                    idsOf(spans[0], spans[2])
                failure.report.remaining().single().targetId shouldBe spans[1].spanContext.spanId
                shouldThrow<IllegalArgumentException> {
                        form.last(capture) { explanation(LONG_TEXT) }
                    }
                    .message shouldContain "maxBytes = 4096"
                form.close()
            }
        }

        test("what is not Sync returns once the queue has it, before the span has ended") {
            val futures = QueuedFutures(server)
            val blocking = QueuedBlocking(server)
            val own = server.client.annotationQueue()
            val span = sdk.tracer.spanBuilder("answer").startSpan()
            val ended = CompletableDeferred<Unit>()
            // Time stands still until then: the queues wait for the span, but not in vain.
            server.whileWaiting = {
                ended.await()
                server.deliver(span)
            }
            val offer =
                span.makeCurrent().use {
                    futures.feedback
                        .annotateCurrent("tone") { it.label("a").identifier("1") }
                        .join()
                    blocking.feedback.annotateCurrent("tone") { it.label("a").identifier("2") }
                    own.annotateCurrent("tone") { label("a").identifier("3") }
                }
            span.end()
            ended.complete(Unit)
            offer.accepted shouldBe true
            futures.close()
            blocking.close()
            own.close(LONG)
            server.stored("tone").map { it.identifier() }.sorted() shouldBe listOf("1", "2", "3")
        }

        test("a closed queue is an error, and so is a span that never arrives") {
            val futures = QueuedFutures(server)
            val blocking = QueuedBlocking(server)
            val (capture, _) = captured()
            for (form in listOf(futures, blocking)) {
                shouldThrow<UploadException> { form.last(capture) }.message shouldContain
                    "MissingTarget"
                form.close()
                shouldThrow<UploadException> { form.last(capture) }.message shouldContain
                    "The queue is closed"
            }
            shouldThrow<UploadException> {
                    blocking.feedback.annotateLast(capture, "tone") { it.label("a") }
                }
                .report
                .remaining()
                .size shouldBe 1
            server.stored("tone").shouldBeEmpty()
        }

        test("how long spans are awaited is for the queue to say") {
            shouldThrow<IllegalStateException> {
                    QueuedFutures(server).feedback.withAwaitTarget(Duration.ZERO)
                }
                .message shouldContain "options of the queue"
            shouldThrow<IllegalStateException> {
                    QueuedBlocking(server).feedback.withAwaitTarget(Duration.ZERO)
                }
                .message shouldContain "options of the queue"
        }
    }
}
