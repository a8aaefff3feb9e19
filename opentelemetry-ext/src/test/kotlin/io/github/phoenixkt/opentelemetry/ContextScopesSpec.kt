package io.github.phoenixkt.opentelemetry

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.opentelemetry.context.Context
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

class ContextScopesSpec : FunSpec() {
    private val sdk = Sdk()

    private fun session(name: String) =
        sdk.ended(name).attributes[OpenInferenceAttributes.SESSION_ID]

    init {
        afterTest {
            PhoenixContext.current() shouldBe PhoenixContext.builder().build()
            sdk.exporter.reset()
        }
        afterSpec { sdk.close() }

        test("a block is of its session, and gives what it gives") {
            usingSession("chat-7") { sdk.span("inside").spanContext.isValid } shouldBe true
            sdk.span("outside")
            session("inside") shouldBe "chat-7"
            session("outside") shouldBe null
        }

        test("a block that fails ends its scope") {
            shouldThrow<IllegalStateException> { usingSession("chat-7") { error("no answer") } }
            shouldThrow<IllegalStateException> { withSession("chat-7") { error("no answer") } }
            PhoenixContext.current().sessionId() shouldBe null
        }

        test("a context of several values goes over the ones around it") {
            val context = phoenixContext { sessionId("inner").tags("beta") }
            usingPhoenixContext(phoenixContext { sessionId("outer").userId("42") }) {
                usingPhoenixContext(context) { sdk.span("both") }
            }
            sdk.attributes("both") shouldBe
                phoenixContext { sessionId("inner").userId("42").tags("beta") }.attributes()
        }

        test("a session survives dispatchers, suspension, launch and async") {
            withSession("chat-7") {
                sdk.span("here")
                withContext(Dispatchers.IO) { sdk.span("io") }
                delay(1)
                sdk.span("after a delay")
                launch(Dispatchers.Default) {
                        yield()
                        sdk.span("launched")
                    }
                    .join()
                List(3) { async(Dispatchers.IO) { sdk.span("async $it") } }.awaitAll()
            }
            sdk.ended().map { session(it.name) }.distinct() shouldContainExactly listOf("chat-7")
            sdk.ended().size shouldBe 7
        }

        test("a session keeps what is around it: the span, the user and the capture") {
            val request = sdk.tracer.spanBuilder("request").startSpan()
            val inside = Context.root().with(request).with(PhoenixContext.user("42"))
            val capture =
                inside.makeCurrent().use {
                    runBlocking(Dispatchers.Default + inside.asContextElement()) {
                        withSpanCapture { capture ->
                            withSession("chat-7") { sdk.span("step") }
                            capture
                        }
                    }
                }
            sdk.attributes("step") shouldBe
                phoenixContext { sessionId("chat-7").userId("42") }.attributes()
            sdk.ended("step").parentSpanId shouldBe request.spanContext.spanId
            capture.spans().map { it.name() } shouldContainExactly listOf("step")
        }

        test("a session inside a session ends where it ends") {
            withSession("outer") {
                withContext(Dispatchers.Default) {
                    withSession("inner") {
                        delay(1)
                        sdk.span("inner")
                    }
                    delay(1)
                    sdk.span("outer")
                }
            }
            session("inner") shouldBe "inner"
            session("outer") shouldBe "outer"
        }

        test("nothing stays on the threads of a dispatcher") {
            val one = Dispatchers.IO.limitedParallelism(1)
            withSession("chat-7") { withContext(one) { sdk.span("inside") } }
            withContext(one) { Context.current() shouldBeSameInstanceAs Context.root() }
        }

        test("what a block starts is captured, on whatever thread, and nothing else") {
            val capture = withSpanCapture { capture ->
                sdk.span("here")
                withContext(Dispatchers.IO) { sdk.span("io") }
                launch(Dispatchers.Default) { sdk.span("launched") }
                capture
            }
            sdk.span("after")
            capture.spans().map { it.name() } shouldContainExactlyInAnyOrder
                listOf("here", "io", "launched")
        }

        test("captures and sessions go together") {
            val (outer, inner) =
                withSession("chat-7") {
                    withSpanCapture { outer ->
                        outer to
                            captureSpans { inner ->
                                sdk.span("both")
                                inner
                            }
                    }
                }
            inner.spans().single().spanId() shouldBe outer.spans().single().spanId()
            session("both") shouldBe "chat-7"
        }

        test("a capture ends with its block, also when that fails") {
            lateinit var captured: SpanCapture
            shouldThrow<IllegalStateException> {
                withSpanCapture {
                    captured = it
                    error("no answer")
                }
            }
            usingPhoenixContext(PhoenixContext.user("42")) { sdk.span("later") }
            captured.spans().shouldBeEmpty()
            "$captured" shouldBe "SpanCapture(0 spans)"
        }
    }
}
