package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.queue.surviveKills
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import kotlin.system.exitProcess
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTimedValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

private const val ROWS_PER_LEVEL = 10_000
private const val WINDOW_ROWS = 100_000
private const val CONTESTED_ROWS = 4_000
private const val UPLOADS = 4
private val DEFAULT_ATTEMPTS = RetrySettings.builder().maxAttempts
/** On an idle machine, each takes half of this at most. */
private val LONGEST_PROOF = 90.minutes
private val LONGEST_DRAIN = 5.minutes

/** What is too long for every change, run by `scripts/proof`: prints figures, fails on a loss. */
fun main(args: Array<String>) {
    val proven = runBlocking {
        withTimeout(LONGEST_PROOF) {
            when (args.first()) {
                "bulk" -> proveBulk(RealPhoenix.SQLITE) and proveBulk(RealPhoenix.POSTGRESQL)
                "keys" -> proveKeys(RealPhoenix.SQLITE) and proveKeys(RealPhoenix.POSTGRESQL)
                "window" -> proveWindow()
                "unpaced" -> showLoss()
                "outage" ->
                    nothingWrong(
                        proveOutage(OutagePlan(outage = 300.seconds, up = 15.seconds, kills = 4))
                    )
                "kill" ->
                    nothingWrong(
                        surviveKills(
                            RealPhoenix.SQLITE.endpoint(),
                            kills = 50,
                            Files.createTempDirectory("phoenix-kt-kill"),
                        )
                    )
                "overload" ->
                    nothingWrong(
                        proveOverload(
                            RealPhoenix.POSTGRESQL.endpoint(),
                            programs = 6,
                            rows = args.getOrNull(1)?.toInt() ?: 20_000,
                        )
                    )
                "soak" -> {
                    val rows = args.getOrNull(1)?.toInt() ?: 1_000_000
                    val toxiproxy = args.getOrNull(2)?.let(Path::of)
                    val real = RealPhoenix.POSTGRESQL.endpoint()
                    val attempts = if (toxiproxy == null) DEFAULT_ATTEMPTS else 1
                    nothingWrong(proveSoak(null, rows, attempts, toxiproxy)) and
                        nothingWrong(proveSoak(real, rows / 10, attempts, toxiproxy))
                }
                "servers" -> nothingWrong(versionTableDifferences(RealPhoenix.SQLITE.endpoint()))
                else -> error("no proof ${args.first()}")
            }
        }
    }
    exitProcess(if (proven) 0 else 1)
}

private fun nothingWrong(differences: List<String>): Boolean {
    differences.take(10).forEach { println("    $it") }
    println(if (differences.isEmpty()) "PROVEN" else "${differences.size} WRONG")
    return differences.isEmpty()
}

private fun print(what: String, rows: Int, time: Duration, note: String = "") {
    val rate = rows / (time.inWholeMilliseconds / 1000.0)
    println("%-46s %7d rows %8.0f rows/s %s".format(what, rows, rate, note))
}

/** Every level confirmed, and spans in every delivery; value by value. */
private suspend fun proveBulk(database: RealPhoenix): Boolean {
    val endpoint = database.endpoint()
    return contractClient(endpoint).use { client ->
        val corpus = Corpus(endpoint).record(client)
        val confirmed = TargetKind.entries.map { it to Delivery.CONFIRMED }
        val others = listOf(Delivery.VERIFIED, Delivery.QUEUED).map { TargetKind.SPAN to it }
        (confirmed + others).count { (targetKind, delivery) ->
            val right =
                proveLevel(
                    "$database, $targetKind, $delivery",
                    client,
                    corpus,
                    targetKind,
                    delivery,
                )
            !right
        } == 0
    }
}

@Suppress("LongParameterList")
private suspend fun proveLevel(
    what: String,
    client: PhoenixClient,
    corpus: Corpus,
    targetKind: TargetKind,
    chosen: Delivery,
): Boolean {
    val rows = corpus.rows(targetKind, ROWS_PER_LEVEL, "proof-$chosen")
    val options = uploadOptions {
        delivery = chosen
        project = corpus.project
    }
    val (report, time) = measureTimedValue { client.annotations.upload(rows, options) }
    val found = corpus.read(client, targetKind, "proof-$chosen")
    val wrong = differences(rows, found)
    val wrongIds =
        report.outcomes.withIndex().count { (index, outcome) ->
            outcome is RowOutcome.Stored && outcome.id != found[rows[index].key]?.id
        }
    val right = report.complete && wrong.isEmpty() && wrongIds == 0 && report.remarks.isEmpty()
    print(what, rows.size, time, if (right) "all there, all values" else "WRONG: $report")
    (report.remarks + wrong.take(3)).forEach { println("    $it") }
    return right
}

