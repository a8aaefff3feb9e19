package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixException.UploadException
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.java.PhoenixAsyncClient
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SPAN_KIND
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.testing.FakeAnnotatorKind
import io.github.phoenixkt.testing.StoredRow
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.SpanContext
import io.opentelemetry.api.trace.TraceFlags
import io.opentelemetry.api.trace.TraceState
import io.opentelemetry.extension.kotlin.asContextElement
import io.opentelemetry.sdk.trace.samplers.Sampler
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private const val SPAN_OF_AN_AGENT = "00f067aa0ba902b7"
private const val MANY = 600
private val PATIENCE = Duration.ofSeconds(20)
private val THUMBS_UP: Judgement = { label("thumbs-up").score(1.0).explanation("Well said.") }

private fun StoredRow.shouldBeThumbsUp() {
    listOf(label(), score(), explanation()) shouldBe listOf("thumbs-up", 1.0, "Well said.")
    annotatorKind() shouldBe FakeAnnotatorKind.HUMAN
}

private suspend fun <T> within(span: Span, block: suspend () -> T): T =
    withContext(span.asContextElement()) { block() }

/** A chain, and the call of a model inside of it. */
private class Block(val capture: SpanCapture, val chain: Span, val model: Span) {
    fun end() = apply { listOf(model, chain).forEach(Span::end) }

    val ids
        get() = listOf(chain, model).map { it.spanContext.spanId }
}

private fun Sdk.start(limit: Int = SpanCapture.DEFAULT_LIMIT): Block =
    captureSpans(limit) { capture ->
        val chain = tracer.spanBuilder("chain").startSpan()
        val model = chain.makeCurrent().use { tracer.spanBuilder("model").startSpan() }
        // As instrumentations do, after the start.
        model.setAttribute(SPAN_KIND, LLM.name)
        Block(capture, chain, model)
    }

class FeedbackSpec : FunSpec() {
    private val sdk = Sdk()
    private lateinit var server: FeedbackServer

    init {
        // What should have been cancelled could go on for ever.
        timeout = 60_000
        beforeTest { server = FeedbackServer() }
        afterTest {
            server.close()
            sdk.exporter.reset()
        }
        afterSpec { sdk.close() }
        for ((name, make) in FEEDBACK_FORMS) {
            val form = { make(server.client, PATIENCE) }
            queued("$name, queued:", form)
            stored("$name, sync:", form)
            waiting("$name, sync:", form)
            noSpan("$name:", form)
            refused("$name:", form)
        }
        many()
        cancelling()
    }

    private fun queued(name: String, form: () -> FeedbackForm) {
        test("$name the active span, before it has ended") {
            val span = sdk.tracer.spanBuilder("answer").startSpan()
            within(span) { form().current("tone", sync = false, THUMBS_UP) }.shouldBeNull()
            span.end()
            server.stored("tone").shouldBeEmpty()
            server.deliver(span)
            server.stored("tone").single().shouldBeThumbsUp()
            server.stored("tone").single().targetId() shouldBe span.spanContext.spanId
        }

        test("$name the last span of a capture") {
            val block = sdk.start()
            form().last(block.capture, "tone", sync = false, THUMBS_UP).shouldBeNull()
            server.deliver(block.chain, block.model)
            server.stored("tone").single().shouldBeThumbsUp()
            server.stored("tone").single().targetId() shouldBe block.model.spanContext.spanId
        }

        test("$name all spans of a capture, in one request") {
            val block = sdk.start()
            form().all(block.capture, "tone", sync = false, THUMBS_UP).shouldBeNull()
            server.deliver(block.chain, block.model)
            server.stored("tone").forEach { it.shouldBeThumbsUp() }
            server.stored("tone").map { it.targetId() }.sorted() shouldBe block.ids.sorted()
            server.sent() shouldBe 1
        }

        test("$name some spans of a capture") {
            val block = sdk.start()
            form()
                .where(block.capture, { it.kind() == LLM }, "tone", sync = false, THUMBS_UP)
                .shouldBeNull()
            server.deliver(block.chain, block.model)
            server.stored("tone").single().shouldBeThumbsUp()
            server.stored("tone").single().targetId() shouldBe block.model.spanContext.spanId
        }

        test("$name a server that loses queued rows is given time for the span instead") {
            server.close()
            server = FeedbackServer(version = "12.1.0")
            val block = sdk.start().end()
            server.whileWaiting = { server.deliver(block.chain, block.model) }
            form().last(block.capture, "tone", sync = false, THUMBS_UP).shouldBeNull()
            server.stored("tone").single().shouldBeThumbsUp()
            server.waits.size shouldBe 1
        }
    }

    private fun many() {
        test("more spans than are queued unseen go in a window, whose spans are not there yet") {
            val spans = mutableListOf<Span>()
            val capture = captureSpans { capture ->
                repeat(MANY) { spans += sdk.span("step $it") }
                capture
            }
            capture.annotateAll(server.client, "tone", annotation = THUMBS_UP).shouldBeNull()
            server.waits.reduce(Duration::plus) shouldBeGreaterThanOrEqualTo Duration.ofSeconds(14)
            server.stored("tone").shouldBeEmpty()
            server.deliver(*spans.toTypedArray())
            server.stored("tone").map { it.targetId() }.sorted() shouldBe
                spans.map { it.spanContext.spanId }.sorted()
        }
    }

