package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.contract.newSpanId
import io.github.phoenixkt.contract.newTraceId
import io.github.phoenixkt.contract.unique
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Instant
import kotlin.random.Random
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.put

private const val CONVERSATIONS = 100
private const val DOCUMENTS = 10
private const val SPANS_PER_REQUEST = 100

/** What a row is known by: target, document, name and identifier. */
data class Key(val target: String, val document: Int?, val name: String, val identifier: String)

/** The values of a row, made comparable. */
data class Values(
    val kind: String,
    val label: String?,
    val score: Any?,
    val explanation: String?,
    val metadata: Any?,
)

/** A row that was read, under the id that Phoenix gave it. */
class Found(val id: String, val values: Values)

/**
 * A project of [conversations] traces of three spans and as many sessions, every third span with
 * ten documents. There are more rows than targets: identifiers tell them apart, and names those of
 * documents.
 */
class Corpus(val endpoint: String, private val conversations: Int = CONVERSATIONS) {
    val project: String = unique("proof")
    val spans: List<String> = List(3 * conversations) { newSpanId() }
    private val traces = List(conversations) { newTraceId() }
    private val sessions = List(conversations) { unique("session") }
    private val start = Instant.parse("2026-01-05T10:00:00Z")

    suspend fun record(client: PhoenixClient): Corpus {
        spans.indices.map(::span).chunked(SPANS_PER_REQUEST).forEach {
            client.spans.logSpans(it, project)
        }
        withTimeout(5.minutes) {
            while (recorded(client) < spans.size) delay(200)
        }
        return this
    }

    /** The project appears with its first span. */
    private suspend fun recorded(client: PhoenixClient): Int =
        try {
            client.spans.getSpans(project = project).toList().size
        } catch (@Suppress("SwallowedException") e: PhoenixException.NotFound) {
            0
        }

    private fun span(number: Int): SpanData {
        val conversation = number % conversations
        val documents =
            if (number < conversations) List(DOCUMENTS) { mapOf("document.content" to "text $it") }
            else emptyList()
        return spanData("step", spans[number], traces[conversation], start, start.plusSeconds(1)) {
            spanKind = if (documents.isEmpty()) "LLM" else "RETRIEVER"
            parentId = if (documents.isEmpty()) spans[conversation] else null
            attributes =
                mapOf("session.id" to sessions[conversation]) +
                    (if (documents.isEmpty()) emptyMap()
                    else mapOf("retrieval.documents" to documents))
        }
    }

    fun rows(targetKind: TargetKind, count: Int, name: String): List<AnnotationData> =
        List(count) { row(targetKind, it, name) }

    @Suppress("LongMethod") // One column after the other.
    fun row(targetKind: TargetKind, number: Int, name: String, seed: Int = number): AnnotationData {
        val random = Random(seed)
        val values = RandomValues(random)
        val kind = AnnotatorKind.entries.random(random)
        val label = "l$seed ${values.text()}x"
        val score = values.double().takeIf { number % 7 != 0 }
        val explanation = "because ${values.text()}.".takeIf { number % 3 != 0 }
        val metadata = values.metadata().takeIf { number % 5 != 0 }
        val identifier = "r$number"
        return when (targetKind) {
            TargetKind.SPAN ->
                SpanAnnotationData(
                    spans[number % spans.size],
                    name,
                    kind,
                    label,
                    score,
                    explanation,
                    metadata,
                    identifier,
                )
            TargetKind.DOCUMENT ->
                SpanDocumentAnnotationData(
                    spans[number % conversations],
                    number / conversations % DOCUMENTS,
                    "$name ${number / conversations / DOCUMENTS}",
                    kind,
                    label,
                    score,
                    explanation,
                    metadata,
                )
            TargetKind.TRACE ->
                TraceAnnotationData(
                    traces[number % conversations],
                    name,
                    kind,
                    label,
                    score,
                    explanation,
                    metadata,
                    identifier,
                )
            TargetKind.SESSION ->
                SessionAnnotationData(
                    sessions[number % conversations],
                    name,
                    kind,
                    label,
                    score,
                    explanation,
                    metadata,
                    identifier,
                )
        }
    }

