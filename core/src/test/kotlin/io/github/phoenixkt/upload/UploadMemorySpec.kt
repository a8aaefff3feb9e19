package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.encode
import io.github.phoenixkt.annotations.encodedSize
import io.github.phoenixkt.support.runMain
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.runBlocking

private const val ROWS = 300
private const val LENGTH = 700_000

/** Uploads of rows that do not fit into memory together. */
class UploadMemorySpec :
    FunSpec({
        for (delivery in Delivery.entries) {
            test("$delivery: 300 rows of 0.7 MB at 256 MB") {
                FakePhoenix.builder().recording(false).start().use { server ->
                    (0 until ROWS).forEach { server.addSpan(FakeSpan.of(spanId(it))) }
                    val ended =
                        runMain(
                            "io.github.phoenixkt.upload.LargeRows",
                            server.endpoint().toString(),
                            delivery.name,
                            options = listOf("-Xmx256m"),
                        )
                    ended.output shouldContain
                        "300 rows: 300 ${if (delivery == Delivery.QUEUED) "Queued" else "Stored"}"
                    server.drainQueue()
                    val stored = server.annotations(FakeTargetKind.SPAN)
                    stored.map { it.explanation()?.length }.toSet() shouldBe setOf(LENGTH)
                    stored.size shouldBe ROWS
                }
            }
        }

        test("a reply that is too large to be read costs no row") {
            val model = PhoenixModel()
            val client = model.client { replyLimit = 64 * 1024 }
            val rows =
                (0 until 700).map {
                    SpanAnnotationData(spanId(it), "bulk", explanation = "y".repeat(2_000))
                }
            val report = client.annotations.upload(rows)
            withClue(report.remarks) { report.complete shouldBe true }
            report.stoppedBy shouldBe null
        }

        test("rows are never larger than they were counted out") {
            val texts =
                listOf("plain", "\u0001\n\t\"\\", "ünïcödé 日本", "😀", "x".repeat(10_000), " ")
            val values =
                texts +
                    listOf(null, 1, -1.5e300, true, listOf(1, mapOf("a" to "😀")), Long.MIN_VALUE) +
                    listOf(intArrayOf(1, 2), 'c', java.time.Instant.EPOCH)
            val rows = texts.flatMap { text ->
                values.map { value ->
                    SpanAnnotationData(
                        "00f067aa0ba902b7",
                        "name",
                        label = text.ifBlank { "l" },
                        score = -1.2345678901234567e-300,
                        explanation = text,
                        metadata = mapOf(text to value, "k\"" to listOf(value, value)),
                        identifier = text.take(50),
                    )
                }
            }
            val all = AnnotationRows.of(rows)
            rows.indices
                .filterNot {
                    encodedSize(all, it) >=
                        encode(RowChunk(all, rows[it].targetKind, intArrayOf(it))).size
                }
                .shouldBeEmpty()
            encodedSize(all, 0) shouldBeGreaterThanOrEqual 200
        }
    })

/** The program that runs out of memory, or does not. */
object LargeRows {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (endpoint, delivery) = arguments
        val text = "x".repeat(LENGTH)
        val rows =
            (0 until ROWS).map { SpanAnnotationData(spanId(it), "large", explanation = text) }
        val client = PhoenixClient {
            environment = PhoenixEnvironment.empty()
            this.endpoint = endpoint
        }
        val options = uploadOptions { this.delivery = Delivery.valueOf(delivery) }
        val report = runBlocking { client.annotations.upload(rows, options) }
        println(report)
        println(report.stoppedBy)
        client.close()
    }
}
