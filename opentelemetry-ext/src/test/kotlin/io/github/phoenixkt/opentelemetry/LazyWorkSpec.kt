package io.github.phoenixkt.opentelemetry

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.opentelemetry.context.Context
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** What is lazy runs in its session, and what consumes it does not. */
class LazyWorkSpec : FunSpec() {
    private val sdk = Sdk()

    private fun session(name: String) =
        sdk.ended(name).attributes[OpenInferenceAttributes.SESSION_ID]

    private fun parts(): Flow<Int> = flow {
        repeat(2) {
            sdk.span("part $it")
            yield()
            emit(it)
        }
        sdk.span("end")
    }

    init {
        afterTest {
            Context.current() shouldBeSameInstanceAs Context.root()
            sdk.exporter.reset()
        }
        afterSpec { sdk.close() }

        test("a cold flow is of the session that it was made in, and its collector is not") {
            val answer =
                withSession("chat-7") {
                    withPhoenixContext(PhoenixContext.user("42")) { parts().withPhoenixContext() }
                }
            answer.onEach { sdk.span("collected $it") }.toList() shouldContainExactly listOf(0, 1)
            for (name in listOf("part 0", "part 1", "end")) {
                sdk.attributes(name) shouldBe
                    phoenixContext { sessionId("chat-7").userId("42") }.attributes()
            }
            listOf("collected 0", "collected 1").map { session(it) } shouldContainExactly
                listOf(null, null)
        }

        test("a flow is given a session, also where its collector has another") {
            val answer = parts().withPhoenixContext(PhoenixContext.session("of the flow"))
            withSession("of the collector") {
                answer.flowOn(Dispatchers.IO).buffer().onEach { sdk.span("collected $it") }.toList()
            }
            session("part 1") shouldBe "of the flow"
            session("collected 1") shouldBe "of the collector"
        }

        test("a flow that ends early or fails leaves no session behind") {
            val context = PhoenixContext.session("chat-7")
            parts().withPhoenixContext(context).take(1).toList()
            shouldThrow<IllegalStateException> {
                flow<Int> { error("no answer") }.withPhoenixContext(context).toList()
            }
            sdk.span("after")
            session("after") shouldBe null
        }

        test("a flow is collected by many at once, each on its thread") {
            val answer = parts().withPhoenixContext(PhoenixContext.session("chat-7"))
            coroutineScope {
                repeat(100) {
                    answer
                        .onEach { sdk.span("collected") }
                        .flowOn(Dispatchers.Default)
                        .launchIn(this)
                }
            }
            val (inside, outside) = sdk.ended().partition { it.name != "collected" }
            inside.map { it.attributes[OpenInferenceAttributes.SESSION_ID] }.distinct() shouldBe
                listOf("chat-7")
            outside.size shouldBe 200
            outside.map { it.attributes[OpenInferenceAttributes.SESSION_ID] }.distinct() shouldBe
                listOf(null)
        }

        test("spans of a flow are children of the collector's span, and captured") {
            val request = sdk.tracer.spanBuilder("request").startSpan()
            withSpanCapture { capture ->
                val answer = parts().withPhoenixContext(PhoenixContext.session("chat-7"))
                withContext(request.asContextElement()) { answer.toList() }
                capture.spans().map { it.name() } shouldContainExactly
                    listOf("part 0", "part 1", "end")
            }
            request.end()
            sdk.ended("part 1").parentSpanId shouldBe request.spanContext.spanId
            session("part 1") shouldBe "chat-7"
        }

        test("a sequence is of the session that it was made in, and its consumer is not") {
            val parts =
                usingSession("chat-7") {
                    sequence {
                        repeat(2) {
                            sdk.span("part $it")
                            yield(it)
                        }
                    }
                        .withPhoenixContext()
                }
            parts.forEach { sdk.span("consumed $it") }
            listOf("part 0", "part 1").map { session(it) } shouldContainExactly
                listOf("chat-7", "chat-7")
            session("consumed 0") shouldBe null
        }
    }
}
