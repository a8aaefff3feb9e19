package io.github.phoenixkt.transport

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.failureName
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import java.time.Duration
import java.time.Instant
import java.util.TreeMap
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withTimeoutOrNull
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

private const val VERSION_HEADER = "x-phoenix-server-version"
private const val TOO_MANY_REQUESTS = 429

/** The result of sending a request once. */
internal sealed class Attempt(val number: Int) {
    /** See [PhoenixException.mayHaveArrived]. */
    abstract val mayHaveArrived: Boolean

    /** Why the next attempt could not be made. */
    var notRepeated: Exception? = null

    /**
     * A response of any status.
     *
     * @property errors knows the sent headers and keeps them out of messages
     */
    class Answered(number: Int, val response: ApiResponse, private val errors: ErrorMapping) :
        Attempt(number) {
        override val mayHaveArrived: Boolean
            get() = response.status != TOO_MANY_REQUESTS

        fun error(request: ApiRequest): PhoenixException =
            errors.errorFor(request, response, number)

        override fun toString(): String = "status ${response.status}"
    }

    /**
     * No response, or one that cannot be read.
     *
     * @property transient whether another attempt may succeed
     */
    class Failed(number: Int, val error: PhoenixException, val transient: Boolean) :
        Attempt(number) {
        override val mayHaveArrived: Boolean
            get() = error.mayHaveArrived

        /** The name of the failure. */
        val name: String
            get() = error.failureName

        override fun toString(): String = name
    }
}

/** Tells the client's listener an event, at once or later. */
internal typealias Teller = ((PhoenixListener) -> Unit) -> Unit