/** Calls and uploads of one process that write the same keys. */
private suspend fun proveKeys(database: RealPhoenix): Boolean {
    val endpoint = database.endpoint()
    return observerOf(endpoint).use { observer ->
        val corpus = Corpus(endpoint).record(observer)
        val races = KeyRaces(corpus, observer)
        val adds = "400 calls on keys of a running upload"
        val uploads = "3 uploads of the same keys, none acknowledged"
        prove("$database, $adds", ROWS_PER_LEVEL) {
            races.addsDuringAnUpload(ROWS_PER_LEVEL, calls = 400)
        } and
            prove("$database, $uploads", CONTESTED_ROWS) {
                // Each more than Phoenix can write at once, so that what comes after waits for
                // long.
                val others = listOf(3_200, 3_500)
                races.uploadsWithoutAcknowledgement(CONTESTED_ROWS, uploads = 3, 2_500, others)
            }
    }
}

private suspend fun prove(what: String, rows: Int, proof: suspend () -> List<String>): Boolean {
    val (wrong, time) = measureTimedValue { proof() }
    print(what, rows, time, if (wrong.isEmpty()) "as reported" else "${wrong.size} WRONG")
    wrong.take(3).forEach { println("    $it") }
    return wrong.isEmpty()
}

/**
 * As fast as the client goes, four uploads at once: its windows keep the server from losing any.
 */
private suspend fun proveWindow(): Boolean {
    val endpoint = RealPhoenix.POSTGRESQL.endpoint()
    return contractClient(endpoint).use { client ->
        val corpus = Corpus(endpoint).record(client)
        val (reports, time) =
            measureTimedValue {
                coroutineScope {
                    (0 until UPLOADS)
                        .map { number ->
                            async(Dispatchers.Default) {
                                val options = uploadOptions {
                                    delivery = Delivery.QUEUED
                                    project = corpus.project
                                }
                                val rows = corpus.share("window $number")
                                client.annotations.upload(rows, options)
                            }
                        }
                        .awaitAll()
                }
            }
        val there = (0 until UPLOADS).sumOf { corpus.countRows(client, "window $it") }
        val remarks = reports.flatMap { it.remarks }
        val right = there == WINDOW_ROWS && remarks.isEmpty() && reports.all { it.complete }
        print("PostgreSQL, $UPLOADS uploads at once, windows", WINDOW_ROWS, time, lost(there))
        remarks.forEach { println("    $it") }
        right
    }
}

/** The same rows without windows. Proves nothing of the client, only that windows are needed. */
private suspend fun showLoss(): Boolean {
    val endpoint = RealPhoenix.POSTGRESQL.endpoint()
    contractClient(endpoint).use { client ->
        val corpus = Corpus(endpoint).record(client)
        val bodies =
            (0 until UPLOADS).map { number ->
                corpus.share("unpaced $number").chunked(1_000).map(::requestBody)
            }
        val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
        val (_, time) =
            measureTimedValue {
                coroutineScope {
                    bodies.forEach { chunks ->
                        launch(Dispatchers.IO) { chunks.forEach { http.post(endpoint, it) } }
                    }
                }
            }
        val drained = corpus.awaitDrain(client)
        val there = (0 until UPLOADS).sumOf { corpus.countRows(client, "unpaced $it") }
        val note = lost(there) + if (drained) "" else " (not drained within $LONGEST_DRAIN)"
        print("PostgreSQL, $UPLOADS loops at once, no windows", WINDOW_ROWS, time, note)
        return there < WINDOW_ROWS
    }
}

private fun lost(there: Int): String =
    "lost ${WINDOW_ROWS - there} (%.1f %%)".format(100.0 * (WINDOW_ROWS - there) / WINDOW_ROWS)

private fun Corpus.share(name: String): List<AnnotationData> =
    rows(TargetKind.SPAN, WINDOW_ROWS / UPLOADS, name)

/** No value of these needs an escape. */
internal fun requestBody(rows: List<AnnotationData>): String =
    rows.joinToString(",", "{\"data\":[", "]}") {
        "{\"span_id\":\"${it.targetId}\",\"name\":\"${it.name}\",\"annotator_kind\":\"CODE\"," +
            "\"identifier\":\"${it.identifier}\",\"result\":{\"label\":\"x\",\"score\":0.5}}"
    }

internal fun HttpClient.post(endpoint: String, body: String) {
    val request =
        HttpRequest.newBuilder(URI.create("$endpoint/v1/span_annotations"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build()
    val status = send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
    check(status == 200) { "status $status" }
}

private suspend fun Corpus.countRows(client: PhoenixClient, name: String): Int =
    client.spans
        .getSpanAnnotations(spans, includeAnnotationNames = listOf(name), project = project)
        .count()

/**
 * The queue is emptied in order: when a row that was queued last is there, all before it are there
 * or lost. It may be lost with them, so that one follows the other.
 */
private suspend fun Corpus.awaitDrain(client: PhoenixClient): Boolean =
    withTimeoutOrNull(LONGEST_DRAIN) {
        var number = 0
        while (countRows(client, "marker") == 0) {
            val marker = row(TargetKind.SPAN, number++, "marker")
            client.annotations.uploadStream(
                flowOf(marker),
                uploadOptions { delivery = Delivery.QUEUED },
            )
            delay(3.seconds)
        }
        true
    } ?: false
