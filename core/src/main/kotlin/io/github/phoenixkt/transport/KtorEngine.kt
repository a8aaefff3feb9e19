package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixSettings
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.content.ByteArrayContent
import io.ktor.utils.io.readAvailable
import java.io.EOFException
import java.time.Duration
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.cancel
import kotlinx.coroutines.withContext

private val GRACE = Duration.ofSeconds(1)

/** An [engine] of Ktor's that the user passed in. It is not closed here. */
internal class KtorEngine(private val engine: HttpClientEngine, settings: PhoenixSettings) :
    Engine {
    private val endpoint = settings.endpoint
    private val connectTimeout = settings.timeouts.connect
    private val replyLimit = settings.replyLimit

    private val http: HttpClient =
        HttpClient(engine.within(exchangeContext)) {
            // A redirect means that the endpoint is wrong, and would carry the key elsewhere.
            followRedirects = false
            expectSuccess = false
        }

    override suspend fun send(request: WireRequest): WireAnswer = inExchangeContext {
        // Engines of Ktor's do not tell when they begin to send.
        request.mayHaveLeft = true
        http
            .prepareRequest(endpoint.trimEnd('/') + request.target) {
                method = request.method
                limitTime(request.timeLeft)
                request.headers.forEach { (name, value) -> headers[name] = value }
                request.body?.let { setBody(ByteArrayContent(it, ContentType.Application.Json)) }
            }
            .execute(::read)
    }

    /**
     * The client has its own limit, which comes first. This one is for the Java engine: it keeps
     * the connection of a cancelled request until the response comes or this limit is reached.
     */
    private fun HttpRequestBuilder.limitTime(timeLeft: Duration) {
        if (HttpTimeoutCapability in engine.supportedCapabilities)
            timeout {
                connectTimeoutMillis = connectTimeout.toMillis()
                requestTimeoutMillis = timeLeft.plus(GRACE).toMillis()
            }
    }

    private suspend fun read(response: HttpResponse): WireAnswer {
        val status = response.status.value
        val headers =
            AnswerHeaders(
                response.headers.entries().flatMap { (name, values) -> values.map { name to it } }
            )
        val body = AnswerBody(status, headers, replyLimit)
        val channel = response.bodyAsChannel()
        while (!body.isFull) {
            val count =
                body.fill(Long.MAX_VALUE) { part, offset, length ->
                    channel.readAvailable(part, offset, length)
                }
            if (count < 0) {
                channel.closedCause?.let { throw it }
                body.requireWhole()
                break
            }
        }
        // Otherwise CIO 3.3 waits for the rest.
        if (body.isFull) response.cancel()
        val bytes = body.bytes()
        if (
            status in 200..299 && body.isChunked && bytes != null && headers.contentEncoding == null
        )
            requireClosedJson(headers, bytes)
        return WireAnswer(status, headers, bytes)
    }

    /**
     * CIO takes the end of a connection for the end of a chunked body. Incomplete JSON reveals it.
     * With other text it cannot be noticed.
     */
    private fun requireClosedJson(headers: AnswerHeaders, body: ByteArray) {
        val isJson = headers[HttpHeaders.ContentType]?.startsWith("application/json") == true
        if (isJson && (body.isEmpty() || nestingOf(body.decodeToString()).isOpen))
            throw EOFException("The response ends within its JSON")
    }

    private suspend fun <T> inExchangeContext(block: suspend () -> T): T =
        if (exchangeContext == EmptyCoroutineContext) block()
        else withContext(exchangeContext) { block() }

    override fun close() = http.close()
}
