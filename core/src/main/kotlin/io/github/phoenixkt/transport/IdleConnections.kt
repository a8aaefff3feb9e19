package io.github.phoenixkt.transport

import java.time.Duration
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * Connections that wait for another request: at most [most], and none for longer than [limit]. A
 * task on [threads] closes them in time. It ends when there are none left.
 */
internal class IdleConnections(
    private val most: Int,
    limit: Duration,
    private val threads: Executor,
) : AutoCloseable {
    private class Idle(val connection: SocketConnection, val until: Long)

    private val limitNanos = limit.toNanos()
    private val lock = ReentrantLock()
    private val changed = lock.newCondition()
    private var closed = false
    private var isWatched = false

    /** Ordered by when they were put here. */
    private val idle = ArrayDeque<Idle>()

    /** The most recently used one that the server has not closed. */
    fun take(): SocketConnection? {
        while (true) {
            val last = lock.withLock { idle.removeLastOrNull() } ?: return null
            if (last.until - System.nanoTime() > 0 && last.connection.isQuiet())
                return last.connection
            last.connection.close()
        }
    }

    fun put(connection: SocketConnection) {
        val surplus = lock.withLock {
            // Nobody would close it in time.
            if (closed || !watch()) return@withLock connection
            idle += Idle(connection, System.nanoTime() + limitNanos)
            if (idle.size > most) idle.removeFirst().connection else null
        }
        surplus?.close()
    }

    /**
     * Returns false if no thread can be had: that must not cost the response that has been read.
     */
    private fun watch(): Boolean {
        if (isWatched) return true
        try {
            threads.start(::closeInTime)
            isWatched = true
        } catch (_: RejectedExecutionException) {
            // The engine is being closed.
        } catch (_: UnopenedException) {
            // The machine has no more threads.
        }
        return isWatched
    }

    private fun closeInTime() = lock.withLock {
        try {
            while (true) {
                val first = idle.firstOrNull() ?: break
                val left = first.until - System.nanoTime()
                if (left > 0) changed.awaitNanos(left) else idle.removeFirst().connection.close()
            }
        } catch (_: InterruptedException) {
            // The engine is being closed.
        } finally {
            isWatched = false
        }
    }

    override fun close() = lock.withLock {
        closed = true
        idle.forEach { it.connection.close() }
        idle.clear()
    }
}