    private fun stored(name: String, form: () -> FeedbackForm) {
        test("$name the active span, once it has ended") {
            val span = sdk.span("answer")
            server.whileWaiting = { server.deliver(span) }
            val inserted = within(span) { form().current("tone", sync = true, THUMBS_UP) }
            val stored = server.stored("tone").single()
            stored.shouldBeThumbsUp()
            stored.targetId() shouldBe span.spanContext.spanId
            inserted?.id shouldBe stored.id()
        }

        test("$name the active span, of an agent that does not tell whether it has ended") {
            val ids =
                SpanContext.create(
                    "4bf92f3577b34da6a3ce929d0e0e4736",
                    SPAN_OF_AN_AGENT,
                    TraceFlags.getSampled(),
                    TraceState.getDefault(),
                )
            val span = Span.wrap(ids)
            server.deliver(span)
            within(span) { form().current("tone", sync = true, THUMBS_UP) }
            server.stored("tone").single().targetId() shouldBe SPAN_OF_AN_AGENT
        }

        test("$name the last span of a capture") {
            val block = sdk.start().end()
            server.whileWaiting = { server.deliver(block.chain, block.model) }
            val inserted = form().last(block.capture, "tone", sync = true, THUMBS_UP)
            val stored = server.stored("tone").single()
            stored.shouldBeThumbsUp()
            stored.targetId() shouldBe block.model.spanContext.spanId
            inserted?.id shouldBe stored.id()
        }

        test("$name all spans of a capture, that arrive one after the other") {
            val block = sdk.start().end()
            server.deliver(block.model)
            server.whileWaiting = { server.deliver(block.chain) }
            val inserted = form().all(block.capture, "tone", sync = true, THUMBS_UP)
            val stored = server.stored("tone").associateBy { it.targetId() }
            stored.values.forEach { it.shouldBeThumbsUp() }
            inserted shouldBe block.ids.map { InsertedAnnotation(stored.getValue(it).id()) }
        }

        test("$name some spans of a capture") {
            val block = sdk.start().end()
            server.whileWaiting = { server.deliver(block.chain, block.model) }
            val inserted =
                form().where(block.capture, { it.kind() == LLM }, "tone", sync = true, THUMBS_UP)
            val stored = server.stored("tone").single()
            stored.targetId() shouldBe block.model.spanContext.spanId
            inserted?.map { it.id } shouldBe listOf(stored.id())
        }
    }

    private fun waiting(name: String, form: () -> FeedbackForm) {
        test("$name captured spans may end while they are waited for") {
            val block = sdk.start()
            server.whileWaiting = {
                block.end()
                server.deliver(block.chain, block.model)
            }
            form().all(block.capture, "tone", sync = true, THUMBS_UP)
            server.stored("tone").size shouldBe 2
        }

        test("$name a span that never arrives ends the wait, and is named") {
            val block = sdk.start().end()
            server.deliver(block.model)
            val thrown =
                shouldThrow<UploadException> {
                    form().all(block.capture, "tone", sync = true, THUMBS_UP)
                }
            thrown.message shouldContain block.chain.spanContext.spanId
            thrown.report.remaining().map { it.targetId } shouldBe
                listOf(block.chain.spanContext.spanId)
            server.stored("tone").size shouldBe 1
            // 0.5 + 1 + 2 + 4 + 4 + 4 + 4 s fit into 20 s, and another 4 s do not.
            server.waits.fold(Duration.ZERO, Duration::plus) shouldBe Duration.ofMillis(19_500)
        }
    }

