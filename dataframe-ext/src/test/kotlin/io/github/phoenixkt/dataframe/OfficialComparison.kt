package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.AnnotatorKind.CODE
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.TargetKind.DOCUMENT
import io.github.phoenixkt.annotations.TargetKind.SESSION
import io.github.phoenixkt.annotations.TargetKind.SPAN
import io.github.phoenixkt.annotations.TargetKind.TRACE
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.longOrNull
import org.jetbrains.kotlinx.dataframe.AnyFrame

/** A stored row, but for what differs between two conversations; [target] counts their traces. */
data class Row(
    val target: Int,
    val position: Int?,
    val name: String,
    val kind: String,
    val label: String?,
    val score: Double?,
    val explanation: String?,
    val metadata: Any,
    val identifier: String,
)

/** What a client said, and what is stored of its conversation now. */
class Outcome(answer: Answer, val rows: List<Row>) {
    val ids = answer.ids
    val error = answer.error
}

/** One conversation, and the client that is to write frames about it. */
class Side(
    val recorded: Recorded,
    val client: PhoenixClient,
    private val endpoint: String,
) {
    suspend fun stored(targetKind: TargetKind): List<Row> {
        val (targets, found) =
            when (targetKind) {
                SPAN -> recorded.spans to client.spans.getSpanAnnotations(recorded.spans)
                TRACE -> recorded.traces to client.traces.getTraceAnnotations(recorded.traces)
                SESSION ->
                    recorded.sessions to client.sessions.getSessionAnnotations(recorded.sessions)
                DOCUMENT -> return recorded.spans.flatMapIndexed(::documents)
            }
        return found
            .toList()
            .map {
                Row(
                    targets.indexOf(it.targetId),
                    null,
                    it.name,
                    it.annotatorKindText,
                    it.label,
                    it.score,
                    it.explanation,
                    it.metadata,
                    it.identifier,
                )
            }
            .sortedWith(compareBy(Row::target, Row::name, Row::identifier))
    }

    /** No route reads them, but Phoenix's web page has its own way. */
    private fun documents(target: Int, spanId: String): List<Row> {
        val query =
            "{getSpanByOtelId(spanId: \"$spanId\") {documentEvaluations " +
                "{documentPosition name annotatorKind label score explanation metadata}}}"
        val body = JsonObject(mapOf("query" to JsonPrimitive(query))).toString()
        val request =
            HttpRequest.newBuilder(URI("$endpoint/graphql"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build()
        val response = http.send(request, HttpResponse.BodyHandlers.ofString()).body()
        val data: JsonElement? = Json.parseToJsonElement(response).jsonObject["data"]
        val span = checkNotNull(data) { response }.jsonObject.getValue("getSpanByOtelId")
        return span.jsonObject
            .getValue("documentEvaluations")
            .jsonArray
            .map { it.jsonObject }
            .map {
                fun text(key: String) = it.getValue(key).jsonPrimitive.contentOrNull
                Row(
                    target,
                    it.getValue("documentPosition").jsonPrimitive.int,
                    text("name").orEmpty(),
                    text("annotatorKind").orEmpty(),
                    text("label"),
                    it.getValue("score").jsonPrimitive.doubleOrNull,
                    text("explanation"),
                    plain(it.getValue("metadata")),
                    identifier = "",
                )
            }
            .sortedBy { it.position }
    }

    private companion object {
        val http: HttpClient = HttpClient.newHttpClient()
    }
}

suspend fun PhoenixClient.write(
    targetKind: TargetKind,
    columns: Columns,
    name: String?,
    kind: AnnotatorKind?,
    sync: Boolean,
): Answer {
    val frame = frameOf(*columns.toTypedArray())
    return try {
        val stored =
            when (targetKind) {
                SPAN -> spans.logSpanAnnotationsDataframe(frame, name, kind, sync)
                DOCUMENT -> annotations.logDocumentAnnotationsDataframe(frame, name, kind, sync)
                TRACE -> traces.logTraceAnnotationsDataframe(frame, name, kind, sync)
                SESSION -> sessions.logSessionAnnotationsDataframe(frame, name, kind, sync)
            }
        Answer(stored.orEmpty().map { it.id }, error = null)
    } catch (error: IllegalArgumentException) {
        Answer(emptyList(), error.message)
    } catch (error: PhoenixException) {
        Answer(emptyList(), error.message)
    }
}

fun realServerAndPython(): TestServer {
    val real = TestServer.real()
    val missing = "PHOENIX_PYTHON is not set: no official client to compare with"
    val noPython = missing.takeIf { System.getenv("PHOENIX_PYTHON").isNullOrBlank() }
    return TestServer(real.missing ?: noPython) { real.endpoint }
}

/** As the other routes give it: numbers are Long or Double. */
private fun plain(json: JsonElement): Any =
    when (json) {
        is JsonObject -> json.mapValues { (_, value) -> plainOrNull(value) }
        is JsonArray -> json.map(::plainOrNull)
        is JsonPrimitive ->
            if (json.isString) json.content
            else json.booleanOrNull ?: json.longOrNull ?: json.content.toDouble()
    }

private fun plainOrNull(json: JsonElement): Any? = if (json is JsonNull) null else plain(json)

/** One frame, written by Phoenix's own client about one conversation and by ours about another. */
class Comparison(private val server: TestServer) : AutoCloseable {
    private val python = lazy { OfficialFrames(System.getenv("PHOENIX_PYTHON"), server.endpoint) }
    private lateinit var theirs: Side
    private lateinit var ours: Side

    suspend fun start() {
        theirs = side()
        ours = side()
    }

    fun end() = listOf(theirs, ours).forEach { it.client.close() }

    override fun close() {
        if (python.isInitialized()) python.value.close()
    }

    private suspend fun side(): Side {
        val recorded = Recorded()
        val client = recorded.client(server.endpoint)
        recorded.record(client)
        return Side(recorded, client, server.endpoint)
    }

    /** [options]: `dtypes`, `index` and `sync`, as the script takes them. */
    suspend fun byPython(
        targetKind: TargetKind = SPAN,
        name: String? = "quality",
        kind: String? = "CODE",
        options: Map<String, Any?> = emptyMap(),
        columns: Recorded.() -> Columns,
    ): Outcome {
        val given = mapOf("annotation_name" to name, "annotator_kind" to kind)
        val arguments = given.mapNotNull { (key, value) -> value?.let { key to it } }.toMap()
        val answer = python.value.write(targetKind, theirs.recorded.columns(), arguments, options)
        return Outcome(answer, theirs.stored(targetKind))
    }

    suspend fun byOurs(
        targetKind: TargetKind = SPAN,
        name: String? = "quality",
        kind: AnnotatorKind? = CODE,
        sync: Boolean = true,
        columns: Recorded.() -> Columns,
    ): Outcome {
        val answer = ours.client.write(targetKind, ours.recorded.columns(), name, kind, sync)
        return Outcome(answer, ours.stored(targetKind))
    }

    /** Rows that are read of a frame in another way than by its columns. */
    suspend fun byOurs(
        columns: Recorded.() -> Columns,
        read: (AnyFrame) -> AnnotationRows,
    ): Outcome {
        val rows = read(frameOf(*ours.recorded.columns().toTypedArray()))
        val report =
            ours.client.annotations.upload(rows, uploadOptions { delivery = Delivery.CONFIRMED })
        val ids = report.outcomes.map { (it as RowOutcome.Stored).id }
        return Outcome(Answer(ids, error = null), ours.stored(rows.targetKind(0)))
    }

    /** What is stored by both clients, once that is all. */
    suspend fun stored(count: Int): Pair<List<Row>, List<Row>> =
        eventually(60.seconds) {
            val (python, kotlin) = theirs.stored(SPAN) to ours.stored(SPAN)
            check(python.size == count && kotlin.size == count) { "not all there yet" }
            python to kotlin
        }

    /** The rows that both clients have stored. */
    suspend fun same(
        targetKind: TargetKind = SPAN,
        name: String? = "quality",
        kind: AnnotatorKind? = CODE,
        options: Map<String, Any?> = emptyMap(),
        columns: Recorded.() -> Columns,
    ): List<Row> =
        same(
            byPython(targetKind, name, kind?.name, options, columns),
            byOurs(targetKind, name, kind, columns = columns),
        )

    fun same(python: Outcome, kotlin: Outcome): List<Row> {
        withClue("Python") { python.error.shouldBeNull() }
        withClue("ours") { kotlin.error.shouldBeNull() }
        kotlin.ids.size shouldBe python.ids.size
        kotlin.ids.distinct().size shouldBe python.ids.distinct().size
        kotlin.rows shouldBe python.rows
        kotlin.rows shouldHaveSize kotlin.ids.distinct().size
        return kotlin.rows
    }
}
