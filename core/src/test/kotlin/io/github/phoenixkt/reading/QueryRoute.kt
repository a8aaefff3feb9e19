package io.github.phoenixkt.reading

import io.github.phoenixkt.Answer
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.json
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlin.random.Random
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private val EPOCH: Instant = Instant.parse("2026-01-05T10:00:00.000001Z")

class QueriedSpan(val id: Int, val start: Instant)

/**
 * The query route as far as paging goes: a window, a limit, rows in no order, or in any that is
 * [arranged], and with `explode` several of them for each span, up to the limit in all.
 */
class QueryRoute(
    private val spans: List<QueriedSpan>,
    private val rowsPerSpan: Int = 1,
    private val arranged: (List<QueriedSpan>, Random) -> List<QueriedSpan> = { found, random ->
        found.shuffled(random)
    },
) {
    /** No reading here needs as many requests: one that goes in circles ends. */
    var failAt = 2_000
    var largestAnswer = 0
    var mostTimes = 0
    private var answers = 0
    private val random = Random(7)

    fun answer(request: SentRequest): Answer = answer(request.method, request.body)

    fun answer(method: String, requestBody: String): Answer {
        if (method == "GET") return json("""{"data":{"id":"P","name":"default"}}""")
        if (++answers >= failAt) return Answer(403, "enough")
        val body = Json.parseToJsonElement(requestBody).jsonObject
        val start = body.time("start_time") ?: Instant.MIN
        val end = body.time("end_time") ?: Instant.MAX
        val limit = body.getValue("limit").jsonPrimitive.int
        val found = arranged(spans.filter { it.start >= start && it.start < end }, random)
        val query = body.getValue("queries").jsonArray.single().jsonObject
        val fields: String
        val rows: List<String>
        if (query["select"] != null && "start_time" in query["select"]!!.jsonObject) {
            fields = """{"name":"0_start_time","type":"datetime"}"""
            rows = found.take(limit).map { """{"0_start_time":"${it.start}"}""" }
            mostTimes = maxOf(mostTimes, rows.size)
        } else {
            fields = """{"name":"0_id","type":"string"},{"name":"1_position","type":"integer"}"""
            rows =
                found
                    .flatMap { span -> List(rowsPerSpan) { span.id to it } }
                    .take(limit)
                    .map { (id, position) -> """{"0_id":"$id","1_position":$position}""" }
            largestAnswer = maxOf(largestAnswer, rows.size)
        }
        val table = """{"schema":{"fields":[$fields]},"data":[${rows.joinToString(",")}]}"""
        return multipart(table)
    }

    private fun JsonObject.time(name: String) =
        this[name]?.jsonPrimitive?.content?.let(Instant::parse)
}

fun multipart(table: String, end: String = "\r\n--x-y--\r\n") =
    Answer(
        body = "--x-y\r\nContent-Type: application/json\r\n\r\n$table$end",
        contentType = "multipart/mixed; boundary=x-y",
    )

fun spansOf(count: Int, start: (Int) -> Long) =
    List(count) { QueriedSpan(it, EPOCH.plus(start(it), ChronoUnit.MICROS)) }

fun List<Map<String, Any?>>.keys(): List<String> = map { "${it["id"]}/${it["position"]}" }.sorted()

fun keysOf(spans: List<QueriedSpan>, rowsPerSpan: Int = 1): List<String> =
    spans.flatMap { span -> List(rowsPerSpan) { "${span.id}/$it" } }.sorted()
