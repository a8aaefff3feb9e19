package io.github.phoenixkt.transport

import io.ktor.client.engine.HttpClientEngineBase
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.callContext
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.util.date.GMTDate
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutorService
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine

private const val IDLE_SECONDS = 5L

/**
 * The client's own engine: HTTP/1.1 on sockets of the JDK, a connection and a thread for each
 * request while it is under way. [Connection.slots] bounds how many there are. A request that is
 * cancelled, and an engine that is closed, free theirs at once. Why it is not one of Ktor's:
 * docs/decisions/0005-engines-and-dependencies.md.
 */
internal class SocketEngine(private val route: SocketRoute) : HttpClientEngineBase("phoenix") {
    override val config: HttpClientEngineConfig = HttpClientEngineConfig()
    override val supportedCapabilities = setOf(HttpTimeoutCapability)
    private val underWay: MutableSet<SocketExchange> = ConcurrentHashMap.newKeySet()
    private val threads: ExecutorService =
        ThreadPoolExecutor(
            0,
            Int.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            SynchronousQueue(),
            ::newThread,
        )

    @OptIn(InternalAPI::class)
    override suspend fun execute(data: HttpRequestData): HttpResponseData {
        val callContext = callContext()
        val answer = perform(SocketExchange(data, route))
        return HttpResponseData(
            HttpStatusCode(answer.head.status, answer.head.reason),
            GMTDate(),
            answer.head.headers,
            HttpProtocolVersion.HTTP_1_1,
            ByteReadChannel(answer.body),
            callContext,
        )
    }

    private suspend fun perform(exchange: SocketExchange): SocketAnswer =
        suspendCancellableCoroutine { continuation ->
            continuation.invokeOnCancellation { exchange.abort() }
            underWay += exchange
            try {
                threads.execute {
                    try {
                        continuation.resume(exchange.run())
                    } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
                        // Of any kind: the caller waits for it.
                        continuation.resumeWithException(e)
                    } finally {
                        underWay -= exchange
                        exchange.abort()
                    }
                }
            } catch (e: RejectedExecutionException) {
                underWay -= exchange
                continuation.resumeWithException(IllegalStateException("The engine is closed", e))
            }
        }

    override fun close() {
        super.close()
        threads.shutdownNow()
        underWay.forEach { it.abort() }
    }

    private companion object {
        val number = AtomicInteger()

        /** Keeps neither the JVM nor the first caller's class loader alive. */
        fun newThread(work: Runnable): Thread =
            Thread(null, work, "phoenix-client-${number.incrementAndGet()}", 0, false).apply {
                isDaemon = true
                contextClassLoader = null
            }
    }
}
