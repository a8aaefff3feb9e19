package io.github.phoenixkt.opentelemetry

import io.opentelemetry.context.Context
import io.opentelemetry.context.Scope
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.withContext

/** Builds a context: `phoenixContext { sessionId("chat-7").userId("42") }`. */
public fun phoenixContext(configure: PhoenixContext.Builder.() -> Unit): PhoenixContext =
    PhoenixContext.builder().apply(configure).build()

/**
 * Runs [block]; every span that starts in it has the session. For code that does not suspend.
 * Coroutines have [withSession]: coroutines that are launched in this block do not have the
 * session.
 *
 * ```
 * usingSession("user-42-conv-7") { answer(question) }
 * ```
 */
public fun <T> usingSession(sessionId: String, block: () -> T): T =
    usingPhoenixContext(PhoenixContext.session(sessionId), block)

/**
 * Runs [block]; every span that starts in it has the attributes of [context]. For code that does
 * not suspend; coroutines have [withPhoenixContext].
 *
 * ```
 * usingPhoenixContext(phoenixContext { userId("42").tags("beta") }) { answer(question) }
 * ```
 */
public fun <T> usingPhoenixContext(context: PhoenixContext, block: () -> T): T =
    context.makeCurrent().use { block() }

/**
 * Runs [block]; every span that starts in it has the session, on whatever thread. The session goes
 * along with `withContext`, `launch` and `async`.
 *
 * ```
 * withSession("user-42-conv-7") {
 *     val answer = async(Dispatchers.IO) { model.answer(question) }
 *     reply(answer.await())
 * }
 * ```
 *
 * A flow does not allow it around `emit`; there, use the flow's own `withPhoenixContext`. In a
 * coroutine on `Dispatchers.Unconfined`, the code after the block runs in the OpenTelemetry context
 * of the thread that resumed it, as is usual for such coroutines.
 */
public suspend fun <T> withSession(sessionId: String, block: suspend CoroutineScope.() -> T): T =
    withPhoenixContext(PhoenixContext.session(sessionId), block)

/** Runs [block] like [withSession], with all attributes of [context]. */
public suspend fun <T> withPhoenixContext(
    context: PhoenixContext,
    block: suspend CoroutineScope.() -> T,
): T = withContext(CurrentContext(context.storeInContext(Context.current())), block)

/**
 * Runs [block] and captures the spans that start in it. For code that does not suspend; coroutines
 * have [withSpanCapture].
 *
 * ```
 * val llmSpans = captureSpans { capture ->
 *     model.answer(question)
 *     capture.ofKind(OpenInferenceSpanKind.LLM)
 * }
 * ```
 *
 * @param limit how many spans to hold at most
 */
public fun <T> captureSpans(
    limit: Int = SpanCapture.DEFAULT_LIMIT,
    block: (SpanCapture) -> T,
): T = SpanCapture.start(limit).use(block)

/**
 * Runs [block] and captures the spans that start in it, on whatever thread, including those of
 * coroutines that it launches.
 *
 * @param limit how many spans to hold at most
 */
public suspend fun <T> withSpanCapture(
    limit: Int = SpanCapture.DEFAULT_LIMIT,
    block: suspend CoroutineScope.(SpanCapture) -> T,
): T {
    val current = Context.current()
    return SpanCapture.`in`(current, limit).use { capture ->
        withContext(CurrentContext(capture.storeIn(current))) { block(capture) }
    }
}

/** Makes [current] the OpenTelemetry context of whatever thread the coroutine runs on. */
internal class CurrentContext(private val current: Context) :
    AbstractCoroutineContextElement(Key), ThreadContextElement<Installed> {
    override fun updateThreadContext(context: CoroutineContext): Installed =
        Installed(Context.current(), current.makeCurrent())

    override fun restoreThreadContext(context: CoroutineContext, oldState: Installed) =
        oldState.remove()

    companion object Key : CoroutineContext.Key<CurrentContext>
}

/** What a thread has while a coroutine runs on it, and what it had [before]. */
internal class Installed(private val before: Context, private val scope: Scope) {
    fun remove() {
        scope.close()
        // OpenTelemetry does not close a scope in which another one is still open, such as that of
        // a span over a suspension. The session would be that of whatever the thread does next.
        if (Context.current() !== before) before.makeCurrent()
    }
}
