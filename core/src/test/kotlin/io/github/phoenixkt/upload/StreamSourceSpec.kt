package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.causesOf
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.io.InterruptedIOException
import java.io.UncheckedIOException
import java.net.SocketTimeoutException
import java.nio.channels.ClosedByInterruptException
import java.nio.channels.FileLockInterruptionException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private const val MANY = 200_000

private val OPTIONS = uploadOptions {
    delivery = Delivery.CONFIRMED
    queueWindow = 10
}

private fun refusing() =
    PhoenixModel().apply { trouble = { if (it.method == "POST") Answer(401, "No") else null } }

/** Notes each row before it is handed over; after [rows] of them, it goes on with [then]. */
private class Source(private val rows: Int = MANY, private val then: suspend () -> Unit = {}) :
    Flow<AnnotationData> {
    val taken = ConcurrentLinkedQueue<String>()

    override suspend fun collect(collector: FlowCollector<AnnotationData>) {
        repeat(rows) {
            val row = row(it)
            taken += row.targetId
            collector.emit(row)
        }
        then()
    }
}

/** What a blocked read throws once its thread is interrupted. */
private fun blockUntilInterrupted(failure: (InterruptedException) -> Exception = { it }) {
    try {
        CountDownLatch(1).await()
    } catch (e: InterruptedException) {
        throw failure(e)
    }
}

private val INTERRUPTS =
    mapOf<String, (InterruptedException) -> Exception>(
        "as it is" to { it },
        "as a cause" to { IllegalStateException("cannot read", it) },
        "of a channel" to { UncheckedIOException(ClosedByInterruptException()) },
        "of a stream" to { InterruptedIOException("interrupted") },
        "of a lock" to { UncheckedIOException(FileLockInterruptionException()) },
    )

private val FAILURES =
    mapOf<String, (InterruptedException) -> Exception>(
        "of the disk" to { IOException("the disk is broken") },
        "of a socket" to { SocketTimeoutException("the disk is broken") },
        "to close the file" to { it.apply { addSuppressed(IOException("the disk is broken")) } },
        "to close the file, wrapped" to
            {
                UncheckedIOException(
                    ClosedByInterruptException().apply {
                        addSuppressed(IOException("the disk is broken"))
                    }
                )
            },
    )

/** Ten rows, then [read], on a thread that is interrupted if the upload ends before. */
private fun onThread(read: () -> Unit): ReaderFlow {
    val thread = AtomicReference<Thread>()
    val executor = Executors.newSingleThreadExecutor {
        Thread(it).apply { isDaemon = true }.also(thread::set)
    }
    val rows = flow {
        repeat(10) { emit(row(it)) }
        read()
    }
    return ReaderFlow(rows, executor.asCoroutineDispatcher()) { thread.get().interrupt() }
}

