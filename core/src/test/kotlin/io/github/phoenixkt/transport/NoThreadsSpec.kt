package io.github.phoenixkt.transport

import io.github.phoenixkt.phoenixSettings
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.http.HttpMethod
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible

private const val NO_THREAD = "unable to create native thread"
private val NO_THREADS = Executor { throw OutOfMemoryError(NO_THREAD) }

/** Has no thread for what comes first. */
private class Barren(private val pool: ExecutorService = Executors.newCachedThreadPool()) :
    ExecutorService by pool {
    private val isBarren = AtomicBoolean(true)

    override fun execute(work: Runnable) {
        if (isBarren.getAndSet(false)) throw OutOfMemoryError(NO_THREAD)
        pool.execute(work)
    }
}

/** A machine that has no more threads, for a while. */
class NoThreadsSpec :
    FunSpec({
        fun requestOf(body: ByteArray?) =
            WireRequest(
                HttpMethod.Post,
                "/v1/span_annotations",
                emptyMap(),
                body,
                Duration.ofSeconds(20),
                mayReuse = true,
            )

        fun routeTo(server: FaultServer) =
            SocketRoute(phoenixSettings { endpoint = "http://127.0.0.1:${server.port}" })

        fun noneKept() = IdleConnections(most = 1, Duration.ofMinutes(1), NO_THREADS)

        test("a request that gets no thread was not sent, and the next one is") {
            FaultServer({ answer("{}") }).use { server ->
                SocketEngine(routeTo(server), mostIdle = 1, threads = Barren()).use { engine ->
                    shouldThrow<UnopenedException> { engine.send(requestOf(null)) }
                        .message shouldContain NO_THREAD
                    engine.send(requestOf(null)).status shouldBe 200
                    server.requests.size shouldBe 1
                }
            }
        }

        test("a long body that gets no thread was not sent") {
            FaultServer({ answer("{}") }).use { server ->
                val exchange =
                    SocketExchange(
                        requestOf(ByteArray(100_000)),
                        routeTo(server),
                        noneKept(),
                        NO_THREADS,
                    )
                shouldThrow<UnopenedException> { exchange.run() }.message shouldContain NO_THREAD
                exchange.abort()
                server.requests.shouldBeEmpty()
            }
        }

        test("an answer is given, and its connection closed, if no thread can watch that") {
            val hungUp = CountDownLatch(1)
            FaultServer({
                    answer("{}")
                    if (seesHangUp()) hungUp.countDown()
                })
                .use { server ->
                    val kept = noneKept()
                    SocketExchange(requestOf(null), routeTo(server), kept, NO_THREADS)
                        .run()
                        .status shouldBe 200
                    kept.take() shouldBe null
                    runInterruptible(Dispatchers.IO) {
                        hungUp.await(60, TimeUnit.SECONDS) shouldBe true
                    }
                }
        }
    })
