package io.github.phoenixkt.opentelemetry

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.Span
import io.opentelemetry.context.Context
import io.opentelemetry.extension.kotlin.asContextElement
import java.util.concurrent.Executors
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** Sessions among what else puts something into the OpenTelemetry context of a coroutine. */
class CoroutineInterplaySpec : FunSpec() {
    private val sdk = Sdk()
    private val single = Executors.newSingleThreadExecutor()
    private val one = single.asCoroutineDispatcher()
    private val pool = Executors.newFixedThreadPool(3)
    private val few = pool.asCoroutineDispatcher()

    private fun session(name: String) =
        sdk.ended(name).attributes[OpenInferenceAttributes.SESSION_ID]

    private fun sessions() = sdk.ended().associate { it.name to session(it.name) }

    private fun parent(name: String) = sdk.ended(name).parentSpanId

    private fun start(name: String): Span = sdk.tracer.spanBuilder(name).startSpan()

    /** Spans before and after a suspension, on another thread, and in other coroutines. */
    private suspend fun spans(prefix: String) = coroutineScope {
        sdk.span("$prefix: here")
        delay(1)
        sdk.span("$prefix: after a delay")
        withContext(Dispatchers.IO) {
            yield()
            sdk.span("$prefix: io")
        }
        launch(few) { sdk.span("$prefix: launched") }
        async(one) { sdk.span("$prefix: async") }.await()
        sdk.span("$prefix: at last")
    }

    private fun shouldBeIn(prefix: String, session: String?, parent: Span?) {
        val spans = sdk.ended().filter { it.name.startsWith("$prefix: ") }
        spans.size shouldBe 6
        spans.map { session(it.name) }.distinct() shouldBe listOf(session)
        spans.map { it.parentSpanId }.distinct() shouldBe
            listOf(parent?.spanContext?.spanId ?: Span.getInvalid().spanContext.spanId)
    }

