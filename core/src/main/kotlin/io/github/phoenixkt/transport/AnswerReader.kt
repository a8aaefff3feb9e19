package io.github.phoenixkt.transport

import io.ktor.http.Headers
import io.ktor.http.HeadersBuilder
import io.ktor.http.HttpHeaders
import java.io.BufferedInputStream
import java.io.EOFException
import java.io.IOException
import java.io.InputStream
import kotlinx.io.Buffer

private const val LONGEST_HEAD = 256 * 1024
private const val TLS_ALERT = 0x15
private const val HEXADECIMAL = 16
private const val LONGEST_SHOWN = 60
private const val SEPARATORS = "()<>@,;:\\\"/[]?={}"
private val STATUS_LINE =
    Regex("""HTTP/1\.[01] +([1-9][0-9]{2})(?: +(.*))?""", RegexOption.DOT_MATCHES_ALL)

internal class AnswerHead(val status: Int, val reason: String, val headers: Headers)

internal class SocketAnswer(val head: AnswerHead, val body: Buffer)

/**
 * Reads one answer of HTTP/1.1, and is strict about its end: a body that ends before it says so is
 * an [IOException]. Reads no more than a little beyond [limit].
 */
internal class AnswerReader(input: InputStream, private val limit: Int) {
    private val input = BufferedInputStream(input)
    private var headBytes = 0

    fun readAnswer(): SocketAnswer {
        // 100 and 103 come before the answer.
        val head = generateSequence(::readHead).first { it.status >= 200 }
        val body = Buffer()
        val length = lengthIn(head.headers)
        when {
            head.status == 204 || head.status == 304 -> {}
            isChunked(head.headers) -> readChunks(body)
            length != null -> readExactly(body, length)
            else -> readToEnd(body)
        }
        return SocketAnswer(head, body)
    }

    private fun lengthIn(headers: Headers): Long? {
        val said = headers.getAll(HttpHeaders.ContentLength)?.distinct() ?: return null
        val length = said.singleOrNull()?.takeIf { it.all(Char::isDigit) }?.toLongOrNull()
        return length ?: throw IOException("The length of the answer is no number")
    }

    fun readHead(): AnswerHead {
        headBytes = 0
        val first = readLine()
        val (status, reason) = STATUS_LINE.matchEntire(first)?.destructured ?: throw notHttp(first)
        val headers = HeadersBuilder()
        for (line in headerLines()) {
            val name = line.substringBefore(':', "")
            // A line that is not a header is passed over.
            if (name.isEmpty() || name.any { it <= ' ' || it in SEPARATORS }) continue
            headers.append(name, line.substringAfter(':').trim().filterNot { it.isISOControl() })
        }
        return AnswerHead(status.toInt(), reason, headers.build())
    }

    /** A line that begins with white space goes on with the one before. */
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
        return IOException("No answer of HTTP/1.1: ${shown.joinToString("")}")
    }

    private fun isChunked(headers: Headers): Boolean {
        val encoding = headers[HttpHeaders.TransferEncoding]?.lowercase() ?: return false
        if (encoding != "chunked" && encoding != "identity")
            throw IOException("The transfer encoding of the answer is not known")
        return encoding == "chunked"
    }

    private fun readChunks(body: Buffer) {
        while (body.size <= limit) {
            headBytes = 0
            val size = readLine().substringBefore(';').trim()
            val length =
                size
                    .takeIf {
                        it.isNotEmpty() && it.all { c -> c.digitToIntOrNull(HEXADECIMAL) != null }
                    }
                    ?.toLongOrNull(HEXADECIMAL)
                    ?: throw IOException("A chunk of the answer has no length")
            if (length == 0L) {
                do {
                    val trailer = readLine()
                } while (trailer.isNotEmpty())
                return
            }
            readExactly(body, length)
            if (body.size <= limit && readLine().isNotEmpty())
                throw IOException("A chunk of the answer is longer than it says")
        }
    }

    private fun readExactly(body: Buffer, length: Long) {
        var left = length
        val part = ByteArray(DEFAULT_BUFFER_SIZE)
        while (left > 0 && body.size <= limit) {
            val read = input.read(part, 0, minOf(left, part.size.toLong()).toInt())
            if (read < 0) throw EOFException("The answer ends $left bytes too early")
            body.write(part, 0, read)
            left -= read
        }
    }

    private fun readToEnd(body: Buffer) {
        val part = ByteArray(DEFAULT_BUFFER_SIZE)
        while (body.size <= limit) {
            val read = input.read(part)
            if (read < 0) return
            body.write(part, 0, read)
        }
    }

    private fun readLine(): String {
        val line = StringBuilder()
        while (true) {
            val byte = input.read()
            when {
                byte < 0 ->
                    throw EOFException("The connection was closed before the answer was complete")
                byte == '\n'.code -> return line.toString().removeSuffix("\r")
                ++headBytes > LONGEST_HEAD ->
                    throw IOException("The head of the answer is too long")
                else -> line.append(byte.toChar())
            }
            // An alert has no line end.
            if (line.length == 1 && byte == TLS_ALERT) return line.toString()
        }
    }
}
