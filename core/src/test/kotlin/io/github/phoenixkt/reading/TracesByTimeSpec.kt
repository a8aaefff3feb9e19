package io.github.phoenixkt.reading

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.contract.walk
import io.github.phoenixkt.json
import io.github.phoenixkt.traces.traceQuery
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.net.URLDecoder
import java.time.Instant
import kotlin.random.Random

/** A server before 20.5 that puts traces of one moment in another order each time. */
private class OldServer(private val starts: List<Instant>, version: String?) {
    private val random = Random(5)
    val phoenix = MockPhoenix(version) { json(answer(it), version = version) }

    private fun answer(request: SentRequest): String {
        val query =
            request.query.split('&').associate {
                it.substringBefore('=') to URLDecoder.decode(it.substringAfter('='), Charsets.UTF_8)
            }
        val from = query["start_time"]?.let(Instant::parse) ?: Instant.MIN
        val to = query["end_time"]?.let(Instant::parse) ?: Instant.MAX
        val rising =
            starts
                .withIndex()
                .filter { it.value >= from && it.value < to }
                .shuffled(random)
                .sortedBy {
                    it.value
                }
        val sorted = if (query["order"] == "asc") rising else rising.reversed()
        val rows =
            sorted.take(query.getValue("limit").toInt()).joinToString(",") { (id, start) ->
                """{"id":"$id","trace_id":"$id","start_time":"${start}","end_time":"$start"}"""
            }
        return """{"data":[$rows],"next_cursor":"U3Bhbjox"}"""
    }
}

class TracesByTimeSpec :
    FunSpec({
        val first = Instant.parse("2026-01-05T10:00:00.000001Z")
        val starts = List(60) { first.plusSeconds((it / 9).toLong()) }

        for (version in listOf("20.4.9", null)) {
            for (order in SortOrder.entries) {
                test("traces come once from $version, $order, whatever the order of ties") {
                    val server = OldServer(starts, version)
                    val client = server.phoenix.client()
                    val traces = walk {
                        client.traces.getTracesPage(
                            traceQuery { this.order = order },
                            cursor = it,
                            limit = 2,
                        )
                    }
                    traces.map { it.id.toInt() }.sorted() shouldBe starts.indices.toList()
                    val times = traces.map { it.startTime }
                    (if (order == SortOrder.ASCENDING) times else times.reversed()).shouldBeSorted()
                    server.phoenix.lines.forEach { it shouldNotContain "cursor=" }
                }
            }
        }

        test("the window of the caller is kept") {
            val server = OldServer(starts, "20.4.9")
            val client = server.phoenix.client()
            for (order in SortOrder.entries) {
                val query = traceQuery {
                    startTime = first.plusSeconds(2)
                    endTime = first.plusSeconds(4)
                    this.order = order
                }
                walk { client.traces.getTracesPage(query, cursor = it, limit = 4) }
                    .map { it.startTime }
                    .distinct()
                    .sorted()
                    .shouldContainExactly(first.plusSeconds(2), first.plusSeconds(3))
            }
        }
    })
