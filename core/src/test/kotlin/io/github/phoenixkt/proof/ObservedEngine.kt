package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.SentRequest
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.utils.io.InternalAPI
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject

/** The rows of a write, as they go over the wire. */
fun SentRequest.items(): List<JsonObject> =
    Json.parseToJsonElement(body).jsonObject.getValue("data").jsonArray.map { it.jsonObject }

/**
 * The engine that clients use for `http://`, with an eye on it: counts the rows of every write, and
 * calls [before] ahead of every request.
 */
@OptIn(InternalAPI::class)
class ObservedEngine(
    private val engine: HttpClientEngine = CIO.create { requestTimeout = 0 },
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
        if (sent.method == "POST" && sent.path.endsWith("_annotations")) {
            (if (sent.query == "sync=true") confirmed else queued).addAndGet(sent.items().size)
        }
        return engine.execute(data)
    }

    // The delegate's own would send its requests past this class.
    override fun install(client: HttpClient) = super.install(client)
}

/** A client on this engine that takes nothing from the machine it runs on. */
fun ObservedEngine.client(endpoint: String): PhoenixClient = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    this.endpoint = endpoint
    engine = this@client
}