/** Sends a request once and does not judge the response. */
internal class Exchange(
    private val connection: Connection,
    private val settings: PhoenixSettings,
    private val options: CallOptions,
) {
    private val retry = options.retry ?: settings.retry

    /** A client that does not repeat requests never uses a connection twice. */
    private val mayKeep = maxOf(retry.maxAttempts, settings.retry.maxAttempts) > 1

    /**
     * Waits for its turn first.
     *
     * @param tell tells the listener, not in the turn: the listener may wait for another call
     * @throws PhoenixException.Timeout if its turn does not come by the [deadline]: nothing was
     *   sent
     */
    suspend fun attempt(
        request: ApiRequest,
        number: Int,
        deadline: Instant,
        tell: Teller,
    ): Attempt {
        val timeLeft = timeUntil(deadline)
        if (timeLeft <= Duration.ZERO)
            throw unsent(
                "The time of the call ended before ${request.route} could be sent (attempt $number). " +
                    "Raise the total timeout."
            )
        val sent =
            connection.slots.inTurn(timeLeft) {
                val left = timeUntil(deadline)
                if (left > Duration.ZERO) sendOnce(request, number, left) else null
            }
                ?: throw unsent(
                    "${request.route} waited ${timeLeft.toMillis()} ms for one of the ${settings.maxConcurrentCalls} requests " +
                        "under way to end, and was not sent (attempt $number). Make fewer calls at once, or raise " +
                        "maxConcurrentCalls or the total timeout."
                )
        tell { it.onRequest(eventOf(request, sent.attempt, sent.duration)) }
        return sent.attempt
    }

    private class Sent(val attempt: Attempt, val duration: Duration)

    private fun unsent(message: String) = PhoenixException.Timeout(message, mayHaveArrived = false)

    private fun timeUntil(deadline: Instant): Duration =
        Duration.between(settings.runtime.steadyClock.instant(), deadline)

    private suspend fun sendOnce(request: ApiRequest, number: Int, timeLeft: Duration): Sent {
        // Outside of the try: a header that cannot be sent is not a broken connection.
        val headers = settings.requestHeaders(options.headers)
        val errors =
            ErrorMapping(
                headers + settings.proxyCredentials?.secrets.orEmpty(),
                settings.endpoint,
                connection::knowsPhoenix,
            )
        val limit =
            minOf(options.timeout ?: settings.timeouts.request, timeLeft)
                .coerceAtLeast(Duration.ofMillis(1))
        val wire = wireRequest(request, number, headers, limit)
        val started = settings.runtime.steadyClock.instant()
        val attempt =
            try {
                val response =
                    withTimeoutOrNull(limit.toKotlinDuration()) {
                        exchange(request, number, wire, errors)
                    }
                if (response != null) Attempt.Answered(number, response, errors)
                else timedOut(request, number, limit, wire.mayHaveLeft)
            } catch (e: PhoenixException) {
                Attempt.Failed(number, e, transient = false)
            } catch (e: CancellationException) {
                // Engines report some broken connections as a cancellation. Only ours is rethrown.
                if (!currentCoroutineContext().isActive) throw e
                failed(request, number, errors, e.cause ?: e)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // Engines throw all kinds of exceptions for a broken connection, even
                // IllegalStateException.
                failed(request, number, errors, e)
            }
        val duration =
            Duration.between(started, settings.runtime.steadyClock.instant())
                .coerceAtLeast(Duration.ZERO)
        if (logger.isDebugEnabled)
            logger.debug("{} → {} in {} ms", request.route, attempt, duration.toMillis())
        return Sent(attempt, duration)
    }

    private fun eventOf(request: ApiRequest, attempt: Attempt, duration: Duration) =
        RequestEvent(
            request.routeTemplate,
            attempt.number,
            (attempt as? Attempt.Answered)?.response?.status,
            (attempt as? Attempt.Failed)?.name,
            duration,
            request.body?.size ?: 0,
        )

    private fun wireRequest(
        request: ApiRequest,
        number: Int,
        headers: Map<String, String>,
        limit: Duration,
    ) =
        WireRequest(
            request.method,
            request.target,
            withOurs(headers),
            request.body,
            limit,
            mayReuse(request, number),
            mayKeep,
        )

    private suspend fun exchange(
        request: ApiRequest,
        number: Int,
        wire: WireRequest,
        errors: ErrorMapping,
    ): ApiResponse {
        request.onAttempt()
        val answer = connection.engine.send(wire)
        answer.headers[VERSION_HEADER]?.let(connection::noteVersion)
        return answer.toResponse(request, number, errors)
    }

    /** The user's headers replace ours, for example the User-Agent. */
    private fun withOurs(headers: Map<String, String>): Map<String, String> =
        TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER).apply {
            put(HttpHeaders.UserAgent, USER_AGENT)
            put(HttpHeaders.Accept, "application/json")
            putAll(headers)
        }

    /**
     * The server may close a kept connection at the moment the request is sent. Then the request
     * has to be sent again. That must be harmless, and there must be an attempt left.
     */
    private fun mayReuse(request: ApiRequest, number: Int): Boolean =
        request.repeat == Repeat.ALWAYS && number == 1 && retry.maxAttempts > 1

    private fun WireAnswer.toResponse(
        request: ApiRequest,
        number: Int,
        errors: ErrorMapping,
    ): ApiResponse {
        if (body == null)
            throw PhoenixException.UnexpectedResponse(
                "The response to ${request.route} ($status) is larger than replyLimit (${settings.replyLimit} bytes). " +
                    "Ask for less at once, or raise replyLimit.",
                status,
                tooLarge = true,
            )
        val encoding = headers.contentEncoding
        return ApiResponse(
            request,
            status,
            headers[HttpHeaders.ContentType],
            headers[HttpHeaders.RetryAfter]?.let {
                parseRetryAfter(it, headers[HttpHeaders.Date], settings.runtime.clock.instant())
            },
            headers[HttpHeaders.Location],
            headers[HttpHeaders.WWWAuthenticate] ?: headers[HttpHeaders.ProxyAuthenticate],
            if (encoding == null) body.decodeToString() else "",
            fromPhoenix = VERSION_HEADER in headers,
            attempts = number,
            encoding = encoding?.let(errors::clean),
        )
    }

    private fun timedOut(
        request: ApiRequest,
        number: Int,
        limit: Duration,
        mayHaveArrived: Boolean,
    ): Attempt {
        val route = "${request.route} at ${settings.endpoint}"
        val millis = limit.toMillis()
        val message =
            if (mayHaveArrived)
                "$route had no complete response within $millis ms (attempt $number).${openOutcome(request)} " +
                    "Raise the request timeout if the server is slow."
            else
                "$route had no connection within $millis ms (attempt $number). Nothing was sent. " +
                    "${ConnectionFailure.UNCONNECTED.todo} If connecting takes long, raise the request timeout."
        val error =
            PhoenixException.Timeout(message, mayHaveArrived = mayHaveArrived, ofServer = true)
        return Attempt.Failed(number, error, transient = true)
    }

    private fun failed(
        request: ApiRequest,
        number: Int,
        errors: ErrorMapping,
        cause: Throwable,
    ): Attempt {
        val causes = causesOf(cause)
        // A broken class path is not a broken connection, even if an engine wraps the error.
        causes.firstOrNull { it is Error }?.let { throw it }
        val failure = ConnectionFailure.of(causes)
        val shown = if (cause is UnopenedException) cause.cause else cause
        val told = "${failure.what} (${errors.describe(shown)})"
        val todo =
            failure.todo?.let { " $it" }
                ?: (openOutcome(request) + if (connection.hasAnswered) "" else errors.brokenHint())
        val error =
            PhoenixException.Unreachable(
                "${request.route} at ${settings.endpoint} failed (attempt $number): $told.$todo",
                shown.takeUnless { errors.tellSecrets(causes) },
                mayHaveArrived = failure == ConnectionFailure.BROKEN,
            )
        return Attempt.Failed(number, error, failure.transient)
    }

    /** A GET changes nothing. */
    private fun openOutcome(request: ApiRequest): String =
        if (request.method == HttpMethod.Get) "" else " The server may still have processed it."
}
