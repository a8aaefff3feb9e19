package io.github.phoenixkt.transport

import io.github.phoenixkt.phoenixSettings
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.http.HttpMethod
import java.io.IOException
import java.net.Proxy
import java.net.ProxySelector
import java.net.SocketAddress
import java.net.URI
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

private val GOOD: Step = { answer("{}") }

/** Does not answer, and cannot be interrupted, like a look-up of a name. */
private class StuckSelector : ProxySelector() {
    val released = CountDownLatch(1)

    override fun select(uri: URI): List<Proxy> {
        while (released.count > 0) {
            try {
                released.await()
            } catch (_: InterruptedException) {
                // Not yet.
            }
        }
        return emptyList()
    }

    override fun connectFailed(uri: URI, address: SocketAddress, failure: IOException) = Unit
}

private class Counting(private val pool: ExecutorService) : ExecutorService by pool {
    val begun = AtomicInteger()

    override fun execute(work: Runnable) {
        begun.incrementAndGet()
        pool.execute(work)
    }
}

private fun request() =
    WireRequest(
        HttpMethod.Get,
        "/v1/projects/p",
        emptyMap(),
        body = null,
        Duration.ofSeconds(20),
        mayReuse = false,
        mayKeep = false,
    )

/** A name, or a proxy of the JVM, is looked up on a thread that nothing can free before its end. */
class StuckLookUpsSpec :
    FunSpec({
        suspend fun onStuck(
            most: Int,
            block: suspend (SocketEngine, Counting, StuckSelector, FaultServer) -> Unit,
        ) {
            val selector = StuckSelector()
            val threads = Counting(Executors.newCachedThreadPool())
            FaultServer(GOOD).use { server ->
                val settings = phoenixSettings { endpoint = "http://127.0.0.1:${server.port}" }
                val route = SocketRoute(settings) { selector }
                SocketEngine(route, mostIdle = most, threads = threads).use { engine ->
                    try {
                        withTimeout(60.seconds) { block(engine, threads, selector, server) }
                    } finally {
                        selector.released.countDown()
                    }
                }
            }
        }

        test("cancelled calls hold no more threads than calls that are under way") {
            onStuck(most = 3) { engine, threads, selector, _ ->
                coroutineScope {
                    repeat(20) {
                        launch(start = CoroutineStart.UNDISPATCHED) { engine.send(request()) }
                            .cancelAndJoin()
                    }
                    threads.begun.get() shouldBe 3
                    val next = async(start = CoroutineStart.UNDISPATCHED) { engine.send(request()) }
                    threads.begun.get() shouldBe 3
                    selector.released.countDown()
                    next.await().status shouldBe 200
                }
            }
        }
    })