    private fun noSpan(name: String, form: () -> FeedbackForm) {
        suspend fun refuses(reason: String, feedback: suspend FeedbackForm.() -> Unit) {
            shouldThrow<IllegalStateException> { form().feedback() }.message shouldContain reason
            server.phoenix.requests().shouldBeEmpty()
        }

        for (sync in listOf(false, true)) {
            test("$name no span is active, sync = $sync") {
                refuses("no active span") { current("tone", sync, THUMBS_UP) }
            }

            test("$name without an SDK no span is ever active, sync = $sync") {
                val span = OpenTelemetry.noop().getTracer("none").spanBuilder("any").startSpan()
                within(span) { refuses("no active span") { current("tone", sync, THUMBS_UP) } }
            }

            test("$name the active span is not sampled, sync = $sync") {
                Sdk(Sampler.alwaysOff()).use { off ->
                    val span = off.span("answer")
                    within(span) {
                        refuses("${span.spanContext.spanId} is not sampled") {
                            current("tone", sync, THUMBS_UP)
                        }
                    }
                }
            }

            test("$name nothing was captured, sync = $sync") {
                val nothing = captureSpans { it }
                refuses("none was captured") { last(nothing, "tone", sync, THUMBS_UP) }
                refuses("none was captured") { all(nothing, "tone", sync, THUMBS_UP) }
                refuses("none was captured") {
                    where(nothing, { true }, "tone", sync, THUMBS_UP)
                }
            }

            test("$name of an overflowed capture only the last span is known, sync = $sync") {
                val block = sdk.start(limit = 1).end()
                refuses("only 1 of the 2 spans") { all(block.capture, "tone", sync, THUMBS_UP) }
                refuses("only 1 of the 2 spans") {
                    where(block.capture, { false }, "tone", sync, THUMBS_UP)
                }
                server.deliver(block.model)
                form().last(block.capture, "tone", sync, THUMBS_UP)
                server.stored("tone").single().targetId() shouldBe block.model.spanContext.spanId
            }

            test("$name a condition that no span satisfies sends nothing, sync = $sync") {
                val none = form().where(sdk.start().capture, { false }, "tone", sync, THUMBS_UP)
                none shouldBe if (sync) emptyList() else null
                server.phoenix.requests().shouldBeEmpty()
            }
        }

        test("$name what has to wait for the end of its own block is refused") {
            val block = sdk.start()
            val reason = "${block.chain.spanContext.spanId} (chain) has not ended"
            within(block.chain) {
                refuses(reason) { current("tone", sync = true, THUMBS_UP) }
                refuses(reason) { all(block.capture, "tone", sync = true, THUMBS_UP) }
                refuses(reason) {
                    where(block.capture, { it.kind() == null }, "tone", sync = true, THUMBS_UP)
                }
                // Another one does not need this block to end.
                server.deliver(block.model)
                form().last(block.capture, "tone", sync = true, THUMBS_UP)
            }
            server.stored("tone").single().targetId() shouldBe block.model.spanContext.spanId
        }
    }

    private fun refused(name: String, form: () -> FeedbackForm) {
        for (sync in listOf(false, true)) {
            test("$name what cannot be sent is not, sync = $sync") {
                val capture = sdk.start().capture
                shouldThrow<InvalidAnnotationsException> { form().all(capture, "tone", sync) {} }
                    .problems
                    .size shouldBe 2
                server.sent() shouldBe 0
            }

            test("$name a single annotation that cannot be sent names no row, sync = $sync") {
                val capture = sdk.start().capture
                shouldThrow<InvalidAnnotationsException> { form().last(capture, "tone", sync) {} }
                    .message!! shouldNotContain "row"
            }

            test("$name what the caller's code throws comes back, sync = $sync") {
                val capture = sdk.start().capture
                val mine = OfTheCaller(1, 2)
                shouldThrow<OfTheCaller> {
                    form().last(capture, "tone", sync) { throw mine }
                } shouldBeSameInstanceAs mine
                shouldThrow<OfTheCaller> {
                    form().where(capture, { throw mine }, "tone", sync, THUMBS_UP)
                } shouldBeSameInstanceAs mine
                server.phoenix.requests().shouldBeEmpty()
            }

            test("$name a server that refuses all is an error, sync = $sync") {
                server.phoenix.setReadOnly(true)
                val capture = sdk.start().capture
                shouldThrow<UploadException> { form().last(capture, "tone", sync, THUMBS_UP) }
                    .status shouldBe 403
            }
        }

        test("$name each span has its own annotation") {
            val block = sdk.start().end()
            server.deliver(block.chain, block.model)
            var number = 0
            form().all(block.capture, "tone", sync = true) { score((++number).toDouble()) }
            val scores = server.stored("tone").associate { it.targetId() to it.score() }
            block.ids.map(scores::getValue) shouldContainExactly listOf(1.0, 2.0)
        }
    }

    private fun cancelling() {
        /** Ends with the call, and only when it was cancelled. */
        fun waitUntilCancelled(): Pair<CompletableDeferred<Unit>, CompletableDeferred<Unit>> {
            val begun = CompletableDeferred<Unit>()
            val ended = CompletableDeferred<Unit>()
            server.whileWaiting = {
                begun.complete(Unit)
                try {
                    awaitCancellation()
                } finally {
                    ended.complete(Unit)
                }
            }
            return begun to ended
        }

        test("Kotlin: who is cancelled waits for no span") {
            val (begun, ended) = waitUntilCancelled()
            val capture = sdk.start().capture
            coroutineScope {
                val feedback = launch {
                    capture.annotateLast(server.client, "tone", sync = true, annotation = THUMBS_UP)
                }
                begun.await()
                feedback.cancelAndJoin()
            }
            ended.await()
            server.sent() shouldBe 1
        }

        test("futures: one that is cancelled waits for no span") {
            val (begun, ended) = waitUntilCancelled()
            val feedback = SpanFeedback.of(PhoenixAsyncClient.of(server.client))
            val future: CompletableFuture<*> =
                feedback.annotateLastSync(sdk.start().capture, "tone", THUMBS_UP)
            begun.await()
            future.cancel(true)
            ended.await()
            server.sent() shouldBe 1
        }
    }
}

/**
 * Coroutines copy what they throw to another thread; not this, of which they cannot make another.
 */
private class OfTheCaller(one: Int, other: Int) : IllegalStateException("mine: $one, $other")
