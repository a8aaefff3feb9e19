package io.github.phoenixkt.internal

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/**
 * Tells a [listener] events one at a time and in their order, without a lock. So the listener may
 * wait for another thread, whatever that thread reads or tells.
 *
 * While one thread tells, the others do not wait: it tells their events, too.
 */
@InternalPhoenixApi
public class InTurn<E : Any>(private val listener: (E) -> Unit) {
    private val events = ConcurrentLinkedQueue<E>()
    private val untold = AtomicInteger()

    /** Adds an event, under the lock that orders the events. */
    public fun add(event: E) {
        events += event
    }

    /**
     * Tells what was added. Call it once for each event, without a lock. If the listener throws, it
     * is told the rest first: what it threw first is thrown then.
     */
    public fun tell() {
        if (untold.getAndIncrement() > 0) return
        var thrown: Throwable? = null
        do {
            try {
                listener(events.remove())
            } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
                thrown = thrown ?: e
            }
        } while (untold.decrementAndGet() > 0)
        thrown?.let { throw it }
    }
}
