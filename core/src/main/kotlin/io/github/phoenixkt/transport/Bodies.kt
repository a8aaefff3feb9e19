package io.github.phoenixkt.transport

import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.contentType
import io.ktor.utils.io.readAvailable
import java.io.EOFException
import kotlinx.coroutines.cancel

private const val PART = 32 * 1024

/** The whole body, or null when it is longer than [limit]. */
internal suspend fun HttpResponse.readBody(limit: Int): ByteArray? {
    if ((promisedLength ?: 0) > limit) return null
    val parts = readParts(limit)
    if (parts.size > limit) return null
    return parts.join().also(::requireClosedJson)
}

/**
 * Ktor's CIO takes the end of a connection for the end of a chunked body, so that a JSON text which
 * is still open shows what the engine does not tell. Of other text nobody can know.
 */
private fun HttpResponse.requireClosedJson(body: ByteArray) {
    val isChunked = headers[HttpHeaders.TransferEncoding]?.lowercase() == "chunked"
    val isJson = contentType()?.match(ContentType.Application.Json) == true
    if (isChunked && isJson && (body.isEmpty() || nestingOf(body.decodeToString()).isOpen))
        throw EOFException("The answer ends within its JSON")
}

/** As much of the body as [limit] allows. */
internal suspend fun HttpResponse.readStart(limit: Int): ByteArray {
    val parts = readParts(limit)
    return parts.join().copyOf(minOf(parts.size, limit))
}

private val HttpResponse.promisedLength: Long?
    get() = headers[HttpHeaders.ContentLength]?.toLongOrNull()

/** In parts, since a buffer that grows by doubling takes three times the memory. */
private class Parts {
    private val parts = ArrayList<ByteArray>()
    var size = 0
        private set

    fun add(part: ByteArray) {
        parts += part
        size += part.size
    }

    fun join(): ByteArray {
        val all = ByteArray(size)
        var position = 0
        for (part in parts) {
            part.copyInto(all, position)
            position += part.size
        }
        parts.clear()
        return all
    }
}

/** Stops soon after [limit]; what ends before its time is an [EOFException]. */
private suspend fun HttpResponse.readParts(limit: Int): Parts {
    val channel = bodyAsChannel()
    val parts = Parts()
    val buffer = ByteArray(PART)
    while (parts.size <= limit) {
        val read = channel.readAvailable(buffer, 0, buffer.size)
        if (read < 0) {
            requireWhole(parts.size, channel.closedCause)
            break
        }
        if (read > 0) parts.add(buffer.copyOf(read))
    }
    // Without this, CIO 3.3 goes on waiting for the rest.
    if (parts.size > limit) cancel()
    return parts
}

/** Engines do not tell in every case. */
private fun HttpResponse.requireWhole(size: Int, closedBy: Throwable?) {
    closedBy?.let { throw it }
    val promised = promisedLength ?: return
    if (status != HttpStatusCode.NoContent && size < promised)
        throw EOFException("The answer ends after $size of $promised bytes")
}