/** What becomes of the source of a stream whose upload ends before it does. */
class StreamSourceSpec :
    FunSpec({
        val threads: Map<String, CoroutineDispatcher> =
            mapOf(
                "one thread" to Dispatchers.Default.limitedParallelism(1),
                "many threads" to Dispatchers.Default,
                "no thread of its own" to Dispatchers.Unconfined,
            )

        for ((name, dispatcher) in threads) {
            test("a source that fails when it is ended costs no summary, on $name") {
                val endless = flow {
                    try {
                        repeat(MANY) { emit(row(it)) }
                    } finally {
                        error("the file cannot be closed")
                    }
                }
                val summary =
                    withContext(dispatcher) {
                        refusing().client.annotations.uploadStream(endless, OPTIONS)
                    }
                summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
                summary.counts.values.sum() shouldBe summary.rows
                summary.remarks.single() shouldContain
                    "IllegalStateException: the file cannot be closed"
            }

            test("a source without end is not read on after a stop, on $name") {
                val told = ConcurrentLinkedQueue<String>()
                val source = Source()
                val summary =
                    withContext(dispatcher) {
                        refusing().client.annotations.uploadStream(source, OPTIONS) { row, _ ->
                            told += row.targetId
                            repeat(1_000) { Thread.onSpinWait() }
                        }
                    }
                summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
                summary.rows shouldBeLessThan 100L
                summary.rows shouldBe source.taken.size.toLong()
                told shouldContainExactlyInAnyOrder source.taken
            }
        }

        test("a source that waits for its next row does not keep a stopped upload waiting") {
            val source = Source(rows = 10) { awaitCancellation() }
            val summary = refusing().client.annotations.uploadStream(source, OPTIONS)
            summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
            summary.counts shouldBe mapOf("NotAttempted" to 10L)
            summary.remarks shouldBe emptyList()
        }

        for ((name, rows) in mapOf("has not begun" to 0, "has paused" to 10)) test(
            "a client that is closed ends the upload of a source that $name"
        ) {
            val client = PhoenixModel().client
            val told = Channel<RowOutcome>(Channel.UNLIMITED)
            val silent = CompletableDeferred<Unit>()
            val source =
                Source(rows) {
                    silent.complete(Unit)
                    awaitCancellation()
                }
            val upload =
                async(Dispatchers.Default) {
                    client.annotations.uploadStream(source, OPTIONS) { _, outcome ->
                        told.trySend(outcome)
                    }
                }
            silent.await()
            repeat(rows) { told.receive() }
            client.close()
            val summary = withTimeout(120.seconds) { upload.await() }
            summary.stoppedBy.shouldBeInstanceOf<IllegalStateException>().message shouldContain
                "closed"
            summary.complete shouldBe false
            summary.counts shouldBe if (rows == 0) emptyMap() else mapOf("Stored" to 10L)
        }

        test("a client that is closed costs no row that its source has handed over") {
            val model = PhoenixModel()
            val told = ConcurrentLinkedQueue<String>()
            val source = Source()
            val sending = CompletableDeferred<Unit>()
            model.silence = { sent ->
                (sent.method == "POST" && model.writes.size > 1).also {
                    if (it) sending.complete(Unit)
                }
            }
            val upload =
                async(Dispatchers.Default) {
                    model.client.annotations.uploadStream(source, OPTIONS) { row, _ ->
                        told += row.targetId
                    }
                }
            sending.await()
            model.client.close()
            val summary = withTimeout(120.seconds) { upload.await() }
            summary.stoppedBy.shouldBeInstanceOf<IllegalStateException>()
            told shouldContainExactlyInAnyOrder source.taken
        }

        test("a source that has ended is complete, although the client is closed by then") {
            val client = PhoenixModel().client
            val summary =
                client.annotations.uploadStream(Source(rows = 10), OPTIONS) { _, _ ->
                    client.close()
                }
            summary.counts shouldBe mapOf("Stored" to 10L)
        }

        test("a source that is itself cancelled has failed, and its rows are sent") {
            val model = PhoenixModel()
            val source = Source(rows = 25) { throw CancellationException("the source's own scope") }
            val summary = model.client.annotations.uploadStream(source, OPTIONS)
            summary.counts shouldBe mapOf("Stored" to 25L)
            summary.stoppedBy!!.message shouldBe "the source's own scope"
        }

        for ((name, failure) in INTERRUPTS) {
            test("an interrupt that ends a blocked source is not its failure, $name") {
                val sources =
                    listOf<(() -> Unit) -> Flow<AnnotationData>>(
                        ::onThread,
                        { read ->
                            flow {
                                repeat(10) { emit(row(it)) }
                                runInterruptible(Dispatchers.IO) { read() }
                            }
                        },
                    )
                for (source in sources) {
                    val reading = CompletableDeferred<Unit>()
                    val model = refusing()
                    model.slow = { reading.await() }
                    val rows = source {
                        reading.complete(Unit)
                        blockUntilInterrupted(failure)
                    }
                    val summary = model.client.annotations.uploadStream(rows, OPTIONS)
                    summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
                    summary.counts shouldBe mapOf("NotAttempted" to 10L)
                    summary.remarks shouldBe emptyList()
                }
            }

            test("an interrupt that is not the upload's is a failure of the source, $name") {
                val source = onThread { throw failure(InterruptedException("someone else's")) }
                val summary = PhoenixModel().client.annotations.uploadStream(source, OPTIONS)
                summary.counts shouldBe mapOf("Stored" to 10L)
                causesOf(summary.stoppedBy!!).last().javaClass shouldBe
                    causesOf(failure(InterruptedException())).last().javaClass
            }
        }

        for ((name, failure) in FAILURES) test(
            "a failure $name when a blocked source is interrupted is told"
        ) {
            val reading = CompletableDeferred<Unit>()
            val model = refusing()
            model.slow = { reading.await() }
            val source = onThread {
                reading.complete(Unit)
                blockUntilInterrupted(failure)
            }
            val summary = model.client.annotations.uploadStream(source, OPTIONS)
            summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
            summary.remarks.single() shouldContain "Exception: the disk is broken"
        }

        test("of two failures, the source's is not passed over") {
            val failed = CompletableDeferred<Unit>()
            val source =
                Source(rows = 15) {
                    failed.complete(Unit)
                    error("the source broke")
                }
            val model = refusing()
            model.slow = { failed.await() }
            val summary = model.client.annotations.uploadStream(source, OPTIONS)
            summary.stoppedBy.shouldBeInstanceOf<PhoenixException.Unauthorized>()
            summary.counts shouldBe mapOf("NotAttempted" to 15L)
            summary.remarks.single() shouldContain "IllegalStateException: the source broke"
        }

        val whileItWaits = mapOf("for its first row" to 0, "for the rest of a window" to 3)
        for ((name, rows) in whileItWaits) {
            test("a caller that cancels while the upload waits $name is told of every row") {
                val told = ConcurrentLinkedQueue<String>()
                val waiting = CompletableDeferred<Unit>()
                val source =
                    Source(rows) {
                        waiting.complete(Unit)
                        awaitCancellation()
                    }
                coroutineScope {
                    val call = launch {
                        PhoenixModel().client.annotations.uploadStream(source, OPTIONS) { row, _ ->
                            told += row.targetId
                        }
                    }
                    waiting.await()
                    call.cancelAndJoin()
                }
                told shouldContainExactlyInAnyOrder source.taken
            }
        }

        for ((name, dispatcher) in threads) {
            test("a caller that cancels while a window is sent is told of every row, on $name") {
                val told = ConcurrentLinkedQueue<Pair<String, RowOutcome>>()
                val source = Source()
                val sending = CompletableDeferred<Unit>()
                val model = PhoenixModel()
                model.silence = { sent ->
                    (sent.method == "POST" && model.writes.size > 1).also {
                        if (it) sending.complete(Unit)
                    }
                }
                coroutineScope {
                    val call =
                        launch(dispatcher) {
                            model.client.annotations.uploadStream(source, OPTIONS) { row, outcome ->
                                told += row.targetId to outcome
                            }
                        }
                    sending.await()
                    call.cancelAndJoin()
                }
                withClue(told.groupingBy { it.second.name }.eachCount()) {
                    told.map { it.first } shouldContainExactlyInAnyOrder source.taken
                    told.count { it.second is RowOutcome.Stored } shouldBe 10
                    told.count { it.second is RowOutcome.Unknown } shouldBe 10
                }
            }
        }

        test("what a source throws when its caller cancels does not replace the cancellation") {
            val begun = CompletableDeferred<Unit>()
            val source = flow {
                try {
                    emit(row(1))
                    begun.complete(Unit)
                    delay(Long.MAX_VALUE)
                } finally {
                    error("the file cannot be closed")
                }
            }
            val cause = coroutineScope {
                val seen = CompletableDeferred<Throwable>()
                val call = launch {
                    try {
                        PhoenixModel().client.annotations.uploadStream(source, OPTIONS)
                    } catch (e: CancellationException) {
                        seen.complete(e)
                        throw e
                    } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                        seen.complete(e)
                    }
                }
                begun.await()
                call.cancelAndJoin()
                seen.await()
            }
            cause.shouldBeInstanceOf<CancellationException>()
        }
    })
