package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame

private const val TARGETS = 300
private const val DOCUMENTS = 10
private const val CONFIRMED_ROWS = 1_000
private const val QUEUED_ROWS = 6_000

/** Cells of every type that a column may have, and what is stored of each. */
private class Cells(number: Int) {
    val label: Pair<Any, String> =
        if (number % 11 == 0) (number % 2 == 0).let { it to "$it" }
        else " l$number ü🙂 \"x\"".let { it to it.trim() }
    val score: Pair<Any?, Double?> =
        when (number % 5) {
            0 -> null to null
            1 -> Double.NaN to null
            2 -> number to number.toDouble()
            3 -> "${1.0 / number}" to 1.0 / number
            else -> 1.0 / number to 1.0 / number
        }
    val explanation: Pair<String?, String?> =
        when (number % 3) {
            0 -> null to null
            1 -> " \t" to null
            else -> "because,\nof $number" to "because,\nof $number"
        }
    val metadata: Pair<Any?, Map<String, Any?>> =
        when (number % 4) {
            0 -> null to emptyMap()
            1 ->
                "{\"n\": $number, \"deep\": {\"list\": [1, 2.5, null, \"ü\"]}}" to
                    mapOf(
                        "n" to number.toLong(),
                        "deep" to mapOf("list" to listOf(1L, 2.5, null, "ü")),
                    )
            else -> {
                val map =
                    mapOf(
                        "n" to number.toLong(),
                        "x" to number + 0.1,
                        "tags" to listOf("a", null, true),
                        "big" to Long.MAX_VALUE,
                        "prompt" to "p".repeat(number % 3000),
                    )
                map to map
            }
        }
    val kind = listOf("LLM" to "LLM", " code " to "CODE", "Human" to "HUMAN")[number % 3]
    val identifier: Pair<Any, String> =
        if (number % 2 == 0) number to "$number" else "r$number".let { it to it }
}

/** Frames at their real size, row by row and value by value, on one database. */
abstract class FrameBulkProofSpec(server: TestServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        val recorded = Recorded(TARGETS, DOCUMENTS)
        lateinit var client: PhoenixClient
        beforeSpec {
            if (server.missing == null) {
                // Under a name of its own: rows that other tests left waiting would make its
                // windows smaller.
                client = recorded.client(server.endpoint.replace("127.0.0.1", "localhost"))
                recorded.record(client)
            }
        }
        afterSpec { if (server.missing == null) client.close() }

        fun idsOf(targetKind: TargetKind): Pair<String, List<String>> =
            when (targetKind) {
                TargetKind.SPAN -> "context.span_id" to recorded.spans
                TargetKind.DOCUMENT -> "span_id" to recorded.spans
                TargetKind.TRACE -> "trace_id" to recorded.traces
                TargetKind.SESSION -> "attributes.session.id" to recorded.sessions
            }

        fun frame(targetKind: TargetKind, name: String, rows: Int): AnyFrame {
            val cells = List(rows, ::Cells)
            val (idColumn, ids) = idsOf(targetKind)
            val own =
                if (targetKind == TargetKind.DOCUMENT)
                    "position" to List(rows) { it / TARGETS % DOCUMENTS }
                else "identifier" to cells.map { it.identifier.first }
            return frameOf(
                idColumn to List(rows) { ids[it % TARGETS] },
                own,
                "annotation_name" to List(rows) { name },
                "annotator_kind" to cells.map { it.kind.first },
                "label" to cells.map { it.label.first },
                "score" to cells.map { it.score.first },
                "explanation" to cells.map { it.explanation.first },
                "metadata" to cells.map { it.metadata.first },
            )
        }

        fun expected(targetKind: TargetKind, name: String, rows: Int): Set<Row> =
            List(rows) {
                    val cells = Cells(it)
                    val document = targetKind == TargetKind.DOCUMENT
                    Row(
                        it % TARGETS,
                        if (document) it / TARGETS % DOCUMENTS else null,
                        name,
                        cells.kind.second,
                        cells.label.second,
                        cells.score.second,
                        cells.explanation.second,
                        cells.metadata.second,
                        if (document) "" else cells.identifier.second,
                    )
                }
                .toSet()

        suspend fun check(targetKind: TargetKind, name: String, rows: Int) {
            val stored =
                Side(recorded, client, server.endpoint).stored(targetKind).filter {
                    it.name == name
                }
            val wanted = expected(targetKind, name, rows)
            (wanted - stored.toSet()).shouldBeEmpty()
            stored shouldHaveSize rows
        }

        /** Each row beside the id of what is stored of it. */
        suspend fun checkIds(joined: AnyFrame, name: String) {
            val found =
                client.spans
                    .getSpanAnnotations(recorded.spans, includeAnnotationNames = listOf(name))
                    .toList()
                    .associate { (it.targetId to it.identifier) to it.id }
            joined["outcome_id"].toList() shouldBe
                (0 until joined.rowsCount()).map {
                    found["${joined["context.span_id"][it]}" to "${joined["identifier"][it]}"]
                }
        }

        for (targetKind in TargetKind.entries) {
            test("$CONFIRMED_ROWS confirmed rows of a frame on level $targetKind") {
                val frame = frame(targetKind, "sync", CONFIRMED_ROWS)
                val target = AnnotationTargets.of<Any?>(targetKind)
                val report =
                    client.annotations.upload(
                        frame.toAnnotations(target),
                        uploadOptions { delivery = Delivery.CONFIRMED },
                    )
                report.counts() shouldBe mapOf("Stored" to CONFIRMED_ROWS)
                check(targetKind, "sync", CONFIRMED_ROWS)
                val joined = frame.withOutcomes(report)
                joined["outcome_id"].toList().distinct() shouldHaveSize CONFIRMED_ROWS
                if (targetKind == TargetKind.SPAN) checkIds(joined, "sync")
            }
        }

        test("$QUEUED_ROWS queued rows of a frame arrive in windows") {
            val frame = frame(TargetKind.SPAN, "queued", QUEUED_ROWS)
            val report = client.annotations.upload(frame.toAnnotations(AnnotationTargets.spans()))
            report.counts() shouldBe mapOf("Stored" to QUEUED_ROWS)
            report.remarks.filterNot(RealPhoenix::isOfABusyServer).shouldBeEmpty()
            report.stoppedBy.shouldBeNull()
            check(TargetKind.SPAN, "queued", QUEUED_ROWS)
            checkIds(frame.withOutcomes(report), "queued")
        }
    })

class RealFrameBulkProofSpec : FrameBulkProofSpec(TestServer.real())

class RealPostgresFrameBulkProofSpec : FrameBulkProofSpec(TestServer.real(RealPhoenix.POSTGRESQL))