    /** All rows of this [name], or for documents of names that begin with it. */
    suspend fun read(
        client: PhoenixClient,
        targetKind: TargetKind,
        name: String,
    ): Map<Key, Found> {
        fun query(ids: List<String>) = annotationQuery {
            this.ids = ids
            includeAnnotationNames = listOf(name)
        }
        val stored =
            when (targetKind) {
                TargetKind.SPAN -> client.spans.getSpanAnnotations(query(spans), project)
                TargetKind.TRACE -> client.traces.getTraceAnnotations(query(traces), project)
                TargetKind.SESSION ->
                    client.sessions.getSessionAnnotations(query(sessions), project)
                TargetKind.DOCUMENT -> return readDocuments(name)
            }
        // Of 100,000 rows only what is compared is kept.
        return stored
            .map {
                Key(it.targetId, null, it.name, it.identifier) to Found(it.id, it.values)
            }
            .toList()
            .toMap()
    }

    /** All rows of spans of this [name], one at a time. */
    suspend fun each(client: PhoenixClient, name: String, action: (StoredAnnotation) -> Unit) =
        client.spans
            .getSpanAnnotations(spans, includeAnnotationNames = listOf(name), project = project)
            .collect { action(it) }

    /** There is no REST route for these; the web page has them from here. */
    private suspend fun readDocuments(name: String): Map<Key, Found> {
        val found = HashMap<Key, Found>()
        for (part in spans.take(conversations).chunked(10)) {
            val fields =
                part.joinToString("\n") {
                    "s$it: getSpanByOtelId(spanId: \"$it\") { documentEvaluations { " +
                        "id name annotatorKind label score explanation metadata documentPosition } }"
                }
            graphQl("{ $fields }").forEach { (alias, span) ->
                span.jsonObject.getValue("documentEvaluations").jsonArray.forEach {
                    val row = plain(it) as Map<*, *>
                    found[documentKey(alias.drop(1), row)] = document(row)
                }
            }
        }
        return found.filterKeys { it.name.startsWith("$name ") }
    }

    private fun documentKey(span: String, row: Map<*, *>) =
        Key(span, (row["documentPosition"] as String).toInt(), row["name"] as String, "")

    private fun document(row: Map<*, *>): Found {
        val values =
            Values(
                row["annotatorKind"] as String,
                row["label"] as String?,
                row["score"],
                row["explanation"] as String?,
                row["metadata"],
            )
        return Found(row["id"] as String, values)
    }

    private suspend fun graphQl(query: String): JsonObject =
        withContext(Dispatchers.IO) {
            val body = buildJsonObject { put("query", query) }.toString()
            val request =
                HttpRequest.newBuilder(URI.create("$endpoint/graphql"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build()
            val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
            val answer = http.send(request, HttpResponse.BodyHandlers.ofString())
            check(answer.statusCode() == 200) { "${answer.statusCode()} ${answer.body()}" }
            val json = Json.parseToJsonElement(answer.body()).jsonObject
            check("errors" !in json) { answer.body().take(500) }
            json.getValue("data").jsonObject
        }
}

/** JSON in the form of [normal]. */
private fun plain(json: JsonElement): Any? =
    when (json) {
        is JsonNull -> null
        is JsonObject -> json.mapValues { (_, value) -> plain(value) }
        is JsonArray -> json.map(::plain)
        is JsonPrimitive ->
            when {
                json.isString -> json.content
                json.booleanOrNull != null -> json.booleanOrNull
                else -> normal(json.content.toBigIntegerOrNull() ?: json.content.toDouble())
            }
    }

val AnnotationData.key: Key
    get() = Key(targetId, documentPosition, name, identifier.orEmpty())

val AnnotationData.values: Values
    get() =
        Values(annotatorKind.name, label, normal(score), explanation, normal(metadata.orEmpty()))

val StoredAnnotation.values: Values
    get() = Values(annotatorKindText, label, normal(score), explanation, normal(metadata))

/** What of [rows] is not in [found] as it was sent; empty when all is well. */
fun differences(rows: List<AnnotationData>, found: Map<Key, Found>): List<String> =
    rows.mapNotNull { row ->
        val there = found[row.key]
        when {
            there == null -> "$row is not there"
            there.values != row.values -> "${row.values}\n is ${there.values}"
            else -> null
        }
    } + (found.keys - rows.map { it.key }.toSet()).map { "$it was not sent" }
