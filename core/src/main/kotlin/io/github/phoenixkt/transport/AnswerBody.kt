package io.github.phoenixkt.transport

import io.ktor.http.HttpHeaders
import java.io.EOFException
import java.io.IOException

/** Of an error, messages quote a part. */
private const val LONGEST_REFUSAL = 512 * 1024
private const val SMALLEST_PART = 8 * 1024
private const val LARGEST_PART = 256 * 1024

/**
 * Collects the body of an answer, and knows how much of it to read and whether that is all. A
 * success that is longer than [replyLimit] is not read to its end; of an error, the first part is
 * kept.
 */
internal class AnswerBody(
    private val status: Int,
    headers: AnswerHeaders,
    replyLimit: Int,
) {
    private val isRefusal = status !in 200..299
    private val limit = if (isRefusal) minOf(replyLimit, LONGEST_REFUSAL) else replyLimit

    val isChunked: Boolean = isChunked(headers)

    /** How long the body is, by the head; null where only its end tells. */
    val promised: Long? =
        when {
            status == 204 || status == 304 -> 0
            isChunked -> null
            else -> lengthIn(headers)
        }

    /** Whether the answer itself says where it ends, and not only the end of the connection. */
    val isDelimited: Boolean
        get() = isChunked || promised != null

    // A buffer that grows by doubling takes three times the memory.
    private val full = ArrayList<ByteArray>()
    private var part = ByteArray(0)
    private var used = 0
    private var size = 0

    /** Whether there is no need to read on, although more will come. */
    val isFull: Boolean
        get() = size > limit || !isRefusal && (promised ?: 0) > limit

    /** Takes what one call of [read] gives, and returns its result. */
    inline fun fill(atMost: Long, read: (ByteArray, Int, Int) -> Int): Int {
        if (used == part.size) addPart(atMost)
        val count = read(part, used, minOf((part.size - used).toLong(), atMost).toInt())
        if (count > 0) {
            used += count
            size += count
        }
        return count
    }

    private fun addPart(atMost: Long) {
        if (used > 0) full += part
        part = ByteArray(atMost.coerceIn(sizeOfNext(), LARGEST_PART.toLong()).toInt())
        used = 0
    }

    // An end that nobody announced: as much as there is already.
    private fun sizeOfNext(): Long = size.coerceIn(SMALLEST_PART, LARGEST_PART).toLong()

    /** To be called at the end of the answer, since not every engine notices an early one. */
    fun requireWhole() {
        if (promised != null && size < promised)
            throw EOFException("The answer ends after $size of $promised bytes")
    }

    /** Null for a success that is too long. */
    fun bytes(): ByteArray? =
        when {
            !isFull -> join(size)
            isRefusal -> join(limit)
            else -> null
        }

    private fun join(length: Int): ByteArray {
        if (full.isEmpty()) return if (part.size == length) part else part.copyOf(length)
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
        throw IOException("The transfer encoding of the answer is not known")
    return encoding == "chunked"
}

private fun lengthIn(headers: AnswerHeaders): Long? {
    val said = headers.all(HttpHeaders.ContentLength).distinct()
    if (said.isEmpty()) return null
    val length = said.singleOrNull()?.takeIf { it.all(Char::isDigit) }?.toLongOrNull()
    return length ?: throw IOException("The length of the answer is no number")
}
