package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.java.BlockingAnnotationQueue
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.samples.Conversation
import io.github.phoenixkt.samples.recordConversation
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** What of an annotation the guide is about. */
data class Found(
    val kind: AnnotatorKind,
    val label: String?,
    val score: Double? = null,
    val explanation: String? = null,
)

/**
 * Where one twin runs: a project of its own on the Phoenix in memory, or on a real one, and ways to
 * see what has been done there.
 */
class Guide(private val fake: FakePhoenix?, endpoint: String) : AutoCloseable {
    val baseUrl = endpoint
    val project = "from-python-${UUID.randomUUID()}"
    val client = PhoenixClient {
        environment = PhoenixEnvironment.empty()
        this.endpoint = endpoint
        project = this@Guide.project
    }
    val phoenix: PhoenixBlockingClient = PhoenixBlockingClient.of(client)
    val queue = client.annotationQueue()
    val blockingQueue: BlockingAnnotationQueue =
        phoenix.annotationQueue(AnnotationQueueOptions.builder().build())
    val tracing = Tracing(project, endpoint.takeIf { fake == null })
    private val conversations = mutableListOf<Conversation>()
    private val traces = lazy { TracedModel(project, if (fake == null) baseUrl else null, phoenix) }

    /** Conversations in which to annotate, each recorded when it is first asked for. */
    suspend fun conversation(number: Int = 0): Conversation {
        while (conversations.size <= number) conversations += recordConversation(client, project)
        return conversations[number]
    }

    suspend fun sessionId(number: Int = 0) = conversation(number).sessionId

    suspend fun traceId(turn: Int = 0) = conversation().turns[turn].traceId

    suspend fun llmSpanId(turn: Int = 0) = conversation().turns[turn].llmSpanId

    suspend fun retrieverSpanId() = conversation().turns.first().retrieverSpanId

    private var jokes = emptyList<SpanData>()

    /** The ids of spans of jokes, one of them told three times. */
    suspend fun told(): List<String> {
        if (jokes.isEmpty()) {
            val told = JOKES.iterator()
            jokes = tellJokes(client, project) { told.next() }
            stored(jokes)
        }
        return jokes.map { it.spanId }
    }

    /** A program that is traced, into this project. */
    val traced: TracedModel by traces

    private suspend fun one(annotations: Flow<StoredAnnotation>): StoredAnnotation {
        lateinit var found: StoredAnnotation
        eventually(60.seconds) { found = annotations.toList().single() }
        return found
    }

    /** The one annotation of that name, once Phoenix has stored it. */
    suspend fun onSpan(id: String, name: String): StoredAnnotation =
        one(client.spans.getSpanAnnotations(listOf(id), includeAnnotationNames = listOf(name)))

    suspend fun onTrace(id: String, name: String): StoredAnnotation =
        one(client.traces.getTraceAnnotations(listOf(id), includeAnnotationNames = listOf(name)))

    suspend fun onSession(id: String, name: String): StoredAnnotation =
        one(
            client.sessions.getSessionAnnotations(listOf(id), includeAnnotationNames = listOf(name))
        )

    /** The annotations of a span's documents, by position; there is no REST route for them. */
    suspend fun onDocuments(spanId: String, name: String, count: Int): Map<Int, Found> {
        var found = emptyMap<Int, Found>()
        eventually(60.seconds) {
            found = if (fake == null) ofWebPage(spanId, name) else ofFake(fake, spanId, name)
            found.size shouldBe count
        }
        return found
    }

    private fun ofFake(fake: FakePhoenix, spanId: String, name: String): Map<Int, Found> =
        fake
            .annotations(FakeTargetKind.DOCUMENT)
            .filter { it.targetId() == spanId && it.name() == name }
            .associate {
                it.documentPosition() to
                    Found(
                        AnnotatorKind.valueOf(it.annotatorKind().name),
                        it.label(),
                        it.score(),
                        it.explanation(),
                    )
            }

    private fun ofWebPage(spanId: String, name: String): Map<Int, Found> {
        val fields = "name annotatorKind label score explanation documentPosition"
        val query = "{ getSpanByOtelId(spanId: \"$spanId\") { documentEvaluations { $fields } } }"
        val request =
            HttpRequest.newBuilder(URI("$baseUrl/graphql"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"query\": \"${query.replace("\"", "\\\"")}\"}"
                    )
                )
                .build()
        val answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body()
        return Json.parseToJsonElement(answer)
            .jsonObject
            .getValue("data")
            .jsonObject
            .getValue("getSpanByOtelId")
            .jsonObject
            .getValue("documentEvaluations")
            .jsonArray
            .map { it.jsonObject }
            .filter { it.text("name") == name }
            .associate {
                it.getValue("documentPosition").jsonPrimitive.int to
                    Found(
                        AnnotatorKind.valueOf(checkNotNull(it.text("annotatorKind"))),
                        it.text("label"),
                        it.getValue("score").jsonPrimitive.contentOrNull?.toDouble(),
                        it.text("explanation"),
                    )
            }
    }

    /** The spans as they are stored, once all of them are; [project] is that of this guide. */
    suspend fun stored(spans: List<SpanData>, project: String = this.project): List<StoredSpan> {
        val ids = spans.map { it.spanId }
        var found = emptyList<StoredSpan>()
        eventually(60.seconds) {
            found = spansOrNone(spanFilter { spanIds = ids }, project)
            found.map { it.spanId } shouldContainExactlyInAnyOrder ids
        }
        return ids.map { id -> found.single { it.spanId == id } }
    }

    /** The spans of a session, once there are so many, in the order of time. */
    suspend fun ofSession(id: String, count: Int, project: String): List<StoredSpan> {
        var found = emptyList<StoredSpan>()
        eventually(60.seconds) {
            found = spansOrNone(spanFilter { attributes = mapOf("session.id" to id) }, project)
            found.size shouldBe count
        }
        return found.sortedBy { it.startTime }
    }

    /** Phoenix makes a project with its first span, in the background. */
    private suspend fun spansOrNone(filter: SpanFilter, project: String): List<StoredSpan> =
        try {
            client.spans.getSpans(filter, project).toList()
        } catch (_: PhoenixException.NotFound) {
            emptyList()
        }

    /** All that was traced, once a real Phoenix has it too: names and sessions, in their order. */
    suspend fun traced(): List<Pair<String, String?>> {
        val spans = tracing.spans()
        if (fake == null) {
            for ((id, ofSession) in spans.groupBy { it.second }) {
                val names = ofSession(checkNotNull(id), ofSession.size, project).map { it.name }
                names shouldContainExactlyInAnyOrder ofSession.map { it.first }
            }
        }
        return spans
    }

    override fun close() {
        if (traces.isInitialized()) traces.value.close()
        tracing.close()
        client.close()
    }

    private companion object {
        val HTTP: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    }
}

private fun JsonObject.text(field: String): String? = getValue(field).jsonPrimitive.contentOrNull

/** What the guide is about of what is stored. */
val StoredAnnotation.found: Found
    get() = Found(AnnotatorKind.valueOf(annotatorKindText), label, score, explanation)
