package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.UploadProgressListener
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlin.reflect.typeOf
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.AnyRow

private fun rows(size: Int): AnyFrame =
    frameOf("span_id" to List(size) { "a$it" }, "text" to List(size) { it })

private val AnyRow.number: Int
    get() = this["text"] as Int

/** Delays just below their bound, so that time tells how often and how long was waited. */
private val longest =
    PhoenixRuntime(
        random =
            object : Random() {
                override fun nextBits(bitCount: Int) = -1 ushr (Int.SIZE_BITS - bitCount)
            }
    )

@OptIn(ExperimentalCoroutinesApi::class)
class EvaluateSpec :
    FunSpec({
        test("one row each, in their order, whatever ends first") {
            runTest {
                val frame =
                    frameOf(
                        "context.span_id" to listOf("a", "b", "c"),
                        "document_position" to listOf(0, 1, 2),
                        "context.trace_id" to listOf("t", "t", "u"),
                        "text" to listOf(0, 1, 2),
                    )
                val judged =
                    frame.evaluate("tone") { row ->
                        delay((3 - row.number).seconds)
                        if (row.number == 1) null
                        else Evaluation("l${row.number}", row.number / 2.0, "why")
                    }
                judged.columnNames() shouldBe
                    listOf(
                        "context.span_id",
                        "context.trace_id",
                        "document_position",
                        "annotation_name",
                        "label",
                        "score",
                        "explanation",
                        "error",
                        "attempts",
                    )
                judged["context.span_id"].toList() shouldBe listOf("a", "b", "c")
                judged["document_position"].toList() shouldBe listOf(0, 1, 2)
                judged["annotation_name"].toList() shouldBe List(3) { "tone" }
                judged["label"].toList() shouldBe listOf("l0", null, "l2")
                judged["score"].toList() shouldBe listOf(0.0, null, 1.0)
                judged["explanation"].toList() shouldBe listOf("why", null, "why")
                judged["error"].toList() shouldBe List(3) { null }
                judged["attempts"].toList() shouldBe List(3) { 1 }
            }
        }

        test("as many rows at a time as are allowed, and no more") {
            runTest {
                var now = 0
                var most = 0
                rows(100).evaluate("tone", parallelism = 7) {
                    most = maxOf(most, ++now)
                    delay(1.seconds)
                    now--
                    null
                }
                most shouldBe 7
                currentTime shouldBe 15_000
            }
        }

        test("a row that fails is not tried again unless asked") {
            runTest {
                val judged = rows(2).evaluate("tone") { error("row ${it.number}") }
                judged["attempts"].toList() shouldBe listOf(1, 1)
                judged["error"].toList() shouldBe
                    listOf("IllegalStateException: row 0", "IllegalStateException: row 1")
            }
        }

        test("a row that fails is tried again, later and later") {
            runTest {
                val judged =
                    rows(1).evaluate(
                        "tone",
                        options =
                            evaluationOptions {
                                retry { maxAttempts = 4 }
                                runtime = longest
                            },
                    ) {
                        if (currentTime < 1_400) throw IOException("busy") else Evaluation("good")
                    }
                judged["label"].toList() shouldBe listOf("good")
                judged["error"].toList() shouldBe listOf(null)
                judged["attempts"].toList() shouldBe listOf(3)
                // 0.5 s, then 1 s.
                currentTime shouldBeInRange 1_498L..1_500L
            }
        }

        test("a row that fails for good has its error, and the others their results") {
            runTest {
                var calls = 0
                val judged =
                    rows(3).evaluate(
                        "tone",
                        options =
                            evaluationOptions {
                                retry {
                                    maxAttempts = 5
                                    maxDelay = Duration.ofSeconds(1)
                                }
                                runtime = longest
                            },
                    ) {
                        if (it.number != 1) Evaluation(score = Double.NaN)
                        else {
                            calls++
                            throw IOException("not\nthere")
                        }
                    }
                judged["error"].toList() shouldBe listOf(null, "IOException: not\\nthere", null)
                judged["attempts"].toList() shouldBe listOf(1, 5, 1)
                judged["score"].toList() shouldBe listOf(null, null, null)
                judged["score"].type() shouldBe typeOf<Double?>()
                calls shouldBe 5
                // 0.5 s, then three times the longest delay.
                currentTime shouldBeInRange 3_496L..3_500L
            }
        }

        test("only what may go better is tried again") {
            runTest {
                val judged =
                    rows(2).evaluate(
                        "tone",
                        options =
                            evaluationOptions {
                                retry { maxAttempts = 4 }
                                retryIf = { it is IOException }
                            },
                    ) {
                        if (it.number == 0) throw IOException() else error("a bug")
                    }
                judged["attempts"].toList() shouldBe listOf(4, 1)
                judged["error"].toList() shouldBe
                    listOf("IOException", "IllegalStateException: a bug")
            }
        }

        test("a condition of retries that throws, or is cancelled, costs no other row") {
            runTest {
                val judged =
                    rows(3).evaluate(
                        "tone",
                        options =
                            evaluationOptions {
                                retry { maxAttempts = 4 }
                                retryIf = {
                                    if (it is IOException) error("a bug")
                                    else throw CancellationException("of something else")
                                }
                            },
                    ) {
                        when (it.number) {
                            0 -> throw IOException("busy")
                            1 -> error("away")
                            else -> Evaluation("good")
                        }
                    }
                judged["label"].toList() shouldBe listOf(null, null, "good")
                judged["attempts"].toList() shouldBe listOf(1, 1, 1)
                judged["error"][0] shouldBe
                    "IOException: busy (not tried again, because retryIf threw IllegalStateException: a bug)"
                judged["error"][1].toString() shouldContain
                    "retryIf threw CancellationException: of something else"
            }
        }

        test("an exception whose message cannot be read is its row's error alone") {
            class Mute : RuntimeException() {
                override val message: String
                    get() = error("no text")
            }
            runTest {
                val judged =
                    rows(2).evaluate("tone") {
                        if (it.number == 0) throw Mute() else Evaluation("good")
                    }
                judged["error"].toList() shouldBe listOf("Mute", null)
                judged["label"].toList() shouldBe listOf(null, "good")
            }
        }

        test("a row that hangs ends when its time is over") {
            runTest {
                val judged =
                    rows(2).evaluate(
                        "tone",
                        options =
                            evaluationOptions { retry { totalTimeout = Duration.ofSeconds(10) } },
                    ) {
                        if (it.number == 0) awaitCancellation() else Evaluation("good")
                    }
                judged["error"].toList() shouldBe listOf("There was no result within 10s.", null)
                judged["attempts"].toList() shouldBe listOf(1, 1)
                currentTime shouldBe 10_000
            }
        }

        test("a time limit of the evaluator's own is a failure, not a cancellation") {
            runTest {
                val judged =
                    rows(2).evaluate(
                        "tone",
                        options = evaluationOptions { retry { maxAttempts = 2 } },
                    ) {
                        if (it.number == 0) withTimeout(1.seconds) { awaitCancellation() }
                        else throw CancellationException("of something else")
                    }
                judged["error"][0].toString() shouldContain "Timed out"
                judged["error"][1] shouldBe "CancellationException: of something else"
                judged["attempts"].toList() shouldBe listOf(2, 2)
            }
        }

        test("cancelling ends every attempt, and nothing is swallowed") {
            runTest {
                val ended = mutableListOf<Int>()
                var tries = 0
                val evaluation = async {
                    rows(10).evaluate("tone", parallelism = 3) {
                        tries++
                        try {
                            awaitCancellation()
                        } finally {
                            ended += it.number
                        }
                    }
                }
                runCurrent()
                evaluation.cancel()
                shouldThrow<CancellationException> { evaluation.await() }
                ended.sorted() shouldBe listOf(0, 1, 2)
                tries shouldBe 3
                currentTime shouldBe 0
            }
        }

        test("cancelling while it waits for the next attempt") {
            runTest {
                var tries = 0
                val evaluation = async {
                    val retried = evaluationOptions {
                        retry { maxAttempts = 4 }
                        runtime = longest
                    }
                    rows(1).evaluate("tone", options = retried) {
                        tries++
                        throw IOException()
                    }
                }
                testScheduler.advanceTimeBy(100.milliseconds)
                evaluation.cancel()
                shouldThrow<CancellationException> { evaluation.await() }
                tries shouldBe 1
            }
        }

        test("an error that is no exception ends all") {
            runTest {
                shouldThrow<NotImplementedError> { rows(3).evaluate("tone") { TODO() } }
            }
        }

        test("progress is told after each row, one at a time") {
            val told = mutableListOf<Triple<Int, Int, Int>>()
            val judged =
                withContext(Dispatchers.Default) {
                    rows(200).evaluate(
                        "tone",
                        parallelism = 8,
                        options =
                            evaluationOptions {
                                retry { maxAttempts = 1 }
                                progress = UploadProgressListener {
                                    told += Triple(it.done, it.failed, it.total)
                                }
                            },
                    ) {
                        if (it.number % 10 == 0) error("no") else Evaluation("good")
                    }
                }
            told.map { it.first } shouldBe (1..200).toList()
            told.last() shouldBe Triple(200, 20, 200)
            judged["label"].toList().count { it == "good" } shouldBe 180
            judged["error"].toList().count { it == "IllegalStateException: no" } shouldBe 20
        }

        test("a listener may wait for another row") {
            val third = CountDownLatch(1)
            val told = mutableListOf<Pair<Int, Boolean>>()
            val options = evaluationOptions {
                progress = UploadProgressListener {
                    // Only a deadlock takes so long.
                    told += it.done to third.await(60, TimeUnit.SECONDS)
                }
            }
            withContext(Dispatchers.Default) {
                rows(3).evaluate("tone", parallelism = 2, options) {
                    if (it.number == 2) third.countDown()
                    Evaluation("good")
                }
            }
            told shouldBe (1..3).map { it to true }
        }

        test("a listener that fails costs no result, and goes on being told") {
            runTest {
                var told = 0
                val judged =
                    rows(3).evaluate(
                        "tone",
                        options =
                            evaluationOptions {
                                progress = UploadProgressListener {
                                    told++
                                    error("the listener's own")
                                }
                            },
                    ) {
                        Evaluation("good")
                    }
                judged["label"].toList() shouldBe List(3) { "good" }
                judged["error"].toList() shouldBe List(3) { null }
                told shouldBe 3
            }
        }

        test("the time told does not go back when the clock is set back") {
            runTest {
                val clock = TestClock.stoppedAt(Instant.parse("2026-01-05T10:00:00Z"))
                val told = mutableListOf<Duration>()
                val options = evaluationOptions {
                    runtime = PhoenixRuntime(clock)
                    progress = UploadProgressListener { told += it.elapsed }
                }
                rows(3).evaluate("tone", parallelism = 1, options) {
                    clock.move(Duration.ofMinutes(if (it.number == 1) -60 else 1))
                    Evaluation("good")
                }
                told.map { it.toMinutes() } shouldBe listOf(1L, 1L, 2L)
            }
        }

        test("an infinite score is an error of its row") {
            runTest {
                val judged =
                    rows(1).evaluate(
                        "tone",
                        options = evaluationOptions { retry { maxAttempts = 1 } },
                    ) {
                        Evaluation(score = Double.POSITIVE_INFINITY)
                    }
                judged["error"][0].toString() shouldContain "The score is Infinity"
            }
        }

        test("nested ids are kept by their dotted names") {
            runTest {
                val nested =
                    frameOf(
                            "context.span_id" to listOf("a"),
                            "attributes.session.id" to listOf("s"),
                        )
                        .nestAttributes()
                val judged = nested.evaluate("tone") { Evaluation("good") }
                judged["context.span_id"].toList() shouldBe listOf("a")
                judged["attributes.session.id"].toList() shouldBe listOf("s")
            }
        }

        test("wrong arguments are told before anything is judged") {
            runTest {
                val calls = mutableListOf<AnyRow>()
                suspend fun messageOf(
                    frame: AnyFrame,
                    name: String = "tone",
                    parallelism: Int = 1,
                ) =
                    shouldThrow<IllegalArgumentException> {
                            frame.evaluate(name, parallelism) {
                                calls += it
                                null
                            }
                        }
                        .message
                        .orEmpty()
                messageOf(rows(1), name = " ") shouldBe "The name of the evaluation is blank."
                messageOf(rows(1), parallelism = 0) shouldContain "parallelism is 0"
                messageOf(frameOf("text" to listOf("a"))) shouldContain
                    "Add one of the columns span_id, context.span_id, trace_id"
                messageOf(frameOf("document_position" to listOf(1))) shouldContain
                    "no column of ids"
                messageOf(frameOf()) shouldContain "Its columns are none."
                calls.shouldBeEmpty()
                rows(1)[emptyList()].evaluate("tone") { null }.rowsCount() shouldBe 0
            }
        }

        test("once it is cancelled, no further row is begun") {
            runTest {
                val gate = CompletableDeferred<Unit>()
                var calls = 0
                val evaluation = async {
                    rows(5).evaluate("tone", parallelism = 1) {
                        calls++
                        gate.await()
                        // Does not notice that it is cancelled.
                        null
                    }
                }
                runCurrent()
                gate.complete(Unit)
                evaluation.cancel()
                shouldThrow<CancellationException> { evaluation.await() }
                calls shouldBe 1
            }
        }
    })
