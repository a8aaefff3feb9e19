package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.NEW_SERVER
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.json
import io.github.phoenixkt.queue.QueueItem
import io.ktor.http.parseQueryString
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.awaitCancellation
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

/**
 * A Phoenix of span annotations that can be told which rows it chokes on. Queued rows are stored at
 * once, or later, or lost.
 *
 * @param missing spans that do not exist
 * @param refused spans whose rows are refused with 422
 * @param poison spans whose rows make the server fail with 500
 * @param lost spans whose queued rows are lost without a word
 * @param unreadable spans that cannot be read: the server fails with 500
 * @param version what it tells of itself; null where a proxy strips that
 * @param delay how long a queued row of a span takes to arrive, by [PhoenixModel.time]
 * @param databaseAhead how far the clock of the database, which dates confirmed rows, is ahead of
 *   Phoenix's own, which dates queued ones
 * @param hiccups the chance that a request fails with 503 before it is looked at
 */
class PhoenixModel(
    private val missing: Set<String> = emptySet(),
    private val refused: Set<String> = emptySet(),
    private val poison: Set<String> = emptySet(),
    private val lost: Set<String> = emptySet(),
    private val hiccups: Double = 0.0,
    private val namesMissing: Boolean = true,
    random: Random = Random(1),
    private val unreadable: Set<String> = emptySet(),
    version: String? = NEW_SERVER,
    private val databaseAhead: Duration = Duration.ZERO,
    private val delay: (String) -> Duration = { Duration.ZERO },
) {
    class Row(val id: String, var updatedAt: Instant, var json: JsonObject)

    val rows = LinkedHashMap<Pair<String, String>, Row>()
    private val waiting = mutableListOf<Pair<Instant, () -> Unit>>()
    private val chance = Random(random.nextInt())
    private val ids = AtomicInteger()
    private val reads = AtomicInteger()

    /** Which reads fail with 500, counted from 1. */
    @Volatile var failingReads: IntRange = IntRange.EMPTY

    /** What a request meets instead of Phoenix: an answer, or what it throws; null for Phoenix. */
    @Volatile var trouble: (SentRequest) -> Answer? = { null }
    /** Which requests are never answered. */
    @Volatile var silence: (SentRequest) -> Boolean = { false }
    /** What each request waits for. */
    @Volatile var slow: suspend (SentRequest) -> Unit = {}
    val time = FakeTime()
    val server =
        MockPhoenix(version) { sent ->
            if (silence(sent)) awaitCancellation()
            slow(sent)
            answer(sent).let {
                if (version == null) Answer(it.status, it.body, it.contentType, it.headers, null)
                else it
            }
        }

    /** The budget of queued rows is kept by base URL: each model has its own. */
    val baseUrl = "http://${UUID.randomUUID()}.test"
    val client: PhoenixClient = client {}

    val writes: List<SentRequest>
        get() = server.requests.filter { it.method == "POST" }

    val confirmedWrites: List<SentRequest>
        get() = writes.filter { it.query == "sync=true" }

    val queuedWrites: List<SentRequest>
        get() = writes.filter { it.query.isEmpty() }

    fun client(configure: PhoenixSettings.Builder.() -> Unit): PhoenixClient = server.client {
        endpoint = baseUrl
        runtime = time.runtime()
        configure()
    }

    fun stored(row: AnnotationData): Row? = rows[row.targetId to row.identifier.orEmpty()]

    @Synchronized
    fun write(row: SpanAnnotationData, label: String) {
        rows.getValue(row.spanId to row.identifier.orEmpty()).let {
            it.updatedAt = tick()
            it.json = JsonObject(it.json + ("result" to buildJsonObject { put("label", label) }))
        }
    }

    /** Stores what another process has queued, and Phoenix received at [received]. */
    @Synchronized
    fun arrive(row: SpanAnnotationData, received: Instant) {
        val body = Json.parseToJsonElement(QueueItem.of(row).body).jsonObject
        storeUnlessOlder(body.getValue("data").jsonArray.single().jsonObject, received)
    }

    /** Does [action] when so much time has passed. */
    @Synchronized
    fun later(delay: Duration, action: () -> Unit) {
        waiting += time.now + delay to action
    }

    private fun doWhatIsDue() {
        val due = waiting.filter { (at, _) -> at <= time.now }.sortedBy { (at, _) -> at }
        waiting -= due.toSet()
        due.forEach { (_, action) -> action() }
    }

    private fun tick(): Instant = time.pass(Duration.ofMillis(1))

    @Synchronized
    private fun answer(sent: SentRequest): Answer {
        doWhatIsDue()
        trouble(sent)?.let {
            return it
        }
        if (chance.nextDouble() < hiccups) return Answer(503, "busy", version = null)
        if (sent.method == "GET") return read(sent)
        val items = sent.items()
        val spans = items.map { it.text("span_id") }
        val sync = sent.query == "sync=true"
        val unknown = spans.filter(missing::contains).distinct()
        return when {
            spans.any(refused::contains) -> Answer(422, "one of them will not do")
            spans.any(poison::contains) -> Answer(500, "Internal Server Error", version = null)
            sync && unknown.isNotEmpty() ->
                Answer(404, if (namesMissing) "Spans $unknown are unknown" else "Some are unknown")
            sync ->
                json(
                    items.joinToString(",", "{\"data\":[", "]}") {
                        "{\"id\":\"${store(it, tick() + databaseAhead).id}\"}"
                    }
                )
            else -> {
                items
                    .filterNot { it.text("span_id") in missing || it.text("span_id") in lost }
                    .forEach {
                        val after = delay(it.text("span_id"))
                        val received = tick()
                        if (after.isZero) storeUnlessOlder(it, received)
                        else later(after) { store(it, received) }
                    }
                json("{\"data\":[]}")
            }
        }
    }

    private fun storeUnlessOlder(item: JsonObject, received: Instant) {
        if (rows[keyOf(item)]?.let { it.updatedAt >= received } != true) store(item, received)
    }

    private fun keyOf(item: JsonObject) =
        item.text("span_id") to (item["identifier"]?.jsonPrimitive?.content.orEmpty())

    /** What was queued has the time of its receipt. */
    private fun store(item: JsonObject, at: Instant): Row {
        val key = keyOf(item)
        val row = rows.getOrPut(key) { Row("id-${ids.incrementAndGet()}", at, item) }
        row.updatedAt = at
        row.json = item
        return row
    }

    private fun read(sent: SentRequest): Answer {
        val query = parseQueryString(sent.query)
        val wanted = query.getAll("span_ids").orEmpty().toSet()
        if (reads.incrementAndGet() in failingReads || wanted.any(unreadable::contains))
            return Answer(500, "Internal Server Error", version = null)
        val identifiers = query.getAll("identifier")?.toSet()
        val found = rows.filterKeys { (span, identifier) ->
            span in wanted && identifiers?.contains(identifier) != false
        }
        val items =
            found.values.joinToString(",") { row ->
                val fields =
                    row.json +
                        mapOf(
                            "id" to JsonPrimitive(row.id),
                            "created_at" to JsonPrimitive(row.updatedAt.toString()),
                            "updated_at" to JsonPrimitive(row.updatedAt.toString()),
                        )
                JsonObject(fields).toString()
            }
        return json("{\"data\":[$items],\"next_cursor\":null}")
    }
}

/** The rows that were written. */
fun SentRequest.items(): List<JsonObject> =
    Json.parseToJsonElement(body).jsonObject.getValue("data").jsonArray.map { it.jsonObject }

fun SentRequest.spans(): List<String> = items().map { it.text("span_id") }

fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

fun spanId(number: Int): String = "%016x".format(number + 1)

fun row(number: Int, label: String = "l$number", identifier: String? = null) =
    SpanAnnotationData(spanId(number), "bulk", label = label, identifier = identifier)
