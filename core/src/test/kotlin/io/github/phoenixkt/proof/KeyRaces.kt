package io.github.phoenixkt.proof

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.contract.unique
import io.github.phoenixkt.support.TestClock
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import java.net.http.HttpClient
import java.time.Clock
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private const val WRITERS = 8
private val BETWEEN_CALLS = 40.milliseconds

/** Calls of one JVM that write the same keys at once, on a real server. */
class KeyRaces(private val corpus: Corpus, private val observer: PhoenixClient) {
    /**
     * Confirmed calls on keys that a running upload has just queued.
     *
     * @return what is wrong; empty when every key holds what was sent for it last
     */
    suspend fun addsDuringAnUpload(rows: Int, calls: Int): List<String> {
        val name = unique("adds")
        val wire = WireOrder()
        val theirs = corpus.rows(TargetKind.SPAN, rows, name)
        val ids = ConcurrentHashMap<Key, String>()
        val report = ObservedEngine {
            wire.see(it)
        }
            .use { engine ->
                engine.client(corpus.endpoint).use { uploader ->
                    engine.client(corpus.endpoint).use { adder ->
                        race(uploader, theirs, calls) { number ->
                            val row = theirs[wire.recentlyQueued() ?: return@race false]
                            val mine = ours(row, number, rows)
                            ids[row.key] = checkNotNull(adder.add(mine, sync = true)).id
                            true
                        }
                    }
                }
            }
        awaitDrain()
        val found = corpus.read(observer, TargetKind.SPAN, name)
        return wire.differences(found) +
            wrongIds(theirs, report, found) +
            ids.mapNotNull { (key, id) -> "$key is not $id".takeIf { found[key]?.id != id } }
    }

    private suspend fun race(
        uploader: PhoenixClient,
        rows: List<AnnotationData>,
        calls: Int,
        call: suspend (Int) -> Boolean,
    ): UploadReport = coroutineScope {
        val upload =
            async(Dispatchers.Default) {
                uploader.annotations.upload(rows, uploadOptions { project = corpus.project })
            }
        val left = AtomicInteger(calls)
        repeat(WRITERS) {
            launch(Dispatchers.Default) {
                while (left.get() > 0) {
                    if (call(left.get())) left.decrementAndGet() else if (upload.isCompleted) break
                    delay(BETWEEN_CALLS)
                }
            }
        }
        upload.await()
    }

    private fun ours(row: AnnotationData, number: Int, rows: Int): AnnotationData =
        corpus.row(
            TargetKind.SPAN,
            checkNotNull(row.identifier).drop(1).toInt(),
            row.name,
            seed = rows + number,
        )

    /**
     * Uploads of the same keys with other values, one after the other, while another process keeps
     * the queue busy and looks for the first window of each fail.
     *
     * @param others how many rows that process queues before, one list after the other
     * @return what is wrong; empty when the reports say what is stored
     */
    suspend fun uploadsWithoutAcknowledgement(
        keys: Int,
        uploads: Int,
        window: Int,
        others: List<Int>,
    ): List<String> {
        val name = unique("again")
        val last = AtomicReference<List<AnnotationData>>()
        val wrong = mutableListOf<String>()
        coroutineScope {
            keepBusy(others)
            repeat(uploads) { number ->
                val rows =
                    List(keys) {
                        corpus.row(TargetKind.SPAN, it, name, seed = number * keys + it)
                    }
                last.set(rows)
                val fault = NoAcknowledgement()
                val report =
                    fault.engine.use { engine ->
                        val runtime = fault.runtime()
                        engine
                            .client(corpus.endpoint) { this.runtime = runtime }
                            .use {
                                val options = uploadOptions {
                                    project = corpus.project
                                    queueWindow = window
                                }
                                it.annotations.upload(rows, options)
                            }
                    }
                val found = corpus.read(observer, TargetKind.SPAN, name)
                wrong += said(rows, report, found).map { "after upload $number: $it" }
            }
        }
        awaitDrain()
        val found = corpus.read(observer, TargetKind.SPAN, name)
        return wrong + differences(last.get(), found).map { "at the end: $it" }
    }

    private fun said(
        rows: List<AnnotationData>,
        report: UploadReport,
        found: Map<Key, Found>,
    ): List<String> =
        rows.indices.mapNotNull { index ->
            val outcome = report.outcomes[index]
            val there = found[rows[index].key]
            when {
                outcome !is RowOutcome.Stored || outcome.overwritten -> "$outcome of ${rows[index]}"
                there?.values != rows[index].values ->
                    "$outcome of ${rows[index]}, is ${there?.values}"
                else -> null
            }
        }

