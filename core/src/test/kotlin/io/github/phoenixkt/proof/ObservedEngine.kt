package io.github.phoenixkt.proof

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.SentRequest
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.http.Headers
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.util.date.GMTDate
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject

/** The rows of a write, as they go over the wire. */
fun SentRequest.items(): List<JsonObject> =
    Json.parseToJsonElement(body).jsonObject.getValue("data").jsonArray.map { it.jsonObject }

/**
 * The engine that clients use for `http://`, with an eye on it: counts the rows of every write, and
 * calls [before] ahead of every request. A request that has an [answer] does not reach the server.
 */
@OptIn(InternalAPI::class)
class ObservedEngine(
    private val engine: HttpClientEngine = CIO.create { requestTimeout = 0 },
    private val answer: (SentRequest) -> Answer? = { null },
    private val before: suspend (SentRequest) -> Unit = {},
) : HttpClientEngine by engine {
    private val confirmed = AtomicInteger()
    private val queued = AtomicInteger()

    /** Rows sent with `sync=true`, attempts that failed included. */
    val confirmedRows: Int
        get() = confirmed.get()

    /** Rows sent without it. */
    val queuedRows: Int
        get() = queued.get()

    override suspend fun execute(data: HttpRequestData): HttpResponseData {
        val sent = SentRequest(data)
        before(sent)
        answer(sent)?.let {
            return it.toResponse()
        }
        if (sent.method == "POST" && sent.path.endsWith("_annotations")) {
            (if (sent.query == "sync=true") confirmed else queued).addAndGet(sent.items().size)
        }
        return engine.execute(data)
    }

    // The delegate's own would send its requests past this class.
    override fun install(client: HttpClient) = super.install(client)
}

@OptIn(InternalAPI::class)
private suspend fun Answer.toResponse() =
    HttpResponseData(
        HttpStatusCode.fromValue(status),
        GMTDate(),
        Headers.Empty,
        HttpProtocolVersion.HTTP_1_1,
        ByteReadChannel(body),
        currentCoroutineContext(),
    )

/** A client on this engine that takes nothing from the machine it runs on. */
fun ObservedEngine.client(
    endpoint: String,
    configure: PhoenixSettings.Builder.() -> Unit = {},
): PhoenixClient = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    this.endpoint = endpoint
    engine = this@client
    configure()
}
