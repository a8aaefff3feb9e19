package io.github.phoenixkt.queue

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.json
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.spanId
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout

private val PATIENCE = 2.minutes
private val FOREVER: Duration = Duration.ofDays(10_000)
private const val DATE = "Mon, 05 Jan 2026 09:00:00 GMT"
private const val TEN_MINUTES_LATER = "Mon, 05 Jan 2026 09:10:00 GMT"

private fun refusal(retryAfter: String, status: Int = 429) =
    Answer(
        status,
        "not now",
        headers = mapOf("Retry-After" to retryAfter, "Date" to DATE),
        version = null,
    )

/** How a queue treats a server that says when to come back. */
class RetryAfterSpec :
    FunSpec({
        /** The pauses between requests that are answered with [refusal] until the sixth. */
        suspend fun pauses(refusal: Answer, whileAsleep: (AnnotationQueue) -> Unit = {}) =
            CopyOnWriteArrayList<Instant>().let { asked ->
                val time = FakeTime()
                val server = MockPhoenix { sent ->
                    asked += time.now
                    if (asked.size < 6) refusal else sent.stored()
                }
                val queue = CompletableDeferred<AnnotationQueue>()
                val sleeping = time.runtime()
                val client = server.client {
                    runtime =
                        PhoenixRuntime(
                            sleeping.clock,
                            sleeping.random,
                            sleep = {
                                if (asked.size in 1..5) whileAsleep(queue.await())
                                sleeping.sleep(it)
                            },
                        )
                }
                queue.complete(client.annotationQueue { maxAge = FOREVER })
                val offer = queue.await().offer(row(0))
                withTimeout(PATIENCE) { offer.outcome.await() }
                    .shouldBeInstanceOf<QueueOutcome.Stored>()
                queue.await().close(LONG)
                asked.zipWithNext { one, next -> Duration.between(one, next) }.take(5)
            }

        for (status in listOf(429, 503)) {
            val waits =
                mapOf(
                    "20" to List(5) { 20L },
                    "61" to List(5) { 60L },
                    "3600" to List(5) { 60L },
                    "99999999999999999999" to List(5) { 60L },
                    TEN_MINUTES_LATER to List(5) { 60L },
                )
            for ((header, seconds) in waits) {
                test(
                    "a $status with Retry-After: $header keeps the queue away for a minute at most"
                ) {
                    pauses(refusal(header, status)).map { it.toSeconds() } shouldBe seconds
                }
            }

            for (header in listOf("0", "-3600", "soon", DATE)) {
                test("a $status with Retry-After: $header does not keep the queue away") {
                    pauses(refusal(header, status)).forEach {
                        it shouldBeLessThan 6.seconds.toJavaDuration()
                    }
                }
            }
        }

        test("rows that are offered do not end the pause") {
            var number = 1
            val refusal = refusal("3600")
            val pauses = pauses(refusal) { it.offer(row(number++)).accepted shouldBe true }
            pauses.map { it.toSeconds() } shouldBe List(5) { 60L }
        }

        test("of several notes, the one that is to wait longest counts") {
            val time = FakeTime()
            val asked = CopyOnWriteArrayList<Instant>()
            val server = MockPhoenix { sent ->
                asked += time.now
                if (asked.size > 2) json("""{"data":{"id":"n1"}}""")
                else if (spanId(1) in sent.body) refusal("600") else Answer(401, "Invalid token")
            }
            // Nothing but their number sends them, and both at once.
            val runtime =
                PhoenixRuntime(
                    TestClock.showing { time.now },
                    sleep = {
                        if (asked.isEmpty()) awaitCancellation()
                        time.pass(it.toJavaDuration())
                    },
                )
            val queue =
                server
                    .client { this.runtime = runtime }
                    .annotationQueue {
                        flushRows = 2
                        maxAge = FOREVER
                    }
            val notes = (0..1).map { queue.offer(NoteData.ofSpan(spanId(it), "text")) }
            withTimeout(PATIENCE) { notes.forEach { it.outcome.await() } }
            Duration.between(asked[1], asked[2]) shouldBe Duration.ofMinutes(1)
            queue.close(LONG)
        }

        /** Nothing that sleeps for long wakes up by itself. */
        suspend fun whileItSleeps(act: suspend (AnnotationQueue) -> Unit) {
            val time = FakeTime()
            val sleeping = time.runtime()
            val pauses = CompletableDeferred<Unit>()
            val server = MockPhoenix { sent ->
                if (pauses.isCompleted) sent.stored() else refusal("3600")
            }
            val client = server.client {
                runtime =
                    PhoenixRuntime(
                        sleeping.clock,
                        sleeping.random,
                        sleep = {
                            if (it > 1.seconds) {
                                pauses.complete(Unit)
                                awaitCancellation()
                            }
                            sleeping.sleep(it)
                        },
                    )
            }
            val queue = client.annotationQueue { maxAge = FOREVER }
            val offer = queue.offer(row(1))
            withTimeout(PATIENCE) { pauses.await() }
            act(queue)
            offer.outcome.await().shouldBeInstanceOf<QueueOutcome.Stored>()
            server.requests shouldHaveSize 2
            queue.close(LONG)
        }

        test("flush ends the pause") {
            whileItSleeps { it.flush(Duration.ofMinutes(2)) shouldBe true }
        }

        test("close ends the pause") {
            whileItSleeps { it.close(Duration.ofMinutes(2)).drained shouldBe true }
        }

        test("rows expire in time while the server is left alone") {
            val time = FakeTime()
            val told = CompletableDeferred<Instant>()
            val client = MockPhoenix { refusal("3600") }.client { runtime = time.runtime() }
            val queue = client.annotationQueue {
                awaitTarget = Duration.ofSeconds(20)
                maxAge = Duration.ofSeconds(20)
                listener =
                    object : AnnotationQueueListener {
                        override fun onOutcome(
                            annotation: AnnotationData,
                            outcome: QueueOutcome,
                        ) {
                            told.complete(time.now)
                        }
                    }
            }
            val offered = time.now
            val offer = queue.offer(row(1))
            withTimeout(PATIENCE) { offer.outcome.await() }
                .shouldBeInstanceOf<QueueOutcome.Expired>()
            Duration.between(offered, told.await()) shouldBeLessThan Duration.ofSeconds(30)
            queue.close(Duration.ZERO)
        }

        test("the disk is tried again in time while the server is left alone") {
            val folder = Files.createDirectory(tempdir().toPath().resolve("spool"))
            val away = folder.resolveSibling("spool-away")
            val start = Instant.parse("2026-01-05T10:00:00Z")
            val time = FakeTime().apply { now = start }
            val broken = CompletableDeferred<Instant>()
            val mended = CompletableDeferred<Instant>()
            val client = MockPhoenix {
                // Before the pause begins.
                if (!broken.isCompleted) Files.move(folder, away)
                refusal("3600")
            }
                .client {
                    runtime =
                        PhoenixRuntime(
                            TestClock.showing { time.now },
                            sleep = {
                                if (broken.isCompleted && Files.exists(away))
                                    Files.move(away, folder)
                                time.pass(it.toJavaDuration())
                            },
                        )
                    listener =
                        object : PhoenixListener {
                            override fun onQueue(state: QueueState) {
                                if (state.spoolProblem != null) broken.complete(time.now)
                                else if (broken.isCompleted) mended.complete(time.now)
                            }
                        }
                }
            val queue = client.annotationQueue {
                spool = folder
                maxAge = FOREVER
            }
            queue.offer(row(1))
            val waited = withTimeout(PATIENCE) { Duration.between(broken.await(), mended.await()) }
            withClue(waited) { waited shouldBeLessThan Duration.ofSeconds(20) }
            queue.close(Duration.ZERO)
        }
    })
