package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.property.Arb
import io.kotest.property.PropTestConfig
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.time.Duration
import kotlin.coroutines.cancellation.CancellationException
import kotlin.random.Random
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.jsonObject

@OptIn(io.kotest.common.ExperimentalKotest::class)
class UploadSpec :
    FunSpec({
        fun confirmed(configure: UploadOptions.Builder.() -> Unit = {}) = uploadOptions {
            delivery = Delivery.CONFIRMED
            configure()
        }

        test("nothing to upload is an empty report") {
            val model = PhoenixModel()
            val report = model.client.annotations.upload(emptyList(), confirmed())
            report.outcomes.shouldBeEmpty()
            report.complete shouldBe true
            model.server.requests.shouldBeEmpty()
        }

        test("chunks are not larger than the window of which they are a part") {
            uploadOptions { queueWindow = 40 }.chunkSize shouldBe 40
            val small = uploadOptions { queueWindow = 40 }.toBuilder()
            small.queueWindow(2_500).build().chunkSize shouldBe 100
            shouldThrow<IllegalArgumentException> {
                    uploadOptions {
                        chunkSize = 41
                        queueWindow = 40
                    }
                }
                .message shouldContain "chunkSize is 41"
        }

        test("one missing target costs two requests more, whatever the number of rows") {
            val model = PhoenixModel(missing = setOf(spanId(42)))
            val report = model.client.annotations.upload((0 until 100).map { row(it) }, confirmed())
            report.outcomes[42].shouldBeInstanceOf<RowOutcome.MissingTarget>()
            report.counts() shouldBe mapOf("Stored" to 99, "MissingTarget" to 1)
            model.writes shouldHaveSize 3
        }

        test("missing targets that the server does not name are found by halving") {
            val model = PhoenixModel(missing = setOf(spanId(42)), namesMissing = false)
            val report = model.client.annotations.upload((0 until 100).map { row(it) }, confirmed())
            report.counts() shouldBe mapOf("Stored" to 99, "MissingTarget" to 1)
        }

        test("a refused row is found by halving, and keeps the server's reason") {
            val model = PhoenixModel(refused = setOf(spanId(10)))
            val report = model.client.annotations.upload((0 until 100).map { row(it) }, confirmed())
            report.outcomes[10].shouldBeInstanceOf<RowOutcome.Rejected>().reason shouldContain
                "will not do"
            report.counts() shouldBe mapOf("Stored" to 99, "Rejected" to 1)
        }

        test("a row that the server chokes on is found, after one more try of all") {
            val model = PhoenixModel(poison = setOf(spanId(10)))
            val report = model.client.annotations.upload((0 until 100).map { row(it) }, confirmed())
            report.outcomes[10].shouldBeInstanceOf<RowOutcome.Rejected>().reason shouldContain "500"
            report.counts() shouldBe mapOf("Stored" to 99, "Rejected" to 1)
            report.stoppedBy shouldBe null
        }

        test("a server that fails on everything stops the upload after few requests") {
            val model = PhoenixModel(poison = (0 until 1_000).map(::spanId).toSet())
            val report =
                model.client.annotations.upload((0 until 1_000).map { row(it) }, confirmed())
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.ServerError>()
            report.outcomes.none { it.succeeded } shouldBe true
            report.remaining() shouldHaveSize 1_000
            model.writes.size shouldBeLessThanOrEqual 8
        }

        test("a chunk of bad rows alone ends within its 24 requests, and the rest is unknown") {
            val bad = (0 until 100 step 2).map(::spanId).toSet()
            val model = PhoenixModel(refused = bad)
            val report = model.client.annotations.upload((0 until 100).map { row(it) }, confirmed())
            model.writes.size shouldBeLessThanOrEqual 25
            report.outcomes.count { it is RowOutcome.Unknown } shouldBe
                100 - report.outcomes.count { it is RowOutcome.Stored || it is RowOutcome.Rejected }
            report.remaining().size shouldBe report.outcomes.count { !it.succeeded }
        }

        test("many bad chunks end within 200 requests more") {
            val bad = (0 until 5_000 step 7).map(::spanId).toSet()
            val model = PhoenixModel(refused = bad)
            model.client.annotations.upload((0 until 5_000).map { row(it) }, confirmed())
            model.writes.size shouldBeLessThanOrEqual 50 + 200
        }

        test("chunks are as large as asked, sorted by key, and no larger than a mebibyte") {
            val model = PhoenixModel()
            val rows =
                (0 until 250).shuffled(Random(3)).map {
                    row(it, label = "x".repeat(if (it < 20) 100_000 else 10))
                }
            model.client.annotations.upload(rows, confirmed { chunkSize = 120 }).complete shouldBe
                true
            model.writes.forEach { sent ->
                (sent.body.length <= (1 shl 20)) shouldBe true
                sent.items().map { it.text("span_id") }.shouldBeSorted()
                (sent.items().size <= 120) shouldBe true
            }
        }

        test(
            "bad rows are told all at once and nothing is sent, or skipped and the others stored"
        ) {
            val rows =
                listOf(
                    row(0),
                    SpanAnnotationData(" ", "bulk", label = "a"),
                    SpanAnnotationData(spanId(2), "bulk"),
                    row(3),
                )
            val model = PhoenixModel()
            shouldThrow<InvalidAnnotationsException> {
                    model.client.annotations.upload(rows, confirmed())
                }
                .problems
                .map { it.row } shouldBe listOf(1, 2)
            shouldThrow<InvalidAnnotationsException> {
                    model.client.annotations.upload(rows, confirmed { onEmpty = BadRows.SKIP })
                }
                .problems
                .map { it.row } shouldBe listOf(1)
            model.server.requests.shouldBeEmpty()
            val options = confirmed {
                onEmpty = BadRows.SKIP
                onInvalid = BadRows.SKIP
            }
            val report = model.client.annotations.upload(rows, options)
            report.outcomes.map { it.name } shouldBe
                listOf("Stored", "Skipped", "Skipped", "Stored")
            report.remaining().shouldBeEmpty()
            report.complete shouldBe true
        }

        test("rows of a stream are numbered from its beginning, whatever is told of them") {
            val told = mutableMapOf<Int, RowOutcome>()
            val stream = flow {
                (0 until 10).forEach { emit(row(it)) }
                listOf(10, 11, 10, 12).forEach { emit(row(it)) }
            }
            val summary =
                PhoenixModel().client.annotations.uploadStream(
                    stream,
                    confirmed { queueWindow = 10 },
                ) { _, outcome ->
                    told[told.size] = outcome
                }
            told.getValue(10).shouldBeInstanceOf<RowOutcome.Superseded>().by shouldBe 12
            summary.remarks.single() shouldContain "row 10 by row 12"
            summary.complete shouldBe true
        }

        test("a fault of ours ends the upload and costs no outcome") {
            for (way in Delivery.entries) for (broken in listOf(350, 699)) {
                val model = PhoenixModel()
                val rows = FaultyRows((0 until 700).map { row(it) }, broken, model)
                val options = uploadOptions {
                    delivery = way
                    queueWindow = 250
                }
                val upload = model.client.annotations.prepareUpload(rows, options)
                val report = upload.run()
                withClue("$way, row $broken: $report") {
                    report.stoppedBy?.message shouldBe "row $broken is broken"
                    report.outcomes shouldHaveSize 700
                    upload.progress.value.done shouldBe
                        report.outcomes.count { it is RowOutcome.Stored || it is RowOutcome.Queued }
                    report.outcomes.forEachIndexed { index, outcome ->
                        val stored = model.stored(row(index)) != null
                        when (outcome) {
                            is RowOutcome.Stored -> stored shouldBe true
                            is RowOutcome.NotAttempted -> stored shouldBe false
                            else -> {}
                        }
                    }
                }
            }
        }

        test("duplicates fail where the options say so, naming both rows") {
            val rows = listOf(row(1, "first"), row(2), row(1, "second"))
            val options = confirmed { duplicates = Duplicates.FAIL }
            shouldThrow<InvalidAnnotationsException> {
                    PhoenixModel().client.annotations.upload(rows, options)
                }
                .problems
                .single()
                .toString() shouldContain "row 2"
        }

        test("queued rows that are lost are found by reading back, and written again") {
            val lost = listOf(150, 777, 1_500).map(::spanId).toSet()
            val model = PhoenixModel(lost = lost)
            val rows = (0 until 2_000).map { row(it) }
            val report = model.client.annotations.upload(rows, uploadOptions { queueWindow = 500 })
            withClue(report.outcomes.filterNot { it.succeeded }) { report.complete shouldBe true }
            rows.forEachIndexed { index, row ->
                model.stored(row)!!.id shouldBe (report.outcomes[index] as RowOutcome.Stored).id
            }
            model.writes
                .filter { it.query == "sync=true" }
                .flatMap { it.items() }
                .map { it.text("span_id") }
                .drop(100)
                .toSet() shouldBe lost
        }

        test("a server that shows nothing of what was queued gets the rest confirmed") {
            val rows = (0 until 1_500).map { row(it) }
            val model = PhoenixModel(lost = rows.map { it.spanId }.toSet())
            val report = model.client.annotations.upload(rows, uploadOptions { queueWindow = 500 })
            report.complete shouldBe true
            report.remarks.single() shouldContain "15 s"
            model.rows.size shouldBe 1_500
        }

        test(
            "rows that cannot be read back are confirmed, and only they and those read with them"
        ) {
            val rows = (0 until 1_500).map { row(it) }
            // Among the rows of the second window, and not among those that acknowledge it.
            val model = PhoenixModel(unreadable = setOf(spanId(661)))
            val report = model.client.annotations.upload(rows, uploadOptions { queueWindow = 500 })
            report.counts() shouldBe mapOf("Stored" to 1_500)
            report.remarks.single() shouldContain "Some queued rows could not be read back"
            report.remarks.single() shouldContain "failed with 500"
            // The first hundred, which is always confirmed, and one request's worth of ids.
            model.confirmedWrites.sumOf { it.items().size } shouldBe 100 + 229
        }

        test("an upload of which nothing can be read back is confirmed") {
            val rows = (0 until 1_500).map { row(it) }
            val model = PhoenixModel(unreadable = rows.map { it.spanId }.toSet())
            val report = model.client.annotations.upload(rows, uploadOptions { queueWindow = 500 })
            report.counts() shouldBe mapOf("Stored" to 1_500)
            report.remarks.single() shouldContain "The rows could not be read back"
            report.remarks.single() shouldContain "failed with 500"
            model.writes.all { it.query == "sync=true" } shouldBe true
        }

        test("missing targets are tried again until the time is over, and only those") {
            val model = PhoenixModel(missing = setOf(spanId(3)))
            val options = confirmed { awaitTarget = Duration.ofSeconds(10) }
            val report = model.client.annotations.upload((0 until 10).map { row(it) }, options)
            report.outcomes[3].shouldBeInstanceOf<RowOutcome.MissingTarget>()
            model.writes.drop(3).forEach { it.items().single().text("span_id") shouldBe spanId(3) }
            model.time.sleeps shouldBe listOf(500L, 1_000, 2_000, 4_000).map(Duration::ofMillis)
        }

        test("an upload runs once") {
            val upload =
                PhoenixModel().client.annotations.prepareUpload(listOf(row(1)), confirmed())
            upload.run()
            shouldThrow<IllegalStateException> { upload.run() }
        }

        test("progress is told after each request and ends with all rows") {
            val told = mutableListOf<UploadProgress>()
            val model = PhoenixModel(missing = setOf(spanId(5)))
            model.client.annotations.upload(
                (0 until 300).map { row(it) },
                confirmed { progress = UploadProgressListener { told += it } },
            )
            told.map { it.done }.shouldBeSorted()
            told.last().toString() shouldContain "300 of 300 rows, 1 failed"
        }

        test("the progress line is written over itself") {
            val bytes = ByteArrayOutputStream()
            val console = ConsoleProgress(PrintStream(bytes))
            console.onProgress(UploadProgress(100, 1, 200, Duration.ofSeconds(10)))
            console.onProgress(UploadProgress(200, 1, 200, Duration.ofSeconds(20)))
            val text = bytes.toString()
            text shouldContain "\r100 of 200 rows, 1 failed, 10 rows/s, 10 s left"
            text shouldContain "\r200 of 200 rows, 1 failed, 10 rows/s"
            text.trimEnd('\n').contains('\n') shouldBe false
        }

        test("a stream is taken window by window, and each row is told") {
            val model = PhoenixModel(missing = setOf(spanId(1_234)))
            val told = mutableMapOf<String, RowOutcome>()
            val options = confirmed { queueWindow = 500 }
            val summary =
                model.client.annotations.uploadStream(
                    (0 until 1_700).asFlow().map2Row(),
                    options,
                ) { row, outcome ->
                    told[row.targetId] = outcome
                }
            summary.rows shouldBe 1_700
            summary.counts shouldBe mapOf("MissingTarget" to 1L, "Stored" to 1_699L)
            summary.failures.single().row.targetId shouldBe spanId(1_234)
            told.size shouldBe 1_700
            model.rows.size shouldBe 1_699
        }

        test("a stream with bad rows stops at their window, or skips them") {
            val rows =
                (0 until 30).map {
                    if (it == 17) SpanAnnotationData(spanId(17), "bulk") else row(it)
                }
            val options = confirmed { queueWindow = 10 }
            val stopped = PhoenixModel().client.annotations.uploadStream(rows.asFlow(), options)
            stopped.stoppedBy.shouldBeInstanceOf<InvalidAnnotationsException>()
            stopped.counts.getValue("Stored") shouldBe 10L
            stopped.counts.values.sum() shouldBe stopped.rows
            stopped.complete shouldBe false
            val problems = (stopped.stoppedBy as InvalidAnnotationsException).problems
            problems.single().row shouldBe 17
            val message = stopped.stoppedBy.message!!
            message shouldContain "1 of rows 10 to 19 of the stream cannot be sent"
            message shouldContain "Of the 10 rows before: 10 Stored."
            message shouldContain "row 17"
            val skipped =
                PhoenixModel()
                    .client
                    .annotations
                    .uploadStream(rows.asFlow(), options.toBuilder().onEmpty(BadRows.SKIP).build())
            skipped.counts shouldBe mapOf("Skipped" to 1L, "Stored" to 29L)
            skipped.complete shouldBe true
            skipped.failures.single().toString() shouldContain "row 17"
        }

        test("a stream that fails ends with its failure, after what came before was taken") {
            val model = PhoenixModel()
            val failing = flow {
                (0 until 25).forEach { emit(row(it)) }
                error("the source broke")
            }
            val summary =
                model.client.annotations.uploadStream(failing, confirmed { queueWindow = 10 })
            summary.stoppedBy?.message shouldBe "the source broke"
            summary.counts shouldBe mapOf("Stored" to 25L)
        }

        test("a trickle is sent a second after the first row of a window, and loses none") {
            val model = PhoenixModel()
            val trickle = flow {
                repeat(5) { emit(row(it)) }
                withTimeout(120_000) { while (model.rows.size < 5) delay(10) }
                emit(row(5))
            }
            val summary = model.client.annotations.uploadStream(trickle, confirmed())
            summary.counts shouldBe mapOf("Stored" to 6L)
        }

        test("names and identifiers too long to ask for are read back without asking for them") {
            val longNames =
                (0 until 700).map {
                    val name = "a name of its own, number $it ".repeat(3)
                    SpanAnnotationData(spanId(it), name, label = "x")
                }
            val longIdentifier =
                (0 until 700).map {
                    row(it, identifier = if (it == 650) "日".repeat(600) else "i$it")
                }
            for (rows in listOf(longNames, longIdentifier)) {
                val model = PhoenixModel()
                val report = model.client.annotations.upload(rows, uploadOptions {})
                report.counts() shouldBe mapOf("Stored" to 700)
                report.remarks.shouldBeEmpty()
                model.confirmedWrites.sumOf { it.items().size } shouldBe 100
                model.client.spans.logSpanAnnotations(rows)
            }
        }

        test(
            "an id too long to ask for is confirmed, with the report saying why, and no other row"
        ) {
            // One is asked for among others, and one after all others.
            val long = mapOf(355 to spanId(355) + "0".repeat(7_000), 250 to "s".repeat(7_000))
            val rows =
                (0 until 700).map {
                    SpanAnnotationData(long[it] ?: spanId(it), "bulk", label = "x")
                }
            val model = PhoenixModel()
            val report = model.client.annotations.upload(rows, uploadOptions {})
            report.counts() shouldBe mapOf("Stored" to 700)
            report.remarks.single() shouldContain "too long to ask for"
            // The first hundred are always confirmed.
            model.confirmedWrites.sumOf { it.items().size } shouldBe 100 + 2
        }

        test("a progress listener that fails is remarked once, and goes on being called") {
            var calls = 0
            val options = confirmed {
                progress = UploadProgressListener {
                    calls++
                    error("no place\nto show it")
                }
            }
            val report =
                PhoenixModel().client.annotations.upload((0 until 500).map { row(it) }, options)
            report.complete shouldBe true
            report.stoppedBy shouldBe null
            calls shouldBe 5
            report.remarks.single() shouldEndWith
                "progress listener threw an exception, which had no effect on the rows. " +
                    "IllegalStateException: no place"
        }

        test("a stream's listeners that fail are remarked once each, and go on being called") {
            var calls = 0
            val options = confirmed {
                queueWindow = 10
                progress = UploadProgressListener { throw NoClassDefFoundError("metrics") }
            }
            val summary =
                PhoenixModel().client.annotations.uploadStream(
                    (0 until 35).asFlow().map2Row(),
                    options,
                ) { _, _ ->
                    calls++
                    throw CancellationException("no")
                }
            summary.counts shouldBe mapOf("Stored" to 35L)
            calls shouldBe 35
            summary.remarks.map { it.substringAfterLast(". ") } shouldBe
                listOf("NoClassDefFoundError: metrics", "CancellationException: no")
        }

        test("what a stream's windows remarked is kept, said once, and not without end") {
            val model = PhoenixModel(unreadable = (0 until 1_000).map(::spanId).toSet())
            val options = uploadOptions {
                chunkSize = 50
                queueWindow = 100
            }
            val stream = (0 until 1_000).asFlow().map2Row()
            model.client.annotations.uploadStream(stream, options).remarks.single() shouldContain
                "failed with 500"

            // Each window remarks on another two of its rows.
            val pairs = (0 until 16).flatMap { later -> (0 until later).map { it to later } }
            val doubled = flow {
                for ((earlier, later) in pairs) {
                    (0 until 16).forEach { emit(row(if (it == later) earlier else it)) }
                }
            }
            val windows = confirmed { queueWindow = 16 }
            val summary = PhoenixModel().client.annotations.uploadStream(doubled, windows)
            summary.rows shouldBe 16L * pairs.size
            summary.remarks shouldHaveSize 100
        }

        test("any number of named missing targets costs no other row") {
            val missing = (0 until 13_000 step 100).map(::spanId).toSet()
            val model = PhoenixModel(missing = missing)
            val report =
                model.client.annotations.upload((0 until 13_000).map { row(it) }, confirmed())
            report.counts() shouldBe mapOf("MissingTarget" to 130, "Stored" to 12_870)
        }

        test("whatever rows and faults there are, the outcomes are exact") {
            checkAll(
                PropTestConfig(seed = 20_261_121, iterations = 150),
                Arb.int(1..700),
                Arb.int(),
                Arb.element(Delivery.CONFIRMED, Delivery.VERIFIED),
                Arb.boolean(),
                Arb.int(1..150),
            ) { size, seed, wanted, named, chunk ->
                val random = Random(seed)
                fun some(share: Double) =
                    (0 until size).filter { random.nextDouble() < share }.map(::spanId).toSet()
                val missing = some(0.01)
                val refused = some(0.005)
                val poison = some(0.002)
                val model =
                    PhoenixModel(
                        missing,
                        refused,
                        poison,
                        some(0.05),
                        hiccups = 0.02,
                        namesMissing = named,
                        random,
                    )
                val rows =
                    (0 until size).map {
                        row(
                            random.nextInt(size),
                            label = "label $it",
                            identifier = "${random.nextInt(2)}",
                        )
                    }
                val options = uploadOptions {
                    delivery = wanted
                    chunkSize = chunk
                    queueWindow = 200
                }
                val report = model.client.annotations.upload(rows, options)
                report.outcomes shouldHaveSize size
                report.outcomes.forEachIndexed { index, outcome ->
                    val row = rows[index]
                    val stored = model.stored(row)
                    withClue("row $index ($row): $outcome") {
                        when (outcome) {
                            is RowOutcome.Stored -> {
                                stored!!.id shouldBe outcome.id
                                stored.json.getValue("result").jsonObject.text("label") shouldBe
                                    row.label
                            }
                            is RowOutcome.Superseded ->
                                rows[outcome.by].let {
                                    (it.spanId to it.identifier) shouldBe
                                        (row.spanId to row.identifier)
                                }
                            is RowOutcome.MissingTarget -> (row.spanId in missing) shouldBe true
                            is RowOutcome.Rejected ->
                                (row.spanId in refused || row.spanId in poison) shouldBe true
                            is RowOutcome.NotAttempted -> (stored == null) shouldBe true
                            else -> outcome.shouldBeInstanceOf<RowOutcome.Unknown>()
                        }
                    }
                }
                if (
                    missing.isEmpty() &&
                        refused.isEmpty() &&
                        poison.isEmpty() &&
                        report.stoppedBy == null
                )
                    report.complete shouldBe true
            }
        }
    })

private fun kotlinx.coroutines.flow.Flow<Int>.map2Row() = flow { collect { emit(row(it)) } }

/** Good when they are checked; then one of them breaks after a few requests. */
private class FaultyRows(
    rows: List<SpanAnnotationData>,
    private val broken: Int,
    private val model: PhoenixModel,
    private val good: AnnotationRows = AnnotationRows.of(rows),
) : AnnotationRows by good {
    override fun label(row: Int): String? {
        if (row == broken && model.server.requests.size >= 2) error("row $broken is broken")
        return good.label(row)
    }

    override fun problems(row: Int) = good.problems(row)
}
