package io.github.phoenixkt.transport

import io.ktor.http.HttpHeaders
import java.io.EOFException
import java.io.IOException

/** A message quotes only a part of an error. */
private const val LONGEST_REFUSAL = 512 * 1024
private const val SMALLEST_PART = 8 * 1024
private const val LARGEST_PART = 256 * 1024

/**
 * Collects the body of a response, decides how much of it is read, and notices an early end. A
 * success that is longer than [replyLimit] is given up. A longer error is cut.
 */
internal class AnswerBody(
    private val status: Int,
    headers: AnswerHeaders,
    replyLimit: Int,
) {
    private val isRefusal = status !in 200..299
    private val limit = if (isRefusal) minOf(replyLimit, LONGEST_REFUSAL) else replyLimit

    private val hasNone = status == 204 || status == 304

    val isChunked: Boolean = !hasNone && isChunked(headers)

    /** The length of the body according to the head; null if the head does not say. */
    val promised: Long? =
        when {
            hasNone -> 0
            isChunked -> null
            else -> lengthIn(headers)
        }

    /** False if the body ends with the connection. */
    val isDelimited: Boolean
        get() = isChunked || promised != null

    // A buffer that grows by doubling takes three times the memory.
    private val full = ArrayList<ByteArray>()
    private var part = ByteArray(0)
    private var used = 0
    private var size = 0

    /** Whether reading can stop before the end. */
    val isFull: Boolean
        get() = size > limit || !isRefusal && (promised ?: 0) > limit

    /**
     * Calls [read] once, keeps the bytes, and returns its result: their number, or -1 at the end.
     */
    inline fun fill(atMost: Long, read: (ByteArray, Int, Int) -> Int): Int {
        if (used == part.size) addPart()
        val count = read(part, used, minOf((part.size - used).toLong(), atMost).toInt())
        if (count > 0) {
            used += count
            size += count
        }
        return count
    }

    private fun addPart() {
        if (used > 0) full += part
        // Without a promised length the size doubles. At least one byte: an engine of Ktor's is
        // read until it reports the end.
        val expected = promised?.minus(size) ?: maxOf(size, SMALLEST_PART).toLong()
        part = ByteArray(expected.coerceIn(1, LARGEST_PART.toLong()).toInt())
        used = 0
    }

    /** Call this at the end of the response: not every engine notices an early end. */
    fun requireWhole() {
        if (promised != null && size < promised)
            throw EOFException("The response ends after $size of $promised bytes")
    }

    /** Null if the response is a success that is too long. */
    fun bytes(): ByteArray? =
        when {
            !isFull -> join(size)
            isRefusal -> join(limit)
            else -> null
        }

    private fun join(length: Int): ByteArray {
        val only = if (full.isEmpty()) part else full.singleOrNull()?.takeIf { used == 0 }
        if (only != null) return if (only.size == length) only else only.copyOf(length)
        val all = ByteArray(size)
        var position = 0
        for (piece in full) {
            piece.copyInto(all, position)
            position += piece.size
        }
        part.copyInto(all, position, endIndex = used)
        return if (length == size) all else all.copyOf(length)
    }
}

private fun isChunked(headers: AnswerHeaders): Boolean {
    val encoding = headers[HttpHeaders.TransferEncoding]?.lowercase() ?: return false
    if (encoding != "chunked" && encoding != "identity")
        throw IOException("The transfer encoding of the response is unknown")
    return encoding == "chunked"
}

private fun lengthIn(headers: AnswerHeaders): Long? {
    val said = headers.all(HttpHeaders.ContentLength).distinct()
    if (said.isEmpty()) return null
    val length = said.singleOrNull()?.takeIf { it.all(Char::isDigit) }?.toLongOrNull()
    return length ?: throw IOException("The Content-Length of the response is not a number")
}
