package io.github.phoenixkt.transport

import io.ktor.http.HttpMethod
import java.time.Duration

/** What carries requests to the server: the client's own engine, or one that the caller gave. */
internal interface Engine : AutoCloseable {
    /** Sends [request] once. An exception means that there is no complete answer. */
    suspend fun send(request: WireRequest): WireAnswer
}

/**
 * A request as it goes over the wire.
 *
 * @property target its path and query, to be appended to the endpoint
 * @property timeLeft after which nobody waits for the answer any more
 * @property mayReuse whether a connection will do that has carried a request before: the server may
 *   be closing it just now, so that this one would have to be sent again
 */
internal class WireRequest(
    val method: HttpMethod,
    val target: String,
    val headers: Map<String, String>,
    val body: ByteArray?,
    val timeLeft: Duration,
    val mayReuse: Boolean,
)

/** An answer, with a [body] that is null where it is longer than the settings allow. */
internal class WireAnswer(val status: Int, val headers: AnswerHeaders, val body: ByteArray?)

/** The headers of an answer, in their order. */
internal class AnswerHeaders(private val lines: List<Pair<String, String>>) {
    /** The first value of [name], in any case. */
    operator fun get(name: String): String? =
        lines.firstOrNull { it.first.equals(name, ignoreCase = true) }?.second

    fun all(name: String): List<String> =
        lines.filter { it.first.equals(name, ignoreCase = true) }.map { it.second }

    operator fun contains(name: String): Boolean = get(name) != null
}
