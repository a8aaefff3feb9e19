package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import kotlin.random.Random
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

/** What an upload promises, on one server. */
abstract class UploadContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talk: Conversation

        beforeTest {
            client = contractClient(server.endpoint)
            talk = Conversation().record(client)
        }
        afterTest { client.close() }

        fun row(
            number: Int,
            label: String = "l$number",
            name: String = "bulk",
        ): SpanAnnotationData {
            val random = Random(number)
            val metadata =
                mapOf(
                    "number" to random.nextLong(),
                    "double" to random.nextDouble() * 1e6,
                    "whole" to 1.0,
                    "nested" to mapOf("list" to listOf(1, 2.5, null, "ü", true)),
                )
            val span = if (number % 2 == 0) talk.llmSpan else talk.retrieverSpan
            return SpanAnnotationData(
                span,
                name,
                AnnotatorKind.entries[number % 3],
                label,
                random.nextDouble(),
                "because $number",
                metadata.takeIf { number % 5 != 0 },
                "r$number",
            )
        }

        suspend fun stored(name: String = "bulk"): Map<String, StoredAnnotation> =
            client.spans
                .getSpanAnnotations(
                    listOf(talk.llmSpan, talk.retrieverSpan),
                    includeAnnotationNames = listOf(name),
                    project = talk.project,
                )
                .toList()
                .associateBy { it.identifier }

        fun verified() = uploadOptions { project = talk.project }

        test("a verified upload of several windows stores every row, with its id and its values") {
            val rows = (0 until 1_200).map { row(it) }
            val options = uploadOptions {
                project = talk.project
                queueWindow = 500
            }
            val report = client.annotations.upload(rows, options)
            withClue(report) { report.complete shouldBe true }
            report.remarks.filterNot(RealPhoenix::isOfABusyServer).shouldBeEmpty()
            val stored = stored()
            stored.size shouldBe rows.size
            rows.forEachIndexed { index, row ->
                val found = stored.getValue(row.identifier!!)
                found.id shouldBe report.outcomes[index].shouldBeInstanceOf<RowOutcome.Stored>().id
                found.label shouldBe row.label
                found.score shouldBe row.score
                found.annotatorKind shouldBe row.annotatorKind
            }
        }

        test("the same upload twice goes in windows again and changes nothing") {
            val rows = (0 until 700).map { row(it) }
            client.annotations.upload(rows, verified()).complete shouldBe true
            val again = client.annotations.upload(rows, verified())
            again.complete shouldBe true
            again.remarks.filterNot(RealPhoenix::isOfABusyServer).shouldBeEmpty()
            stored().size shouldBe 700
        }

        test("missing targets are found whatever the delivery, and nothing else is lost") {
            val rows: MutableList<AnnotationData> = (0 until 600).map { row(it) }.toMutableList()
            val missing = listOf(7, 333, 450, 599)
            missing.forEach { rows[it] = SpanAnnotationData(newSpanId(), "bulk", label = "lost") }
            val report = client.annotations.upload(rows, verified())
            report.outcomes.indices.filter {
                report.outcomes[it] is RowOutcome.MissingTarget
            } shouldBe missing
            report.remaining() shouldHaveSize missing.size
            stored().size shouldBe 596
        }

        test("a wrong project is noticed, and everything is confirmed instead") {
            for (wrong in listOf("default", unique("nowhere"))) {
                val name = unique("bulk")
                val rows = (0 until 300).map { row(it, name = name) }
                val report = client.annotations.upload(rows, uploadOptions { project = wrong })
                report.complete shouldBe true
                report.remarks.single() shouldContain "not found in project $wrong"
                stored(name).size shouldBe 300
            }
        }

        test("any mix of levels goes in one upload") {
            val rows =
                listOf(
                    SpanAnnotationData(talk.llmSpan, "mix", label = "a"),
                    SpanDocumentAnnotationData(talk.retrieverSpan, 1, "mix", label = "b"),
                    SpanDocumentAnnotationData(
                        talk.retrieverSpan,
                        9,
                        "mix",
                        label = "no such document",
                    ),
                    TraceAnnotationData(talk.traceId, "mix", label = "c"),
                    SessionAnnotationData(talk.sessionId, "mix", label = "d"),
                )
            val report = client.annotations.upload(rows, verified())
            report.outcomes[2].shouldBeInstanceOf<RowOutcome.Rejected>()
            report.outcomes.count { it is RowOutcome.Stored } shouldBe 4
        }

        test("of rows with one key the last is stored and the others say so") {
            val rows = listOf(row(1, "first"), row(2), row(1, "second"), row(1, "third"))
            val report = client.annotations.upload(rows, verified())
            report.outcomes[0].shouldBeInstanceOf<RowOutcome.Superseded>().by shouldBe 3
            stored().getValue("r1").label shouldBe "third"
            report.complete shouldBe true
        }

        test("a row that someone else writes meanwhile is left alone") {
            val rows = (0 until 900).map { row(it) }
            val options = uploadOptions {
                project = talk.project
                queueWindow = 400
            }
            val upload = client.annotations.prepareUpload(rows, options)
            coroutineScope {
                launch { upload.run() }
                // Over and over, so that one of the writes falls between sending and reading back.
                while (upload.progress.value.done < rows.size) {
                    client.spans.addSpanAnnotation(rows[450].copyWith("theirs"), sync = true)
                    delay(5)
                }
                client.spans.addSpanAnnotation(rows[450].copyWith("theirs"), sync = true)
            }
            upload.report.complete shouldBe true
            stored().getValue("r450").label shouldBe "theirs"
            stored().size shouldBe 900
        }

        test("four uploads at once store all of their rows") {
            val reports = coroutineScope {
                (0 until 4)
                    .map { number ->
                        async {
                            client.annotations.upload(
                                (0 until 700).map { row(it, name = "bulk$number") },
                                verified(),
                            )
                        }
                    }
                    .awaitAll()
            }
            reports.forEach { withClue(it) { it.complete shouldBe true } }
            (0 until 4).forEach { stored("bulk$it").size shouldBe 700 }
        }

        test("four clients that upload the same keys at once: each report is whole") {
            val ways = listOf(Delivery.CONFIRMED, Delivery.VERIFIED)
            val clients = List(4) { contractClient(server.endpoint) }
            val reports = coroutineScope {
                clients
                    .mapIndexed { number, one ->
                        async {
                            one.annotations.upload(
                                (0 until 600).map { row(it, label = "of client $number") },
                                uploadOptions {
                                    project = talk.project
                                    delivery = ways[number % 2]
                                },
                            )
                        }
                    }
                    .awaitAll()
            }
            clients.forEach { it.close() }
            reports.forEach {
                withClue("$it, ${it.stoppedBy}") {
                    it.stoppedBy.shouldBeNull()
                    it.complete shouldBe true
                }
            }
            stored().size shouldBe 600
        }

        test("queued bulk arrives, window after window") {
            val rows = (0 until 1_100).map { row(it) }
            val options = uploadOptions {
                project = talk.project
                delivery = Delivery.QUEUED
                queueWindow = 500
            }
            val report = client.annotations.upload(rows, options)
            report.outcomes.all { it == RowOutcome.Queued } shouldBe true
            report.stoppedBy.shouldBeNull()
            stored().size shouldBe 1_100
        }

        test("targets that arrive meanwhile are awaited") {
            val later = Conversation()
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                awaitTarget = Duration.ofSeconds(60)
            }
            val report = coroutineScope {
                val upload = async {
                    client.annotations.upload(
                        listOf(SpanAnnotationData(later.llmSpan, "early", label = "bird")),
                        options,
                    )
                }
                delay(700)
                later.record(client)
                upload.await()
            }
            report.complete shouldBe true
        }

        test("a cancelled upload still knows what became of its rows") {
            val rows = (0 until 2_000).map { row(it) }
            val upload =
                client.annotations.prepareUpload(
                    rows,
                    uploadOptions { delivery = Delivery.CONFIRMED },
                )
            coroutineScope {
                val job = launch { upload.run() }
                upload.progress.first { it.done >= 200 }
                job.cancel()
            }
            val stored = stored()
            upload.report.outcomes.forEachIndexed { index, outcome ->
                if (outcome is RowOutcome.Stored)
                    stored.getValue(rows[index].identifier!!).id shouldBe outcome.id
                if (outcome == RowOutcome.NotAttempted)
                    stored.containsKey(rows[index].identifier!!) shouldBe false
            }
            val rest = client.annotations.upload(upload.report.remaining(), verified())
            rest.complete shouldBe true
            stored().size shouldBe 2_000
        }
    })

private fun SpanAnnotationData.copyWith(label: String) =
    SpanAnnotationData(spanId, name, label = label, identifier = identifier)

class FakeUploadContractSpec : UploadContractSpec(FakeServer())

class RealUploadContractSpec : UploadContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresUploadContractSpec : UploadContractSpec(RealServer(RealPhoenix.POSTGRESQL))
