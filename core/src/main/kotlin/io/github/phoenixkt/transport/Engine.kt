package io.github.phoenixkt.transport

import io.ktor.http.HttpHeaders
import io.ktor.http.HttpMethod
import java.time.Duration

/** Sends requests: the client's own engine, or one that the user passed in. */
internal interface Engine : AutoCloseable {
    /** Sends [request] once. Throws if there is no complete response. */
    suspend fun send(request: WireRequest): WireAnswer
}

/**
 * A request as it goes over the wire.
 *
 * @property target path and query, to be appended to the endpoint
 * @property timeLeft when the caller stops waiting for the response
 * @property mayReuse whether it may go over a kept connection. The server may be closing such a
 *   connection, and then the request has to be sent again
 * @property mayKeep whether its connection may serve a later request
 */
internal class WireRequest(
    val method: HttpMethod,
    val target: String,
    val headers: Map<String, String>,
    val body: ByteArray?,
    val timeLeft: Duration,
    val mayReuse: Boolean,
    val mayKeep: Boolean = true,
) {
    /**
     * Whether a part of it may have been sent. Engines set this before they send the first byte. It
     * no longer changes once the call has been cancelled.
     */
    @Volatile var mayHaveLeft: Boolean = false
}

/** A response. Its [body] is null if it is longer than the settings allow. */
internal class WireAnswer(val status: Int, val headers: AnswerHeaders, val body: ByteArray?)

/** The headers of a response, in order. */
internal class AnswerHeaders(private val lines: List<Pair<String, String>>) {
    /** The first value of [name], ignoring case. */
    operator fun get(name: String): String? =
        lines.firstOrNull { it.first.equals(name, ignoreCase = true) }?.second

    fun all(name: String): List<String> =
        lines.filter { it.first.equals(name, ignoreCase = true) }.map { it.second }

    /** How the body is encoded; null if it is sent as it is. */
    val contentEncoding: String?
        get() =
            get(HttpHeaders.ContentEncoding)?.trim()?.takeUnless {
                it.isEmpty() || it.equals("identity", ignoreCase = true)
            }

    operator fun contains(name: String): Boolean = get(name) != null
}
