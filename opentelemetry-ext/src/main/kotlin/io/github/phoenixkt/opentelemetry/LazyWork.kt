package io.github.phoenixkt.opentelemetry

import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn

/**
 * Returns a flow whose elements are made in the OpenTelemetry context of this moment, with
 * [context] over it, on whatever thread and whenever it is collected. A flow is cold: without this,
 * its work belongs to the session of the coroutine that collects it, if any. It also replaces
 * [withSession] around `emit`, which a flow does not allow.
 *
 * ```
 * fun answer(question: String): Flow<String> =
 *     flow { model.stream(question).collect { emit(it.text) } }
 *         .withPhoenixContext(PhoenixContext.session("user-42-conv-7"))
 * ```
 *
 * The collector runs in its own context; the flow runs in a coroutine of its own, at most one
 * element ahead of it. A span that is current there is the parent of the spans that start in the
 * flow; else it is the span that is current now. A [SpanCapture] that is open now captures these
 * spans if they start before it is closed.
 */
public fun <T> Flow<T>.withPhoenixContext(
    context: PhoenixContext = PhoenixContext.builder().build()
): Flow<T> {
    val deferred = DeferredContext.of(context)
    // Without a channel, coroutines leave the flow's element on the collector's thread.
    return flow { emitAll(flowOn(CurrentContext(deferred.here())).buffer(Channel.RENDEZVOUS)) }
}

/**
 * Returns a sequence whose elements are made in the OpenTelemetry context of this moment, with
 * [context] over it; otherwise as the [Flow]'s `withPhoenixContext`. Do not hold a scope open over
 * `yield` instead: the code that consumes the sequence would run in it.
 */
public fun <T> Sequence<T>.withPhoenixContext(
    context: PhoenixContext = PhoenixContext.builder().build()
): Sequence<T> {
    val deferred = DeferredContext.of(context)
    return Sequence {
        deferred.here().makeCurrent().use { InContext(iterator(), deferred) }
    }
}

// The sequence's own iterator throws it.
@Suppress("IteratorNotThrowingNoSuchElementException")
private class InContext<T>(
    private val elements: Iterator<T>,
    private val deferred: DeferredContext,
) : Iterator<T> {
    override fun hasNext(): Boolean = deferred.here().makeCurrent().use { elements.hasNext() }

    override fun next(): T = deferred.here().makeCurrent().use { elements.next() }
}