    init {
        afterTest {
            sdk.exporter.reset()
            Context.current() shouldBe Context.root()
            OwnSpans.checkThreads(single, 1)
            OwnSpans.checkThreads(pool, 3)
        }
        afterSpec {
            single.shutdownNow()
            pool.shutdownNow()
            sdk.close()
        }

        for ((name, dispatcher) in listOf("one thread" to one, "a pool" to few)) {
            test(
                "a span as an element around sessions, and sessions in turn around spans, on $name"
            ) {
                val outer = start("outer")
                val inner = start("inner")
                withContext(dispatcher + outer.asContextElement()) {
                    spans("outer")
                    withSession("chat-7") {
                        spans("session")
                        withContext(inner.asContextElement()) {
                            spans("inner")
                            withSession("chat-8") { spans("other session") }
                            spans("inner again")
                        }
                        spans("session again")
                    }
                    spans("outer again")
                }
                shouldBeIn("outer", null, outer)
                shouldBeIn("session", "chat-7", outer)
                shouldBeIn("inner", "chat-7", inner)
                shouldBeIn("other session", "chat-8", inner)
                shouldBeIn("inner again", "chat-7", inner)
                shouldBeIn("session again", "chat-7", outer)
                shouldBeIn("outer again", null, outer)
            }

            test("a capture has what starts in it, around and within spans as elements, on $name") {
                val outer = start("outer")
                val inner = start("inner")
                val captures = mutableListOf<SpanCapture>()
                withContext(dispatcher + outer.asContextElement()) {
                    withSpanCapture { first ->
                        spans("first")
                        withContext(inner.asContextElement()) {
                            withSpanCapture { second ->
                                spans("second")
                                captures += listOf(first, second)
                            }
                        }
                    }
                    spans("later")
                }
                captures.map { it.spans().size } shouldContainExactly listOf(12, 6)
                captures[1].spans().map { it.parentId() }.distinct() shouldBe
                    listOf(inner.spanContext.spanId)
                shouldBeIn("first", null, outer)
                shouldBeIn("second", null, inner)
            }
        }

        test("runBlocking within a scope of a thread takes the scope along by withSession alone") {
            val request = start("request")
            request.makeCurrent().use {
                usingPhoenixContext(phoenixContext { userId("42").sessionId("outer") }) {
                    runBlocking {
                        sdk.span("on the thread")
                        withSession("inner") {
                            spans("inside")
                            sdk.attributes("inside: io") shouldBe
                                phoenixContext { userId("42").sessionId("inner") }.attributes()
                        }
                        sdk.span("on the thread again")
                    }
                    sdk.span("after")
                }
            }
            shouldBeIn("inside", "inner", request)
            session("on the thread") shouldBe "outer"
            session("on the thread again") shouldBe "outer"
            session("after") shouldBe "outer"
        }

        test("a flow that flows on another dispatcher keeps the session of its collector") {
            val answers = flow {
                sdk.span("emit")
                emit("Hello")
                delay(1)
                sdk.span("emit later")
                emit("world")
            }
                .flowOn(few)
                .map { it.also { sdk.span("map $it") } }
                .flowOn(Dispatchers.IO)
            withSession("chat-7") {
                answers.onEach { sdk.span("collect $it") }.collect()
                usingSession("chat-8") { sdk.span("between") }
                answers.toList() shouldContainExactly listOf("Hello", "world")
            }
            sdk.ended().size shouldBe 11
            (sessions() - "between").values.distinct() shouldBe listOf("chat-7")
            session("between") shouldBe "chat-8"
            withContext(one) { answers.toList() }
            sdk.ended().takeLast(4).map {
                it.attributes[OpenInferenceAttributes.SESSION_ID]
            } shouldBe List(4) { null }
        }

        test("what is cancelled leaves its session, and cancellation goes on") {
            val started = CompletableDeferred<Unit>()
            var seen: Throwable? = null
            coroutineScope {
                val job: Job =
                    launch(one) {
                        withSession("chat-7") {
                            withSpanCapture {
                                try {
                                    started.complete(Unit)
                                    awaitCancellation()
                                } catch (e: kotlinx.coroutines.CancellationException) {
                                    seen = e
                                    sdk.span("cancelled")
                                    throw e
                                }
                            }
                        }
                    }
                started.await()
                job.cancelAndJoin()
                job.isCancelled shouldBe true
            }
            (seen is kotlinx.coroutines.CancellationException) shouldBe true
            session("cancelled") shouldBe "chat-7"

            withContext(one) {
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(1) { withSession("chat-7") { awaitCancellation() } }
                }
                sdk.span("after a timeout")
            }
            session("after a timeout") shouldBe null
        }

        test("what fails leaves its session, and its capture holds what there was") {
            lateinit var captured: SpanCapture
            withContext(one) {
                shouldThrow<IllegalStateException> {
                    withSession("chat-7") {
                        withSpanCapture { capture ->
                            captured = capture
                            sdk.span("before")
                            withContext(few) {
                                yield()
                                error("no answer")
                            }
                        }
                    }
                }
                sdk.span("after")
                supervisorScope {
                    val failed = async { withSession("chat-8") { error("no answer either") } }
                    shouldThrow<IllegalStateException> { failed.await() }
                    sdk.span("after the other")
                }
            }
            captured.spans().map { it.name() } shouldContainExactly listOf("before")
            sessions() shouldBe
                mapOf("before" to "chat-7", "after" to null, "after the other" to null)
        }

        test("a usingSession within a coroutine is of the block, not of coroutines started in it") {
            withContext(one) {
                withSession("chat-7") {
                    val launched =
                        usingSession("chat-8") {
                            sdk.span("inside")
                            launch(few) { sdk.span("launched") }
                        }
                    sdk.span("after")
                    launched.join()
                    sdk.span("after a suspension")
                }
            }
            sessions() shouldBe
                mapOf(
                    "inside" to "chat-8",
                    "launched" to "chat-7",
                    "after" to "chat-7",
                    "after a suspension" to "chat-7",
                )
        }

        test("a span's scope that stays open over a suspension leaves no session on the thread") {
            withContext(one) {
                withSession("chat-7") {
                    val scope = start("answer").makeCurrent()
                    withContext(few) { delay(1) } // A mistake, and a common one.
                    scope.close()
                    sdk.span("inside")
                }
                sdk.span("after")
            }
            withContext(one) { sdk.span("others") }
            sessions() shouldBe mapOf("inside" to "chat-7", "after" to null, "others" to null)
        }
    }
}
