package io.github.phoenixkt.opentelemetry

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.trace.Span
import io.opentelemetry.extension.kotlin.asContextElement
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private const val COROUTINES = 10_000
private const val SPANS = 9
private const val POOL = 4

/** Many coroutines at once, each with a session and a capture of its own, on shared threads. */
class ManyCoroutinesSpec : FunSpec() {
    private val sdk = Sdk()
    private val pool = Executors.newFixedThreadPool(POOL)
    private val single = Executors.newSingleThreadExecutor()
    private val confined =
        listOf(
            Dispatchers.Default,
            Dispatchers.IO,
            pool.asCoroutineDispatcher(),
            single.asCoroutineDispatcher(),
        )
    private val dispatchers = confined + Dispatchers.Unconfined

    private fun dispatcher(number: Int): CoroutineDispatcher =
        dispatchers[number % dispatchers.size]

    private suspend fun step(session: String, name: String) {
        yield()
        sdk.span("$session $name")
        delay(1)
    }

    /** What a service does for a question: spans here, in other coroutines and on other threads. */
    private suspend fun turn(number: Int): SpanCapture {
        val session = "s$number"
        sdk.span("none before")
        val captured =
            withSession(session) {
                withSpanCapture { capture ->
                    step(session, "here")
                    withContext(dispatcher(number)) {
                        step(session, "there")
                        withContext(dispatcher(number + 1)) { step(session, "and there") }
                        sdk.span("$session back")
                    }
                    launch(dispatcher(number + 2)) { step(session, "launched") }
                    val later = async(dispatcher(number + 3)) { inTheMiddle(session) }
                    withSession("$session-inner") {
                        withContext(dispatcher(number + 4)) { step("$session-inner", "inside") }
                    }
                    later.await()
                    sdk.tracer.spanBuilder("$session detached").setNoParent().startSpan().end()
                    capture
                }
            }
        sdk.span("none after")
        return captured
    }

    private suspend fun inTheMiddle(session: String) {
        val span: Span = sdk.tracer.spanBuilder("$session middle").startSpan()
        withContext(span.asContextElement()) { step(session, "in the middle") }
        span.end()
    }

    init {
        afterSpec {
            pool.shutdownNow()
            single.shutdownNow()
            sdk.close()
        }

        test("ten thousand coroutines each have their own session").config(timeout = 3.minutes) {
            val captures = ConcurrentHashMap<String, SpanCapture>()
            coroutineScope {
                repeat(COROUTINES) { number ->
                    // An unconfined coroutine without a session goes on in that of who resumes it.
                    launch(confined[number % confined.size]) {
                        captures["s$number"] = turn(number)
                    }
                }
            }
            OwnSpans.check(sdk, captures, SPANS)
            captures.size shouldBe COROUTINES

            OwnSpans.checkThreads(pool, POOL)
            OwnSpans.checkThreads(single, 1)
            val cores = maxOf(2, Runtime.getRuntime().availableProcessors())
            OwnSpans.checkThreads(Dispatchers.Default.asExecutor(), cores - 1)
            OwnSpans.checkThreads(Dispatchers.IO.asExecutor(), cores)
        }
    }
}
