package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotatorKind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.add
import org.jetbrains.kotlinx.dataframe.api.column
import org.jetbrains.kotlinx.dataframe.api.expr
import org.jetbrains.kotlinx.dataframe.api.groupBy
import org.jetbrains.kotlinx.dataframe.api.named

private val FRAME =
    frameOf(
        "my span" to listOf("s1", "s2", null),
        "n" to listOf(0, 1, 2),
        "label" to listOf("a", "b", "c"),
    )

private fun AnyFrame.read(target: AnnotationTargets<Any?>) =
    toAnnotations(target, "quality", AnnotatorKind.LLM)

private fun AnyFrame.refusal(target: AnnotationTargets<Any?>): String =
    shouldThrow<IllegalArgumentException> { read(target) }.message.shouldNotBeNull()

/** Keys that the caller computes. */
class SelectorsSpec :
    FunSpec({
        context("a text that reads nothing of the row") {
            test("is refused, and the message says how to name the column") {
                val message = FRAME.refusal(AnnotationTargets.spans { "my span" })
                message shouldContain "\"my span\""
                message shouldContain "AnnotationTargets.spans { \"my span\"<String>() }"
                message shouldContain "nothing was sent"
            }
            test("is refused for one row, too, and for a position") {
                FRAME[0..0].refusal(AnnotationTargets.traces { "0af7651916cd43dd" }) shouldContain
                    "AnnotationTargets.traces { \"0af7651916cd43dd\"<String>() }"
                FRAME.refusal(
                    AnnotationTargets.documents(position = { "n" }, key = { "my span"<String?>() })
                ) shouldContain "position = { \"n\"<Int>() }"
            }
            test("is another thing than one value in every row of a column") {
                val same = frameOf("s" to List(3) { "s1" }, "label" to List(3) { "x" })
                same.read(AnnotationTargets.spans { "s"<String>() }).all { targetId(it) } shouldBe
                    List(3) { "s1" }
                same
                    .read(AnnotationTargets.spans { "s"<String>().uppercase() })
                    .targetId(2) shouldBe "S1"
            }
            test("is another thing than a text by the number of the row") {
                val ids = listOf("x1", "x2", "x3")
                FRAME.read(AnnotationTargets.spans { ids[it.index()] }).all {
                    targetId(it)
                } shouldBe ids
                FRAME[0..0].read(AnnotationTargets.spans { ids.take(1)[it.index()] })
                    .targetId(0) shouldBe "x1"
            }
        }

        test("a column itself is no value of a row") {
            val mySpan = column<String>("my span")
            listOf(
                    AnnotationTargets.spans<Any?> { mySpan },
                    AnnotationTargets.spans { FRAME["my span"] },
                )
                .forEach { target ->
                    val message = FRAME.refusal(target)
                    message shouldContain "returns the column my span itself"
                    message shouldContain "{ \"my span\"<String>() }"
                }
        }

        context("a selector that throws") {
            test("is the problem of the row, with what was thrown") {
                val rows = FRAME.read(AnnotationTargets.spans { "my span"<String>().trim() })
                val problem = rows.allProblems().single()
                problem.row shouldBe 2
                problem.field shouldBe "span_id"
                problem.reason shouldContain "NullPointerException"
                rows.all { targetId(it) } shouldBe listOf("s1", "s2", null)
            }
            test("in every row is each row's problem") {
                val problems =
                    FRAME.read(AnnotationTargets.spans { "no such"<String>() }).allProblems()
                problems.map { it.row } shouldBe listOf(0, 1, 2)
                problems.first().reason shouldContain "no such"
            }
            test("for a position") {
                val target =
                    AnnotationTargets.documents<Any?>(
                        position = { listOf(0, 1)["n"<Int>()] },
                        key = { "a" + "n"<Int>() },
                    )
                val problem = FRAME.read(target).allProblems().single()
                problem.row shouldBe 2
                problem.field shouldBe "document_position"
            }
            test("because of its own time limit, or another cancellation, is the row's problem") {
                val slow =
                    AnnotationTargets.spans<Any?> {
                        when ("n"<Int>()) {
                            0 -> runBlocking { withTimeout(1) { awaitCancellation() } }
                            1 -> throw CancellationException("of something else")
                            else -> "s3"
                        }
                    }
                val rows = FRAME.read(slow)
                rows.allProblems().map { it.row } shouldBe listOf(0, 1)
                rows.allProblems()[0].reason shouldContain "TimeoutCancellationException"
                rows.allProblems()[1].reason shouldContain "of something else"
                rows.targetId(2) shouldBe "s3"
            }
            test("because the caller was cancelled does not hide that") {
                runTest {
                    val seen = CompletableDeferred<Throwable>()
                    val call = launch {
                        val job = coroutineContext.job
                        val rows =
                            FRAME.read(
                                AnnotationTargets.spans {
                                    job.cancel()
                                    job.ensureActive()
                                    "s1"
                                }
                            )
                        try {
                            clientOf("http://127.0.0.1:1", "p").annotations.upload(rows)
                        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                            seen.complete(e)
                            throw e
                        }
                    }
                    call.join()
                    seen.await().shouldBeInstanceOf<CancellationException>()
                }
            }
        }

        test("the lambda of documents is the key, like that of the others") {
            val frame = FRAME.add("position") { 1 }
            val rows = frame.read(AnnotationTargets.documents { "a" + "n"<Int>() })
            rows.all { targetId(it) to documentPosition(it) } shouldBe
                listOf("a0" to 1, "a1" to 1, "a2" to 1)
        }

        test("messages speak of the key, not of a column of that name") {
            FRAME.read(AnnotationTargets.spans { "n"<Int>() })
                .allProblems()
                .map { it.reason }
                .distinct()
                .single() shouldContain "(from the key) is of type Int"
            val mixed = frameOf("s" to listOf("a", 7), "label" to listOf("x", "y"))
            mixed
                .read(AnnotationTargets.spans { it["s"] })
                .allProblems()
                .single()
                .reason shouldContain "(from the key) is of type Int"
            frameOf("g" to listOf(7, 8), "label" to listOf("x", "y"))
                .groupBy("g")
                .toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.LLM)
                .allProblems()
                .map { it.reason }
                .distinct()
                .single() shouldContain "(from the key) is of type Int"
        }

        test("groups by computed ids and positions have these") {
            val frame =
                frameOf(
                    "g" to listOf("a", "b", "a"),
                    "n" to listOf(0, 1, 2),
                    "label" to listOf("x", "y", "z"),
                )
            val rows =
                frame
                    .groupBy {
                        expr { "s-" + "g"<String>() } named
                            "span_id" and
                            (expr { "n"<Int>() % 2 } named "position")
                    }
                    .toAnnotations(AnnotationTargets.documents(), "quality", AnnotatorKind.LLM)
            rows.allProblems().shouldBeEmpty()
            rows.all { Triple(targetId(it), documentPosition(it), label(it)) } shouldBe
                listOf(Triple("s-a", 0, "x"), Triple("s-a", 0, "z"), Triple("s-b", 1, "y"))
        }
    })