    private suspend fun keepBusy(others: List<Int>) =
        withContext(Dispatchers.IO) {
            val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
            for (rows in others) {
                corpus.rows(TargetKind.SPAN, rows, unique("busy")).chunked(700).forEach {
                    http.post(corpus.endpoint, requestBody(it))
                }
                delay(500)
            }
        }

    /** A queued value, and at once a confirmed one, on several keys. */
    suspend fun queuedThenConfirmed(
        client: PhoenixClient,
        targetKind: TargetKind,
        keys: Int,
    ): List<String> {
        val name = unique("second thoughts")
        val rows = List(keys) { corpus.row(targetKind, it, name) }
        coroutineScope {
            rows.forEachIndexed { number, row ->
                launch {
                    client.add(
                        corpus.row(targetKind, number, name, seed = keys + number),
                        sync = false,
                    )
                    client.add(row, sync = true)
                }
            }
        }
        awaitDrain()
        return differences(rows, corpus.read(observer, targetKind, name))
    }

    /** What was queued before is stored, or lost, when a row that was queued last is there. */
    private suspend fun awaitDrain() =
        withTimeout(5.minutes) {
            for (targetKind in TargetKind.entries) {
                val name = unique("marker")
                observer.add(corpus.row(targetKind, 0, name), sync = false)
                while (corpus.read(observer, targetKind, name).isEmpty()) delay(100)
            }
        }
}

private fun wrongIds(
    rows: List<AnnotationData>,
    report: UploadReport,
    found: Map<Key, Found>,
): List<String> =
    rows.indices.mapNotNull { index ->
        val outcome = report.outcomes[index]
        "$outcome of ${rows[index]}"
            .takeIf {
                (outcome as? RowOutcome.Stored)?.id != found[rows[index].key]?.id
            }
    }

suspend fun PhoenixClient.add(row: AnnotationData, sync: Boolean): InsertedAnnotation? =
    when (row) {
        is SpanAnnotationData -> spans.addSpanAnnotation(row, sync)
        is SpanDocumentAnnotationData -> spans.addDocumentAnnotation(row, sync)
        is TraceAnnotationData -> traces.addTraceAnnotation(row, sync)
        is SessionAnnotationData -> sessions.addSessionAnnotation(row, sync)
    }

/** What was sent for each key last, in the order of the wire. */
private class WireOrder {
    private val labels = ConcurrentHashMap<Key, String>()
    private val queued = ConcurrentLinkedQueue<Int>()

    fun see(sent: SentRequest) {
        if (sent.method != "POST" || !sent.path.endsWith("_annotations")) return
        sent.items().forEach { item ->
            val identifier = item.text("identifier")
            labels[Key(item.text("span_id"), null, item.text("name"), identifier)] =
                item.getValue("result").jsonObject.text("label")
            if (sent.query.isEmpty()) queued += identifier.drop(1).toInt()
        }
    }

    /**
     * The number of a row, each once, those of the last requests only; null while there is none.
     */
    fun recentlyQueued(): Int? {
        repeat(Random.nextInt(1, 20)) { if (queued.size > 300) queued.poll() }
        return queued.poll()
    }

    fun differences(found: Map<Key, Found>): List<String> = labels.mapNotNull { (key, label) ->
        val there = found[key]?.values?.label
        "$key is $there but was set to $label last".takeIf { there != label }
    }
}

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

/** Fails the looks after the first window for 15 s; those seconds pass at once. */
private class NoAcknowledgement {
    private val skipped = AtomicReference(Duration.ZERO)
    private val failing = AtomicInteger()

    val engine =
        ObservedEngine(
            answer = { sent ->
                if (sent.method == "POST" && sent.query.isEmpty()) failing.compareAndSet(0, 1)
                if (failing.get() == 1 && skipped.get() > Duration.ofSeconds(16)) failing.set(2)
                Answer(500, "Internal Server Error", version = null).takeIf {
                    failing.get() == 1 && sent.method == "GET"
                }
            }
        )

    fun runtime(): PhoenixRuntime {
        val real = Clock.systemUTC()
        // What these uploads leave behind is over for the clients of other tests.
        val clock = TestClock.showing { real.instant().minusSeconds(60) + skipped.get() }
        return PhoenixRuntime(
            clock,
            sleep = { duration ->
                if (failing.get() == 1) skipped.updateAndGet { it + duration.toJavaDuration() }
                else delay(duration)
            },
        )
    }
}

/** A client for looking at what the others have done: they share what is in flight by base URL. */
fun observerOf(endpoint: String): PhoenixClient =
    contractClient(endpoint.replace("127.0.0.1", "localhost"))
