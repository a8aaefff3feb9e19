package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.queue.AnnotationQueueListener
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import java.net.URI
import java.nio.file.Path
import java.time.Duration
import java.util.BitSet
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.measureTime
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

private const val SAMPLES = 40
private const val LONGEST_DRAIN = 10L

/** Few enough that reading those of a span back takes no longer at the end than at the start. */
private const val ROWS_PER_CONVERSATION = 900

/** At most. */
private const val KEPT_CONNECTIONS = 64.0

/**
 * What one of the callers was told of its rows, by number: a bit each, so that memory stays flat.
 */
private class Told(val name: String, val rows: Int, private val onTold: () -> Unit) {
    private val twice = mutableListOf<Int>()
    private val stored = BitSet(rows)
    private val uncertain = BitSet(rows)
    private val told = BitSet(rows)

    @Synchronized
    fun tell(number: Int, isStored: Boolean, mayBeStored: Boolean) {
        if (told.get(number)) twice += number
        told.set(number)
        stored.set(number, isStored)
        uncertain.set(number, mayBeStored)
        onTold()
    }

    /** Reads back what is stored, and compares it value by value. */
    suspend fun differences(client: PhoenixClient, corpus: Corpus): List<String> {
        val found = BitSet(rows)
        val wrong = mutableListOf<String>()
        corpus.each(client, name) { row ->
            val number = row.identifier.drop(1).toInt()
            if (found.get(number)) wrong += "$name: stored twice: $number"
            found.set(number)
            val sent = corpus.row(TargetKind.SPAN, number, name)
            if (row.values != sent.values || row.targetId != sent.targetId)
                wrong += "$name: $number has other values"
        }
        println(
            "  $name: $rows given, ${stored.cardinality()} reported as stored, " +
                "${uncertain.cardinality()} as uncertain, ${found.cardinality()} found"
        )
        return wrong +
            twice.map { "$name: reported twice: $it" } +
            (0 until rows).mapNotNull {
                when {
                    !told.get(it) -> "$name: nothing was reported of $it"
                    stored.get(it) && !found.get(it) -> "$name: reported as stored and lost: $it"
                    found.get(it) && !stored.get(it) && !uncertain.get(it) ->
                        "$name: reported as not stored, and stored: $it"
                    else -> null
                }
            }
    }
}

private val AnnotationData.number: Int
    get() = identifier.orEmpty().drop(1).toInt()

/** Two uploads, a queue and single calls, in one client at once. */
private class Soak(
    private val client: PhoenixClient,
    private val corpus: Corpus,
    private val total: Int,
    private val watch: ResourceWatch,
) {
    private val reported = AtomicInteger()
    private val progress = MutableStateFlow(0)
    private val every = maxOf(1, total / SAMPLES)
    private val verified = told("verified", total * 2 / 5)
    private val confirmed = told("confirmed", total * 2 / 5)
    private val queued = told("queue", total * 19 / 100)
    private val single = told("single", total / 100)
    val all = listOf(verified, confirmed, queued, single)

    private fun told(name: String, rows: Int) =
        Told(name, rows) {
            val now = reported.incrementAndGet()
            progress.update { maxOf(it, now) }
            if (now % every == 0) watch.sample()
            if (now % (every * 4) == 0) println("  $now of $total")
        }

    private fun Told.row(number: Int) =
        corpus.row(TargetKind.SPAN, number, name) as SpanAnnotationData

    suspend fun run() = coroutineScope {
        val uploads = mapOf(verified to Delivery.VERIFIED, confirmed to Delivery.CONFIRMED)
        val running = uploads.map { (told, delivery) ->
            launch(Dispatchers.Default) { upload(told, delivery) }
        }
        launch(Dispatchers.Default) { queue() }
        launch(Dispatchers.Default) { singles() }
        running.joinAll()
        progress.value = Int.MAX_VALUE
    }

    /** So that queue and single calls last as long as the uploads, which are 4/5 of all rows. */
    private suspend fun Told.awaitTurn(number: Int) {
        val due = number.toLong() * total / rows * 3 / 4
        progress.first { it >= due }
    }

    private suspend fun upload(told: Told, chosen: Delivery) {
        val options = uploadOptions {
            project = corpus.project
            delivery = chosen
        }
        val rows = (0 until told.rows).asFlow().map { told.row(it) }
        client.annotations.uploadStream(rows, options) { row, outcome ->
            told.tell(row.number, outcome is RowOutcome.Stored, outcome is RowOutcome.Unknown)
        }
    }

    private suspend fun queue() {
        val queue = client.annotationQueue {
            maxRows = 1_000
            listener =
                object : AnnotationQueueListener {
                    override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                        val uncertain =
                            outcome is QueueOutcome.Expired && outcome.mayHaveArrived ||
                                outcome is QueueOutcome.Unfinished && outcome.mayHaveArrived ||
                                outcome is QueueOutcome.Rejected && outcome.mayHaveArrived
                        queued.tell(
                            annotation.number,
                            outcome is QueueOutcome.Stored,
                            uncertain,
                        )
                    }
                }
        }
        repeat(queued.rows) {
            queued.awaitTurn(it)
            check(queue.send(queued.row(it)).accepted)
        }
        queue.close(Duration.ofMinutes(LONGEST_DRAIN))
    }

    private suspend fun singles() =
        repeat(single.rows) {
            single.awaitTurn(it)
            try {
                val stored = client.spans.addSpanAnnotation(single.row(it), sync = true) != null
                single.tell(it, stored, mayBeStored = !stored)
            } catch (e: PhoenixException) {
                single.tell(it, isStored = false, e.mayHaveArrived)
            }
        }
}

