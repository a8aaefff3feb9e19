package io.github.phoenixkt.transport

import java.io.IOException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Semaphore

private const val IDLE_THREAD_SECONDS = 5L
private const val LONGEST_CLOSE_MILLIS = 1_000L

/** Phoenix closes connections after five idle seconds. */
private val IDLE_LIMIT = Duration.ofSeconds(3)

/**
 * Runs [work] on a thread of its own.
 *
 * @throws UnopenedException if the machine has no more threads, which may pass
 */
internal fun Executor.start(work: Runnable) {
    try {
        execute(work)
    } catch (e: OutOfMemoryError) {
        // Not as the cause: an Error there is taken for a broken class path.
        val cause = IOException("No thread could be started: ${e.message}")
        throw UnopenedException(ConnectionFailure.UNCONNECTED, cause)
    }
}

/**
 * The client's own engine: HTTP/1.1 on sockets of the JDK. Each request under way has a connection
 * and a thread to itself. Both are kept for a few seconds for the next request. Cancelling a
 * request, and closing the engine, frees them at once, except for a thread that is looking up a
 * name or a proxy of the JVM: nothing can interrupt that. For the reasons see
 * docs/decisions/0005-engines-and-dependencies.md.
 *
 * @param mostRequests how many may have a thread at the same time
 */
internal class SocketEngine
@JvmOverloads
constructor(
    private val route: SocketRoute,
    mostIdle: Int,
    idleLimit: Duration = IDLE_LIMIT,
    private val threads: ExecutorService = newThreads(),
    mostRequests: Int = mostIdle,
) : Engine {
    private val underWay: MutableSet<SocketExchange> = ConcurrentHashMap.newKeySet()
    private val idle = IdleConnections(mostIdle, idleLimit, threads)

    /** [Connection.slots] does not count cancelled requests, whose threads may still look up. */
    private val free = Semaphore(mostRequests)

    // Two functions, since one that goes on after waiting costs an object for each request.
    override suspend fun send(request: WireRequest): WireAnswer =
        if (free.tryAcquire()) sendNow(request) else sendInTurn(request)

    private suspend fun sendInTurn(request: WireRequest): WireAnswer {
        free.acquire()
        return sendNow(request)
    }

    private suspend fun sendNow(request: WireRequest): WireAnswer =
        suspendCancellableCoroutine { continuation ->
            val exchange = SocketExchange(request, route, idle, threads)
            continuation.invokeOnCancellation { exchange.abort() }
            underWay += exchange
            try {
                threads.start {
                    val answer =
                        try {
                            Result.success(exchange.run())
                        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
                            // Whatever it is, the caller waits for it.
                            Result.failure(e)
                        } finally {
                            end(exchange)
                        }
                    answer.fold(continuation::resume, continuation::resumeWithException)
                }
            } catch (e: RejectedExecutionException) {
                end(exchange)
                continuation.resumeWithException(IllegalStateException("The engine is closed", e))
            } catch (e: UnopenedException) {
                end(exchange)
                continuation.resumeWithException(e)
            }
        }

    /** Before its caller goes on, who may send the next request. */
    private fun end(exchange: SocketExchange) {
        underWay -= exchange
        exchange.abort()
        free.release()
    }

    /**
     * Waits briefly for the threads to end, because plugins and application servers unload our
     * classes after closing.
     */
    override fun close() {
        threads.shutdownNow()
        underWay.forEach { it.abort() }
        idle.close()
        try {
            threads.awaitTermination(LONGEST_CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            // Java callers expect no checked exception here. A caller that closes because of an
            // interrupt still needs the flag.
            Thread.currentThread().interrupt()
        }
    }

    private companion object {
        val number = AtomicInteger()

        fun newThreads() =
            ThreadPoolExecutor(
                0,
                Int.MAX_VALUE,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                SynchronousQueue(),
                ::newThread,
            )

        /** Does not keep the JVM or the first caller's class loader alive. */
        fun newThread(work: Runnable): Thread =
            Thread(null, work, "phoenix-client-${number.incrementAndGet()}", 0, false).apply {
                isDaemon = true
                contextClassLoader = null
            }
    }
}
