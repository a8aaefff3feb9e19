package io.github.phoenixkt.upload

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.time.Duration
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf

class LoggedProgressSpec :
    FunSpec({
        test("the first request, then a line each ten seconds, and the end") {
            val lines = mutableListOf<String>()
            val progress = LoggedProgress { lines += it }
            listOf(100 to 1L, 200 to 2L, 900 to 10L, 1_000 to 11L, 1_500 to 20L, 2_000 to 21L)
                .forEach { (done, seconds) ->
                    progress.onProgress(
                        UploadProgress(done, failed = 0, 2_000, Duration.ofSeconds(seconds))
                    )
                }
            lines.map { it.substringBefore(" rows") } shouldContainExactly
                listOf("100 of 2000", "1000 of 2000", "2000 of 2000")
        }

        test("a stream has one count from its first row to its last") {
            val model = PhoenixModel()
            val steps = mutableListOf<UploadProgress>()
            model.client.annotations.uploadStream(
                (1..25).map { row(it) }.asFlow(),
                uploadOptions {
                    delivery = Delivery.CONFIRMED
                    queueWindow = 10
                    progress = UploadProgressListener { steps += it }
                },
            )
            steps.map { it.toString().substringBefore(" rows") } shouldContainExactly
                listOf("10", "20", "25", "25 of 25")
            steps.map { it.total } shouldContainExactly listOf(10, 20, 25, 25)
            steps.map { it.remainingTime }.dropLast(1).filterNotNull().shouldBeEmpty()
        }

        test("the end of a window is not the end of a stream") {
            val lines = mutableListOf<String>()
            val out = ByteArrayOutputStream()
            val listeners =
                listOf(LoggedProgress { lines += it }, ConsoleProgress(PrintStream(out)))
            for ((done, seconds) in listOf(10 to 1L, 20 to 2L, 30 to 12L, 30 to 13L)) {
                val step = UploadProgress(done, 0, done, Duration.ofSeconds(seconds), seconds < 13)
                listeners.forEach { it.onProgress(step) }
            }
            lines.map { it.substringBefore(",") } shouldContainExactly
                listOf("10 rows so far", "30 rows so far", "30 of 30 rows")
            out.toString().count { it == '\n' } shouldBe 1
        }

        test("a stream that ends early says so, and why") {
            val source = flow {
                emit(row(1))
                error("my database went away")
            }
            val summary = PhoenixModel().client.annotations.uploadStream(source)
            summary.toString() shouldBe
                "1 rows: 1 Stored; ended early: IllegalStateException: my database went away"
            val whole = PhoenixModel().client.annotations.uploadStream(flowOf(row(1)))
            whole.toString() shouldBe "1 rows: 1 Stored"
        }
    })
