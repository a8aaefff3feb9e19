package io.github.phoenixkt.transport

import io.github.phoenixkt.phoenixSettings
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.ktor.http.HttpMethod
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible

private const val NO_THREAD = "unable to create native thread"
private val NO_THREADS = Executor { throw OutOfMemoryError(NO_THREAD) }

/** The JVM asks it for its class loader when it makes a thread for it, and gets an error. */
private class BarrenThread(work: Runnable) : Thread(work) {
    var isBarren = false

    override fun getContextClassLoader(): ClassLoader? {
        if (isBarren) throw OutOfMemoryError(NO_THREAD)
        return super.getContextClassLoader()
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
                SocketEngine(routeTo(server), mostIdle = 1).use { engine ->
                    val first = CompletableFuture<Result<WireAnswer>>()
                    BarrenThread {
                        first.complete(
                            runBlocking {
                                val thread = Thread.currentThread() as BarrenThread
                                thread.isBarren = true
                                runCatching { engine.send(requestOf(null)) }
                                    .also { thread.isBarren = false }
                            }
                        )
                    }
                        .start()
                    val error = first.await().exceptionOrNull()
                    error.shouldBeInstanceOf<UnopenedException>()
                    error.message shouldContain NO_THREAD
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
                        hungUp.await(30, TimeUnit.SECONDS) shouldBe true
                    }
                }
        }
    })
