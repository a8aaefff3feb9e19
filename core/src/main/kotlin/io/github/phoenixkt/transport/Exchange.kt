package io.github.phoenixkt.transport

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.ServerVersion
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.request.header
import io.ktor.client.request.request
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsBytes
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.content.ByteArrayContent
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.UnknownHostException
import java.net.http.HttpConnectTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.time.Duration
import javax.net.ssl.SSLException
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withTimeoutOrNull
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

private const val VERSION_HEADER = "x-phoenix-server-version"
private const val SHORTEST_SECRET = 8

/**
 * What came of sending a request once: an answer of whatever status, or a failure.
 *
 * @property attempts how often it has been sent by now
 * @property transient whether another attempt may go better
 */
internal class Attempt(
    val attempts: Int,
    val response: ApiResponse?,
    private val error: PhoenixException? = null,
    val transient: Boolean = true,
    val mayHaveArrived: Boolean = true,
) {
    fun failure(): PhoenixException = checkNotNull(error)

    override fun toString(): String =
        response?.let { "status ${it.status}" } ?: "${error?.javaClass?.simpleName}"
}

/** One HTTP exchange, with nothing decided about its outcome. */
internal class Exchange(
    private val connection: Connection,
    private val settings: PhoenixSettings,
    private val options: CallOptions,
) {
    suspend fun attempt(request: ApiRequest, number: Int, timeLeft: Duration): Attempt {
        val limit =
            minOf(options.timeout ?: settings.timeouts.request, timeLeft)
                .coerceAtLeast(Duration.ofMillis(1))
        val started = settings.runtime.clock.millis()
        val attempt =
            try {
                val response = withTimeoutOrNull(limit.toKotlinDuration()) { exchange(request) }
                if (response != null) Attempt(number, response)
                else timedOut(request, number, limit)
            } catch (e: CancellationException) {
                // Engines report some broken connections as a cancellation; only one of ours may
                // pass as such.
                if (!currentCoroutineContext().isActive) throw e
                failed(request, number, e.cause ?: e)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // Each engine has its own exceptions for a broken connection, IllegalStateException
                // among them.
                failed(request, number, e)
            }
        logger.debug(
            "{} → {} in {} ms",
            request.route,
            attempt,
            settings.runtime.clock.millis() - started,
        )
        return attempt
    }

    fun errorMapping(): ErrorMapping {
        val headers = headers()
        val secrets =
            headers.values
                .flatMap { listOf(it, it.substringAfter(' ')) }
                .filter { it.length >= SHORTEST_SECRET }
        return ErrorMapping(
            secrets.sortedByDescending { it.length },
            headers.keys.mapTo(mutableSetOf()) { it.lowercase() },
        )
    }

    private fun headers(): Map<String, String> = settings.requestHeaders() + options.headers

    private suspend fun exchange(request: ApiRequest): ApiResponse {
        val response =
            connection.http.request(request.url(settings.endpoint)) {
                method = request.method
                headers().forEach { (name, value) -> header(name, value) }
                header(HttpHeaders.UserAgent, USER_AGENT)
                header(HttpHeaders.Accept, ContentType.Application.Json.toString())
                request.body?.let { setBody(ByteArrayContent(it, ContentType.Application.Json)) }
            }
        response.headers[VERSION_HEADER]?.let(ServerVersion::parse)?.let { connection.version = it }
        return read(request, response)
    }

    private suspend fun read(request: ApiRequest, response: HttpResponse): ApiResponse =
        ApiResponse(
            request.route,
            response.status.value,
            response.headers[HttpHeaders.ContentType],
            response.headers[HttpHeaders.RetryAfter],
            response.headers[HttpHeaders.Location],
            response.bodyAsBytes().decodeToString(),
        )

    private fun timedOut(request: ApiRequest, number: Int, limit: Duration): Attempt {
        val message =
            "${request.route} got no complete answer within ${limit.toMillis()} ms (attempt $number). The server may have " +
                "carried it out all the same.${noteOf(request)} Raise the request timeout if the server is slow."
        return Attempt(number, response = null, PhoenixException.Timeout(message))
    }

    private fun failed(request: ApiRequest, number: Int, cause: Throwable): Attempt {
        val causes = generateSequence(cause) { it.cause }.take(10).toList()
        val insecure = causes.any {
            it is SSLException || it.javaClass.name.startsWith("io.ktor.network.tls")
        }
        val unconnected = insecure || causes.any(::isConnectFailure)
        val what =
            when {
                insecure -> "no secure connection could be made"
                unconnected -> "no connection could be made"
                else -> "the connection broke before the answer was complete"
            }
        val todo =
            when {
                insecure -> "Check the server's certificate, or give an sslContext that trusts it."
                unconnected -> "Check that Phoenix runs there, the endpoint, and any proxy."
                else -> "The server may have carried it out all the same.${noteOf(request)}"
            }
        val message =
            "${request.route} at ${settings.endpoint} failed (attempt $number): $what (${describe(cause)}). $todo"
        val error = PhoenixException.Unreachable(message, cause, mayHaveArrived = !unconnected)
        return Attempt(
            number,
            response = null,
            error,
            transient = !insecure,
            mayHaveArrived = !unconnected,
        )
    }

    private fun noteOf(request: ApiRequest): String = request.note?.let { " $it" }.orEmpty()

    private fun describe(cause: Throwable): String =
        cause.javaClass.simpleName +
            cause.message?.lineSequence()?.first()?.take(200)?.let { ": $it" }.orEmpty()
}

private fun isConnectFailure(cause: Throwable): Boolean =
    cause is ConnectException ||
        cause is ConnectTimeoutException ||
        cause is HttpConnectTimeoutException ||
        cause is UnresolvedAddressException ||
        cause is UnknownHostException ||
        cause is NoRouteToHostException
