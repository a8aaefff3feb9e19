package io.github.phoenixkt.transport

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RetryEvent
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.internal.GuardedListener
import java.time.Duration
import java.time.Instant
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

private const val VERSION_QUESTION = "the server is asked for its version"

/**
 * One call of the API: checks the server's version, sends, retries if that is safe, and turns
 * failures into errors.
 */
internal class Transport(
    private val connection: Connection,
    private val settings: PhoenixSettings,
    val options: CallOptions,
    private val deadline: Instant? = null,
) {
    private val exchange = Exchange(connection, settings, options)
    private val retrySettings = options.retry ?: settings.retry
    private val retry = RetryPolicy(retrySettings, settings.runtime)

    /** The project of calls that name none. */
    val defaultProject: String
        get() = settings.project

    val endpoint: String
        get() = settings.endpoint

    val runtime: PhoenixRuntime
        get() = settings.runtime

    /**
     * Whether Phoenix has answered this client, which means that the endpoint is right. Proxies may
     * strip the version header.
     */
    val hasReached: Boolean
        get() = connection.hasAnswered || connection.version != null

    val listener: GuardedListener<PhoenixListener>
        get() = connection.listener

    val isClosed: Boolean
        get() = connection.isClosed

    fun newId(): String = settings.runtime.newId()

    fun withOptions(options: CallOptions): Transport = Transport(connection, settings, options)

    /** For a call of several requests, which share the time of one call. */
    fun forOneCall(): Transport = Transport(connection, settings, options, deadlineOfCall())

    /** The time that is left for this call. */
    val timeLeft: Duration
        get() = Duration.between(runtime.steadyClock.instant(), deadlineOfCall())

    fun drainBeforeClose(work: Drained): Unit = connection.drainBeforeClose(work)

    fun drained(work: Drained): Unit = connection.drained(work)

    suspend fun <T> whileOpen(block: suspend () -> T): T = connection.whileOpen(block)

    /** Waits. If the client is closed meanwhile, this throws an [IllegalStateException]. */
    suspend fun sleep(duration: Duration): Unit = whileOpen {
        runtime.sleep(duration.toKotlinDuration())
    }

    suspend fun send(request: ApiRequest): ApiResponse = forOneCall().sendInTime(request)

    private suspend fun sendInTime(request: ApiRequest): ApiResponse {
        request.requires?.let { require(it) }
        return connection.whileOpen { sendWithRetries(request) }
    }

    /** Throws if the server is too old for [capability], or if it might be and would not refuse. */
    suspend fun require(capability: Capability) {
        val version = if (capability.silent) versionOrNull() else connection.version
        when {
            version != null && version >= capability.since -> return
            version != null -> throw tooOld(capability, version)
            capability.silent ->
                throw connection.versionRefusal?.invoke()?.also { it.ofLookUp(VERSION_QUESTION) }
                    ?: tooOld(capability, null)
        }
    }

    /**
     * Whether the version is unknown because the request for it was refused, perhaps temporarily.
     */
    val versionWasRefused: Boolean
        get() = connection.version == null && connection.versionRefusal != null

    /** Whether the server is already known to have [capability]. Sends nothing. */
    fun isKnownToHave(capability: Capability): Boolean =
        connection.version?.let { it >= capability.since } ?: false

    /** Whether the server has [capability]. Asks for the version if necessary. */
    suspend fun has(capability: Capability): Boolean =
        versionOrNull()?.let { it >= capability.since } ?: false

    /**
     * The server's version: from an earlier response, or else requested once. Null if the server
     * does not tell it. For calls that then send something: a failure says that nothing was sent.
     */
    suspend fun versionOrNull(): ServerVersion? = lookUpFirst(VERSION_QUESTION) { askedVersion() }

    /** Like [versionOrNull], for callers that want only the version. */
    suspend fun askedVersion(): ServerVersion? {
        if (connection.version != null) return connection.version
        val call = forOneCall()
        // Another call may be asking already and may wait longer than this one.
        val timeLeft = Duration.between(runtime.steadyClock.instant(), call.deadlineOfCall())
        val events = mutableListOf<(PhoenixListener) -> Unit>()
        try {
            connection.versionTurn.inTurn(timeLeft) { call.askVersion(events::add) }
                ?: throw PhoenixException.Timeout(
                    "GET /arize_phoenix_version, sent by another call, had no response after ${timeLeft.toMillis()} ms. " +
                        "Raise the total timeout if the server is slow."
                )
        } finally {
            // Not in the turn: the listener may wait for another call, which needs the version.
            events.forEach(listener::tell)
        }
        return connection.version
    }

    private suspend fun askVersion(tell: Teller) {
        if (connection.version != null || connection.versionAsked) return
        connection.whileOpen {
            val request = ApiRequest.get("arize_phoenix_version")
            val answer =
                when (val attempt = attempts(request, tell)) {
                    is Attempt.Answered -> attempt
                    is Attempt.Failed -> throw attempt.error
                }
            if (connection.version == null) connection.version = answer.response.toVersion()
            connection.versionRefusal = refusalOf(request, answer)
            // A server that was busy or refused the key may tell it later.
            connection.versionAsked = connection.versionRefusal == null
        }
    }

    /** The error for calls that need the version; null if the server just does not tell it. */
    private fun refusalOf(
        request: ApiRequest,
        answer: Attempt.Answered,
    ): (() -> PhoenixException)? {
        val response = answer.response
        return when {
            connection.version != null || response.status == 404 -> null
            response.status !in 200..299 || response.isHtml || response.encodingProblem != null -> {
                { answer.error(request) }
            }
            else -> null
        }
    }

    private suspend fun sendWithRetries(request: ApiRequest): ApiResponse {
        var earlierMayHaveArrived = false
        val attempt =
            attempts(request, listener::tell) {
                earlierMayHaveArrived = earlierMayHaveArrived || it.mayHaveArrived
            }
        val error =
            when (attempt) {
                is Attempt.Failed -> attempt.error
                is Attempt.Answered -> {
                    val response = attempt.response
                    val tooOld = tooOldAfterAll(request, response)
                    // Only Phoenix's 404 says that it is gone. A proxy's is about the address.
                    val gone =
                        response.status == 404 &&
                            response.fromPhoenix &&
                            tooOld == null &&
                            request.repeat == Repeat.UNTIL_GONE &&
                            earlierMayHaveArrived
                    if (gone || response.isSuccessOf(request)) {
                        connection.hasAnswered = true
                        return response
                    }
                    tooOld ?: attempt.error(request)
                }
            }
        if (earlierMayHaveArrived) error.carryOverArrival()
        attempt.notRepeated?.let(error::addSuppressed)
        throw error
    }

    /** A timeout of the call that is longer than the total timeout wins. */
    private fun deadlineOfCall(): Instant =
        deadline
            ?: (runtime.steadyClock.instant() +
                maxOf(retrySettings.totalTimeout, options.timeout ?: Duration.ZERO))

    /** @param beforeRepeat called with each attempt that is repeated */
    private suspend fun attempts(
        request: ApiRequest,
        tell: Teller,
        beforeRepeat: (Attempt) -> Unit = {},
    ): Attempt {
        val deadline = deadlineOfCall()
        var last: Attempt? = null
        while (true) {
            val number = (last?.number ?: 0) + 1
            val attempt =
                try {
                    exchange.attempt(request, number, deadline, tell)
                } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                    currentCoroutineContext().ensureActive()
                    // It was not sent, for want of a key or of time: the one before is the last.
                    return last?.apply { notRepeated = e } ?: throw e
                }
            val wait = retry.waitBeforeNext(request, attempt) ?: return attempt
            if (runtime.steadyClock.instant() + wait >= deadline) return attempt
            logger.debug(
                "{} at {} attempt {} failed ({}); trying again in {} ms",
                request.route,
                endpoint,
                number,
                attempt,
                wait.toMillis(),
            )
            tell {
                it.onRetry(RetryEvent(request.routeTemplate, number, attempt.toString(), wait))
            }
            beforeRepeat(attempt)
            runtime.sleep(wait.toKotlinDuration())
            last = attempt
        }
    }

    /**
     * A server without the route answers with a page or a 405. If the version is known by now, the
     * error can name the reason.
     */
    private fun tooOldAfterAll(request: ApiRequest, response: ApiResponse): PhoenixException? {
        val required =
            maxOf(request.requires?.since ?: Capability.OLDEST_SERVER, Capability.OLDEST_SERVER)
        val version = connection.version ?: return null
        val missingRoute =
            response.status in 200..299 || response.status == 404 || response.status == 405
        return if (missingRoute && version < required) tooOld(request.requires, version) else null
    }

    private fun tooOld(capability: Capability?, version: ServerVersion?): PhoenixException {
        val what = capability?.what ?: "this client"
        val required =
            maxOf(capability?.since ?: Capability.OLDEST_SERVER, Capability.OLDEST_SERVER)
        val message =
            if (version == null)
                "The server's version is unknown. Nothing was sent, because a server older than $required would silently do " +
                    "something else: Phoenix $required or newer is needed for $what. Make sure that nothing blocks " +
                    "GET /arize_phoenix_version."
            else
                "Phoenix $required or newer is needed for $what; this server is $version. Upgrade Phoenix."
        return PhoenixException.ServerTooOld(message, required, version)
    }
}

private fun ApiResponse.isSuccessOf(request: ApiRequest): Boolean =
    status == 204 || (status in 200..299 && if (request.multipart) isMultipart else isJson)

/** Checks the status too: "404 page not found" also begins with a number. */
private fun ApiResponse.toVersion(): ServerVersion? =
    if (status == 200 && contentType?.startsWith("text/plain") == true) ServerVersion.parse(text)
    else null