/**
 * Two uploads, a queue and single calls at once, through something that disturbs exchanges.
 *
 * @param real the endpoint of a Phoenix, or null for a fake one
 * @param attempts how often the client tries a call; with one, each disturbed exchange reaches the
 *   upload, the queue or the caller
 * @param toxiproxy the program that disturbs them; null for a relay of our own
 * @return what was reported falsely, and what of the process grew
 */
internal suspend fun proveSoak(
    real: String?,
    rows: Int,
    attempts: Int,
    toxiproxy: Path? = null,
): List<String> =
    FaultyServer(real).use { server ->
        println(
            "$rows annotations on ${real?.let { "Phoenix" } ?: "the fake"}, $attempts attempts of each call"
        )
        if (toxiproxy == null) throughOurRelay(server, rows, attempts)
        else throughToxiproxy(toxiproxy, server, rows, attempts)
    }

private suspend fun throughOurRelay(
    server: FaultyServer,
    rows: Int,
    attempts: Int,
): List<String> {
    val client = soakClient(server.faulty, attempts, null)
    val wrong = proveSoak(client, server.direct, rows, attempts)
    println("  ${server.end()}")
    return wrong
}

private suspend fun throughToxiproxy(
    program: Path,
    server: FaultyServer,
    rows: Int,
    attempts: Int,
): List<String> =
    Toxiproxy(program, URI(server.direct)).use { proxy ->
        val client = soakClient(proxy.endpoint, attempts, proxy.listener)
        val wrong = proveSoak(client, server.direct, rows, attempts)
        println("  $proxy")
        if (proxy.worked) wrong else wrong + "Toxiproxy did not disturb enough"
    }

private fun soakClient(endpoint: String, attempts: Int, listener: PhoenixListener?) =
    PhoenixClient {
        environment = PhoenixEnvironment(emptyMap())
        this.endpoint = endpoint
        this.listener = listener
        retry { maxAttempts = attempts }
    }

private suspend fun proveSoak(
    faulty: PhoenixClient,
    direct: String,
    rows: Int,
    attempts: Int,
): List<String> =
    contractClient(direct).use { observer ->
        val corpus = Corpus(direct, maxOf(100, rows / ROWS_PER_CONVERSATION)).record(observer)
        // A client that tries once takes a new connection for each request, and keeps it for 3 s.
        val watch = if (attempts == 1) ResourceWatch(KEPT_CONNECTIONS) else ResourceWatch()
        val soak = Soak(faulty, corpus, rows, watch)
        println("  took ${faulty.use { measureTime { soak.run() } }}")
        soak.all.flatMap { it.differences(observer, corpus) } + watch.growth()
    }
