package io.github.phoenixkt.internal

import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit

/**
 * Tells a [listener] events one at a time and in their order. A thread that has an event to tell
 * need not wait while another one tells: that one tells its event, too. So the listener may wait
 * for another thread, whatever that thread reads or tells.
 *
 * @param afterwards done with each event once the listener has returned, in no turn
 */
@InternalPhoenixApi
public class InTurn<E : Any>(
    private val afterwards: (E) -> Unit = {},
    private val listener: (E) -> Unit,
) {
    private val events = ConcurrentLinkedQueue<E>()

    /** Of the thread that calls the listener. */
    private val turn = Semaphore(1)

    /** Someone tells all that is left: the others leave their turn to it. */
    @Volatile private var isEnding = false

    /** Adds an event, under the lock that orders the events. */
    public fun add(event: E) {
        events += event
    }

    /**
     * Tells what was added, or leaves it to the thread that tells now. Call it once for each event,
     * without a lock. If the listener throws, it is told the rest first: what it threw first is
     * thrown then.
     */
    public fun tell(): Unit = toTheEnd {
        while (!isEnding && events.isNotEmpty() && turn.tryAcquire()) {
            attempt { tellNext(turn::release) }
        }
    }

    /**
     * As [tell], but waits until the listener has been told what was added. For events that come
     * faster than a listener takes them.
     */
    public fun tellAndWait(): Unit = toTheEnd {
        do {
            turn.acquireUninterruptibly()
            attempt { tellNext(turn::release) }
        } while (events.isNotEmpty())
    }

    /**
     * Tells all that is left, even if the listener has not returned to another thread for
     * [patience]: it may wait for this one.
     */
    public fun tellTheRest(patience: Duration) {
        isEnding = true
        val hasTurn = awaitTurn(patience)
        try {
            toTheEnd { while (events.isNotEmpty()) attempt { tellNext {} } }
        } finally {
            if (hasTurn) turn.release()
            isEnding = false
        }
        // What was added meanwhile.
        tell()
    }

    private fun awaitTurn(patience: Duration): Boolean =
        try {
            turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            turn.tryAcquire()
        }

    /** Another thread may have told it already. */
    private fun tellNext(endTurn: () -> Unit) {
        var event: E? = null
        try {
            try {
                event = events.poll()
                event?.let(listener)
            } finally {
                endTurn()
            }
        } finally {
            event?.let(afterwards)
        }
    }
}

/** Does all of [work], then throws what an attempt threw first. */
private inline fun toTheEnd(work: Attempts.() -> Unit) {
    val attempts = Attempts()
    attempts.work()
    attempts.failure?.let { throw it }
}

private class Attempts {
    var failure: Throwable? = null

    inline fun attempt(act: () -> Unit) {
        try {
            act()
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            failure = failure ?: e
        }
    }
}
