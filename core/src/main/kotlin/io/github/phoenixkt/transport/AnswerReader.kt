package io.github.phoenixkt.transport

import io.ktor.http.HttpHeaders
import java.io.EOFException
import java.io.IOException
import java.io.InputStream

private const val LONGEST_HEAD = 256 * 1024
private const val BUFFER = 8 * 1024
private const val LARGEST_READ = 64 * 1024
private const val TLS_ALERT = 0x15
private const val HEXADECIMAL = 16
private const val LONGEST_SHOWN = 60
private const val SEPARATORS = "()<>@,;:\\\"/[]?={}"
private val STATUS_LINE =
    Regex("""HTTP/1\.([01]) +([1-9][0-9]{2})(?: +(.*))?""", RegexOption.DOT_MATCHES_ALL)

internal class AnswerHead(
    val minorVersion: Int,
    val status: Int,
    val reason: String,
    val headers: AnswerHeaders,
)

/** @property mayKeep whether the connection may carry another request */
internal class SocketAnswer(val answer: WireAnswer, val mayKeep: Boolean) {
    fun lastOfConnection(): SocketAnswer = SocketAnswer(answer, mayKeep = false)
}

/** Reads the HTTP/1.1 responses of one connection. A body that ends early is an [IOException]. */
internal class AnswerReader(private val input: InputStream, private val replyLimit: Int) {
    private val buffer = ByteArray(BUFFER)
    private var position = 0
    private var end = 0
    private var headBytes = 0

    fun readAnswer(): SocketAnswer {
        // 100 and 103 come before the final response.
        val head = generateSequence(::readHead).first { it.status >= 200 }
        val body = AnswerBody(head.status, head.headers, replyLimit)
        if (body.isChunked) readChunks(body) else readPart(body, body.promised ?: Long.MAX_VALUE)
        return SocketAnswer(
            WireAnswer(head.status, head.headers, body.bytes()),
            mayKeep = isKept(head) && body.isDelimited && !body.isFull && isRead(),
        )
    }

    /**
     * Nothing follows the response. TLS may hold decrypted bytes that the socket no longer shows.
     */
    private fun isRead(): Boolean =
        position == end &&
            try {
                input.available() == 0
            } catch (_: IOException) {
                false
            }

    /** Only after a success: a server that refuses a request may not have read all of it. */
    private fun isKept(head: AnswerHead): Boolean =
        head.minorVersion == 1 &&
            head.status in 200..299 &&
            head.headers.all(HttpHeaders.Connection).none {
                it.contains("close", ignoreCase = true)
            }

    fun readHead(): AnswerHead {
        headBytes = 0
        val first = readLine()
        val (minorVersion, status, reason) =
            STATUS_LINE.matchEntire(first)?.destructured ?: throw notHttp(first)
        val headers = ArrayList<Pair<String, String>>()
        for (line in headerLines()) {
            val name = line.substringBefore(':', "")
            // Lines that are not headers are ignored.
            if (name.isEmpty() || name.any { it <= ' ' || it in SEPARATORS }) continue
            headers += name to line.substringAfter(':').trim().filterNot { it.isISOControl() }
        }
        return AnswerHead(minorVersion.toInt(), status.toInt(), reason, AnswerHeaders(headers))
    }

    /** A line that begins with white space continues the line before. */
    private fun headerLines(): List<String> {
        val lines = mutableListOf<String>()
        while (true) {
            val line = readLine()
            when {
                line.isEmpty() -> return lines
                line[0].isWhitespace() && lines.isNotEmpty() -> lines[lines.lastIndex] += line
                else -> lines += line
            }
        }
    }

    private fun notHttp(line: String): IOException {
        if (line.firstOrNull()?.code == TLS_ALERT)
            return UnopenedException(
                ConnectionFailure.ONLY_TLS,
                IOException("A TLS alert came instead of HTTP"),
            )
        val shown = line.take(LONGEST_SHOWN).map { if (it in ' '..'~') it else '?' }
        return IOException("Not a response of HTTP/1.1: ${shown.joinToString("")}")
    }

    private fun readChunks(body: AnswerBody) {
        while (!body.isFull) {
            headBytes = 0
            val length = chunkLength(readLine().substringBefore(';').trim())
            if (length == 0L) {
                do {
                    val trailer = readLine()
                } while (trailer.isNotEmpty())
                return
            }
            readPart(body, length)
            if (!body.isFull && readLine().isNotEmpty())
                throw IOException("A chunk of the response is longer than it says")
        }
    }

    private fun chunkLength(text: String): Long =
        text
            .takeIf {
                it.isNotEmpty() && it.all { digit -> digit.digitToIntOrNull(HEXADECIMAL) != null }
            }
            ?.toLongOrNull(HEXADECIMAL)
            ?: throw IOException("A chunk of the response has no length")

    private fun readPart(body: AnswerBody, length: Long) {
        var left = length
        while (left > 0 && !body.isFull) {
            val count = body.fill(left, ::read)
            if (count < 0 && body.isDelimited)
                throw EOFException("The response ends $left bytes too early")
            if (count < 0) return
            left -= count
        }
    }

    private fun readLine(): String {
        val line = StringBuilder()
        while (true) {
            val byte = readByte()
            when {
                byte < 0 ->
                    throw EOFException("The connection was closed before the response was complete")
                byte == '\n'.code -> return line.toString().removeSuffix("\r")
                ++headBytes > LONGEST_HEAD ->
                    throw IOException("The head of the response is too long")
                else -> line.append(byte.toChar())
            }
            // An alert has no line end.
            if (line.length == 1 && byte == TLS_ALERT) return line.toString()
        }
    }

    private fun readByte(): Int {
        if (position == end) {
            position = 0
            end = maxOf(input.read(buffer, 0, BUFFER), 0)
            if (end == 0) return -1
        }
        return buffer[position++].toInt() and 0xff
    }

    private fun read(part: ByteArray, offset: Int, length: Int): Int {
        if (position == end) return input.read(part, offset, minOf(length, LARGEST_READ))
        val count = minOf(length, end - position)
        buffer.copyInto(part, offset, position, position + count)
        position += count
        return count
    }
}
