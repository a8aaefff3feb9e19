package io.github.phoenixkt.transport

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.ServerVersion
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.timeout
import io.ktor.client.request.header
import io.ktor.client.request.request
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsBytes
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import io.ktor.http.content.ByteArrayContent
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.UnknownHostException
import java.net.http.HttpConnectTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertificateException
import java.time.Duration
import javax.net.ssl.SSLException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

private const val VERSION_HEADER = "x-phoenix-server-version"
private const val TOO_MANY_REQUESTS = 429
private val GRACE = Duration.ofSeconds(1)

/**
 * What came of sending a request once: an answer of whatever status, or a failure.
 *
 * @property attempts how often it has been sent by now
 * @property errors knows the headers that were sent, so that they can be kept out of messages
 * @property transient whether another attempt may go better
 */
internal class Attempt(
    val attempts: Int,
    val errors: ErrorMapping,
    val response: ApiResponse?,
    private val error: PhoenixException? = null,
    val transient: Boolean = true,
) {
    /** What it was that went wrong, where there is no [response]. */
    val failureName: String?
        get() = error?.javaClass?.simpleName

    /** See [PhoenixException.mayHaveArrived]. */
    val mayHaveArrived: Boolean
        get() = error?.mayHaveArrived ?: (response?.status != TOO_MANY_REQUESTS)

    /** Why there was no further attempt, where there should have been one. */
    var notRepeated: Exception? = null

    fun failure(): PhoenixException = checkNotNull(error)

    override fun toString(): String = response?.let { "status ${it.status}" } ?: "$failureName"
}

/** One HTTP exchange, with nothing decided about its outcome. */
internal class Exchange(
    private val connection: Connection,
    private val settings: PhoenixSettings,
    private val options: CallOptions,
) {
    suspend fun attempt(request: ApiRequest, number: Int, timeLeft: Duration): Attempt {
        // Before the exchange: a key or a header that cannot be sent is no broken connection.
        val headers = settings.requestHeaders(options.headers)
        val errors = ErrorMapping(headers)
        val limit =
            minOf(options.timeout ?: settings.timeouts.request, timeLeft)
                .coerceAtLeast(Duration.ofMillis(1))
        val started = settings.runtime.clock.instant()
        val attempt =
            try {
                val response =
                    withTimeoutOrNull(limit.toKotlinDuration()) {
                        inExchangeContext { exchange(request, number, headers, limit) }
                    }
                if (response != null) Attempt(number, errors, response)
                else timedOut(request, number, errors, limit)
            } catch (e: CancellationException) {
                // Engines report some broken connections as a cancellation; only one of ours may
                // pass as such.
                if (!currentCoroutineContext().isActive) throw e
                failed(request, number, errors, e.cause ?: e)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // Each engine has its own exceptions for a broken connection, IllegalStateException
                // among them.
                failed(request, number, errors, e)
            }
        val duration =
            Duration.between(started, settings.runtime.clock.instant()).coerceAtLeast(Duration.ZERO)
        logger.debug("{} → {} in {} ms", request.route, attempt, duration.toMillis())
        tell(request, attempt, duration)
        return attempt
    }

    private fun tell(request: ApiRequest, attempt: Attempt, duration: Duration) =
        connection.listener.tell {
            it.onRequest(
                RequestEvent(
                    request.routeTemplate,
                    attempt.attempts,
                    attempt.response?.status,
                    attempt.failureName,
                    duration,
                    request.body?.size ?: 0,
                )
            )
        }

    private suspend fun <T> inExchangeContext(block: suspend () -> T): T =
        if (exchangeContext == EmptyCoroutineContext) block()
        else withContext(exchangeContext) { block() }

    private suspend fun exchange(
        request: ApiRequest,
        number: Int,
        headers: Map<String, String>,
        limit: Duration,
    ): ApiResponse {
        request.onAttempt()
        val response =
            connection.http.request(request.url(settings.endpoint)) {
                method = request.method
                // Ours comes first. This one is for the Java engine, which keeps the connection of
                // a cancelled request until the answer comes, or this time is over.
                timeout { requestTimeoutMillis = limit.plus(GRACE).toMillis() }
                header(HttpHeaders.UserAgent, USER_AGENT)
                header(HttpHeaders.Accept, ContentType.Application.Json.toString())
                // Replacing, not adding: the caller may have a User-Agent of their own.
                headers.forEach { (name, value) -> this.headers[name] = value }
                request.body?.let { setBody(ByteArrayContent(it, ContentType.Application.Json)) }
            }
        response.headers[VERSION_HEADER]?.let(ServerVersion::parse)?.let { connection.version = it }
        return read(request, response, number)
    }

    private suspend fun read(
        request: ApiRequest,
        response: HttpResponse,
        number: Int,
    ): ApiResponse =
        ApiResponse(
            request.route,
            response.status.value,
            response.headers[HttpHeaders.ContentType],
            response.headers[HttpHeaders.RetryAfter],
            response.headers[HttpHeaders.Location],
            response.bodyAsBytes().decodeToString(),
            fromPhoenix = VERSION_HEADER in response.headers,
            attempts = number,
        )

    private fun timedOut(
        request: ApiRequest,
        number: Int,
        errors: ErrorMapping,
        limit: Duration,
    ): Attempt {
        val message =
            "${request.route} got no complete answer within ${limit.toMillis()} ms (attempt $number).${openOutcome(request)} " +
                "Raise the request timeout if the server is slow."
        return Attempt(number, errors, response = null, PhoenixException.Timeout(message))
    }

    private fun failed(
        request: ApiRequest,
        number: Int,
        errors: ErrorMapping,
        cause: Throwable,
    ): Attempt {
        val causes = generateSequence(cause) { it.cause }.take(10).toList()
        val insecure = causes.any(::isHandshakeFailure)
        val unconnected = insecure || causes.any(::isConnectFailure)
        val what =
            when {
                insecure -> "no secure connection could be made"
                unconnected -> "no connection could be made"
                else -> "the connection broke before the answer was complete"
            }
        val todo =
            when {
                insecure ->
                    " Check that the server speaks https:// there, and its certificate; or give an sslContext that trusts it."
                unconnected -> " Check that Phoenix runs there, the endpoint, and any proxy."
                else -> openOutcome(request)
            }
        val message =
            "${request.route} at ${settings.endpoint} failed (attempt $number): $what (${errors.describe(cause)}).$todo"
        val shownCause = cause.takeUnless { errors.tellSecrets(causes) }
        val error = PhoenixException.Unreachable(message, shownCause, mayHaveArrived = !unconnected)
        return Attempt(
            number,
            errors,
            response = null,
            error,
            transient = !insecure,
        )
    }

    /** Nothing is open about a question. */
    private fun openOutcome(request: ApiRequest): String =
        if (request.method == HttpMethod.Get) ""
        else " The server may have carried it out all the same."
}

private fun isConnectFailure(cause: Throwable): Boolean =
    cause is ConnectException ||
        cause is ConnectTimeoutException ||
        cause is HttpConnectTimeoutException ||
        cause is UnresolvedAddressException ||
        cause is UnknownHostException ||
        cause is NoRouteToHostException

/**
 * Before anything was sent; an [SSLException] as such may also be a connection that broke later.
 */
private fun isHandshakeFailure(cause: Throwable): Boolean =
    cause is SSLHandshakeException ||
        cause is SSLPeerUnverifiedException ||
        cause is CertificateException ||
        cause.javaClass.name.startsWith("io.ktor.network.tls")
