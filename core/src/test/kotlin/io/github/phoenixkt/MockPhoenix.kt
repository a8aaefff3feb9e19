package io.github.phoenixkt

import io.github.phoenixkt.support.TestClock
import io.kotest.matchers.shouldBe
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.MockEngineConfig
import io.ktor.client.engine.mock.respond
import io.ktor.client.request.HttpRequestData
import io.ktor.http.Headers
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.http.headers
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.serialization.json.Json

const val NEW_SERVER = "20.26.1"

/** One request, as it would go over the wire. */
class SentRequest(request: HttpRequestData) {
    val method: String = request.method.value
    val url: String = request.url.toString()
    val path: String = request.url.encodedPath
    val query: String = request.url.encodedQuery
    val headers: Headers = request.headers
    val contentType: String? = request.body.contentType?.toString()
    val body: String =
        (request.body as? OutgoingContent.ByteArrayContent)?.bytes()?.decodeToString().orEmpty()
    /** `POST /v1/span_annotations?sync=true` */
    val line: String = "$method $path" + if (query.isEmpty()) "" else "?$query"

    override fun toString(): String = line
}

/** What the server answers; [version] is its version header, null for a proxy's answer. */
class Answer(
    val status: Int = 200,
    val body: String = "",
    val contentType: String? = "text/plain; charset=utf-8",
    val headers: Map<String, String> = emptyMap(),
    val version: String? = NEW_SERVER,
)

fun json(body: String, status: Int = 200, version: String? = NEW_SERVER): Answer =
    Answer(status, body, "application/json", version = version)

/** An answer to a write: one id per row. */
fun ids(vararg ids: String, version: String? = NEW_SERVER): Answer =
    json(ids.joinToString(",", """{"data":[""", "]}") { """{"id":"$it"}""" }, version = version)

val QUEUED: Answer = json("""{"data":[]}""")

/**
 * A server that never leaves the process. What it is asked is in [requests], without the questions
 * for its version, which are in [versionRequests].
 *
 * @param version what the version route tells; null for a server that does not tell
 * @param beforeVersion runs before the version route answers
 */
class MockPhoenix(
    version: String? = NEW_SERVER,
    @Volatile
    var versionAnswer: Answer =
        if (version == null) Answer(404, "404 page not found", version = null)
        else Answer(body = version, version = null),
    dispatcher: CoroutineDispatcher? = null,
    private val beforeVersion: suspend () -> Unit = {},
    private val answer: suspend (SentRequest) -> Answer = { QUEUED },
) {
    /** Clients share by base URL what they have in flight there: each server has its own. */
    val endpoint: String = "http://${UUID.randomUUID()}.phoenix.test:6006"
    val requests = CopyOnWriteArrayList<SentRequest>()
    val versionRequests = CopyOnWriteArrayList<SentRequest>()
    val lines: List<String>
        get() = requests.map { it.line }

    val single: SentRequest
        get() = requests.single()

    val engine: MockEngine =
        MockEngine(
            MockEngineConfig().apply {
                if (dispatcher != null) this.dispatcher = dispatcher
                addHandler { data ->
                    val request = SentRequest(data)
                    val answer =
                        if (request.path.endsWith("/arize_phoenix_version")) {
                            versionRequests += request
                            beforeVersion()
                            versionAnswer
                        } else {
                            requests += request
                            answer(request)
                        }
                    respond(
                        answer.body,
                        HttpStatusCode.fromValue(answer.status),
                        headers {
                            answer.contentType?.let { append("Content-Type", it) }
                            answer.version?.let { append("x-phoenix-server-version", it) }
                            answer.headers.forEach { (name, value) -> append(name, value) }
                        },
                    )
                }
            }
        )

    fun client(configure: PhoenixSettings.Builder.() -> Unit = {}): PhoenixClient = isolatedClient {
        endpoint = this@MockPhoenix.endpoint
        engine = this@MockPhoenix.engine
        configure()
    }
}

/** A server that gives these answers in turn, the last one again and again. */
fun scripted(vararg answers: Answer, version: String? = NEW_SERVER): MockPhoenix {
    val given = AtomicInteger()
    return MockPhoenix(version) { answers[minOf(given.getAndIncrement(), answers.lastIndex)] }
}

/** A client that takes nothing from the machine it runs on. */
fun isolatedClient(configure: PhoenixSettings.Builder.() -> Unit): PhoenixClient = PhoenixClient {
    environment = PhoenixEnvironment.empty()
    configure()
}

/** Time that passes only by sleeping; what was slept is in [sleeps]. */
class FakeTime(private val chance: Double = 1.0) {
    @Volatile var now: Instant = Instant.parse("2026-01-05T10:00:00Z")
    val sleeps = CopyOnWriteArrayList<Duration>()

    /** Several coroutines may sleep at the same time, and none must set the clock back. */
    @Synchronized
    fun pass(duration: Duration): Instant {
        now += duration
        return now
    }

    fun runtime(newId: () -> String = { "id-1" }): PhoenixRuntime =
        PhoenixRuntime(
            clock = TestClock.showing { now },
            random =
                object : Random() {
                    override fun nextBits(bitCount: Int): Int = error("only nextDouble is used")

                    override fun nextDouble(): Double = chance
                },
            newId = newId,
            sleep = { duration ->
                sleeps += duration.toJavaDuration()
                pass(duration.toJavaDuration())
            },
        )
}

fun causesOf(error: Throwable): List<Throwable> =
    generateSequence(error) { it.cause }.take(20).toList()

infix fun String.shouldBeJson(expected: String) {
    Json.parseToJsonElement(this) shouldBe Json.parseToJsonElement(expected)
}
