package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private val CONFIRMED = uploadOptions { delivery = Delivery.CONFIRMED }

/** One request. */
private val ROWS = List(100) { row(it) }

private suspend fun PhoenixModel.queueOlder(vararg numbers: Int) {
    client.annotations.upload(
        numbers.map { row(it, label = "older") },
        uploadOptions { delivery = Delivery.QUEUED },
    )
}

private fun List<RowOutcome>.shouldBeStoredBut(vararg unknown: Int) {
    withClue(this.groupingBy { it.name }.eachCount()) {
        indices.filter { this[it] !is RowOutcome.Stored } shouldBe unknown.toList()
        unknown.forEach { this[it].shouldBeInstanceOf<RowOutcome.Unknown>() }
    }
}

/** Rows of one confirmed request, of which some have an older value in Phoenix's queue. */
class ContestedRowsSpec :
    FunSpec({
        val many = List(150) { row(it) }
        val calls =
            mapOf<String, suspend (PhoenixModel) -> List<RowOutcome>>(
                "an upload" to
                    { model ->
                        val report = model.client.annotations.upload(many, CONFIRMED)
                        report.stoppedBy.shouldBeNull()
                        report.outcomes
                    },
                "a stream" to
                    { model ->
                        val told = CopyOnWriteArrayList<RowOutcome>()
                        val summary =
                            model.client.annotations.uploadStream(many.asFlow(), CONFIRMED) {
                                _,
                                outcome ->
                                told += outcome
                            }
                        summary.stoppedBy.shouldBeNull()
                        told
                    },
                "a list" to
                    { model ->
                        shouldThrow<PhoenixException.UploadException> {
                                model.client.spans.logSpanAnnotations(many, sync = true)
                            }
                            .report
                            .outcomes
                    },
            )
        for ((name, call) in calls) test(
            "$name: an older value that is never seen to go leaves only its own row unknown"
        ) {
            val model = PhoenixModel(lost = setOf(spanId(7)))
            model.queueOlder(7)
            val outcomes = call(model)
            outcomes.shouldBeStoredBut(7)
            (outcomes[7] as RowOutcome.Unknown).cause!!.message shouldContain
                "annotation \"bulk\" of span ${spanId(7)} was confirmed, but an older one"
            model.confirmedWrites shouldHaveSize 2
        }

        test("of two contested rows, the one whose copy has arrived is stored") {
            val model = PhoenixModel(lost = setOf(spanId(7)))
            model.queueOlder(7, 8)
            val report = model.client.annotations.upload(ROWS, CONFIRMED)
            report.outcomes.shouldBeStoredBut(7)
            // Nothing waits for this one any more.
            val before = model.queuedWrites.size
            model.client.spans.addSpanAnnotation(row(8), sync = true)
            model.queuedWrites shouldHaveSize before
        }

        for ((name, seconds) in mapOf("that ends" to 20L, "without end" to 3_600L)) test(
            "in an outage $name only contested rows are sent again"
        ) {
            val model = PhoenixModel()
            model.queueOlder(7)
            val end = model.time.now + Duration.ofSeconds(seconds)
            model.trouble = {
                val isCopy = it.method == "POST" && it.query.isEmpty()
                if (isCopy && model.time.now < end) throw ConnectException("refused") else null
            }
            val report = model.client.annotations.upload(ROWS, CONFIRMED)
            if (name == "that ends") report.outcomes.shouldBeStoredBut()
            else {
                report.stoppedBy.shouldBeInstanceOf<PhoenixException.Unreachable>()
                report.outcomes.shouldBeStoredBut(7)
            }
            model.confirmedWrites.drop(1).flatMap { it.spans() }.distinct() shouldBe
                listOf(spanId(7))
        }

        for (status in listOf(404, 422, 500)) test(
            "a copy that is refused with $status costs nothing but its own row, and no request"
        ) {
            val model = PhoenixModel()
            model.queueOlder(7)
            model.trouble = {
                if (it.method == "POST" && it.query.isEmpty()) Answer(status, "no") else null
            }
            val report = model.client.annotations.upload(ROWS, CONFIRMED)
            report.stoppedBy.shouldBeNull()
            report.outcomes.shouldBeStoredBut(7)
            model.confirmedWrites shouldHaveSize 1
        }

        test("a key that cannot be had for the copy does not cost what was confirmed") {
            val model = PhoenixModel()
            model.queueOlder(7)
            var failing = false
            val client = model.client { apiKey { if (failing) error("no key") else "key" } }
            model.trouble = { sent ->
                if (sent.query == "sync=true") failing = true
                null
            }
            val report = client.annotations.upload(ROWS, CONFIRMED)
            report.stoppedBy!!.message shouldContain "no key"
            report.outcomes.shouldBeStoredBut(7)
        }

        test("what is confirmed is told while the upload waits, and stays if it is cancelled") {
            val model = PhoenixModel()
            model.queueOlder(7)
            val waiting = CompletableDeferred<Unit>()
            model.slow = {
                if (it.method == "POST" && it.query.isEmpty()) {
                    waiting.complete(Unit)
                    awaitCancellation()
                }
            }
            val upload = model.client.annotations.prepareUpload(ROWS, CONFIRMED)
            coroutineScope {
                val run = async { upload.run() }
                waiting.await()
                upload.progress.value.done shouldBe 99
                run.cancelAndJoin()
            }
            upload.report.outcomes.shouldBeStoredBut(7)
        }

        test("a listener may wait for a call that writes what it has been told of") {
            val model = PhoenixModel()
            model.queueOlder(7)
            val returned = mutableListOf<Boolean>()
            coroutineScope {
                val options = uploadOptions {
                    delivery = Delivery.CONFIRMED
                    progress = UploadProgressListener {
                        val written = CountDownLatch(1)
                        launch(Dispatchers.Default) {
                            model.client.spans.addSpanAnnotation(
                                row(if (it.done == 99) 0 else 7),
                                sync = true,
                            )
                            written.countDown()
                        }
                        // Only a deadlock takes so long.
                        returned += written.await(20, TimeUnit.SECONDS)
                    }
                }
                withContext(Dispatchers.Default) {
                    model.client.annotations.upload(ROWS, options)
                }
            }
            returned shouldBe listOf(true, true)
        }

        test("a refusal of some rows does not cost those of their request that are contested") {
            val model = PhoenixModel(lost = setOf(spanId(7)), refused = setOf(spanId(50)))
            model.queueOlder(7)
            val report = model.client.annotations.upload(ROWS, CONFIRMED)
            report.stoppedBy.shouldBeNull()
            report.outcomes[50].shouldBeInstanceOf<RowOutcome.Rejected>()
            report.outcomes[7].shouldBeInstanceOf<RowOutcome.Unknown>()
            report.counts() shouldBe mapOf("Rejected" to 1, "Stored" to 98, "Unknown" to 1)
        }
    })
