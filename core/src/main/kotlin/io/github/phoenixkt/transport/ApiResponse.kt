package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.DateTimeException
import java.time.Duration
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement

/** Lenient on purpose: a newer server may send new fields and new enum values. */
internal val ServerJson = Json {
    ignoreUnknownKeys = true
    coerceInputValues = true
}

/** For small bodies. Annotations have their own encoder. */
internal object JsonBody {
    fun encode(body: JsonElement): ByteArray = body.toString().encodeToByteArray()
}

/**
 * No response of Phoenix is nested deeper. The parser is recursive and would overflow the stack.
 */
private const val DEEPEST_JSON = 500

/**
 * A response, read to its end.
 *
 * @property retryAfter how long the server asks to wait
 * @property challenge the `WWW-Authenticate` or `Proxy-Authenticate` header
 * @property fromPhoenix whether it has Phoenix's version header; Phoenix's own 500 has none
 * @property attempts how many times the request was sent
 * @property encoding how a proxy has encoded the body, which leaves no [text]; null if it has not
 */
internal class ApiResponse(
    private val request: ApiRequest,
    val status: Int,
    val contentType: String? = null,
    val retryAfter: Duration? = null,
    val location: String? = null,
    val challenge: String? = null,
    val text: String = "",
    val fromPhoenix: Boolean = true,
    val attempts: Int = 1,
    private val encoding: String? = null,
) {
    val isJson: Boolean
        get() = contentType?.substringBefore(';')?.trim()?.lowercase() == "application/json"

    val isHtml: Boolean
        get() = contentType?.lowercase()?.contains("html") == true

    /** Whether the text is JSON that is nested too deep to be parsed. */
    val isTooDeep: Boolean
        get() = nestingOf(text).deepest > DEEPEST_JSON

    /** Says of the body that it cannot be read; null if it is not encoded. */
    val encodingProblem: String?
        get() = encoding?.let {
            "is encoded as $it, which this client did not ask for and cannot read"
        }

    val isMultipart: Boolean
        get() = contentType?.lowercase()?.startsWith("multipart/mixed") == true

    /**
     * The only part of a multipart response. Its JSON has no line breaks, so it cannot contain the
     * boundary.
     */
    fun onlyPart(): ApiResponse {
        requireReadable()
        val delimiter = "--" + contentType.orEmpty().substringAfter("boundary=", "").trim('"')
        val opening = "$delimiter\r\n"
        val end = text.lastIndexOf("\r\n$delimiter--")
        val isWhole = delimiter != "--" && text.startsWith(opening) && end >= opening.length
        val part = if (isWhole) text.substring(opening.length, end) else ""
        if (part.isEmpty() || opening in part)
            throw unexpected(
                "the response is not the one part that Phoenix sends there, or ends early"
            )
        val json = part.substringAfter("\r\n\r\n")
        return ApiResponse(
            request,
            status,
            "application/json",
            text = json,
            fromPhoenix = fromPhoenix,
            attempts = attempts,
        )
    }

    fun <T> decode(strategy: DeserializationStrategy<T>): T = decode(strategy) { it }

    /** [convert] may also reject the response, for example because of an invalid time. */
    fun <T, R> decode(strategy: DeserializationStrategy<T>, convert: (T) -> R): R {
        requireReadable()
        val problem =
            try {
                if (!isTooDeep) return convert(ServerJson.decodeFromString(strategy, text))
                "the response is nested more than $DEEPEST_JSON deep"
            } catch (e: IllegalArgumentException) {
                notPhoenix(e)
            } catch (e: DateTimeException) {
                notPhoenix(e)
            }
        throw unexpected(problem)
    }

    private fun requireReadable() {
        encodingProblem?.let { throw unexpected("the response $it") }
    }

    /** Leaves out the cause: its message shows the response, which may echo what was sent. */
    private fun notPhoenix(e: Exception): String =
        "the response is not the JSON that Phoenix sends there (${e::class.simpleName})"

    fun unexpected(what: String): PhoenixException =
        PhoenixException.UnexpectedResponse(
            "${request.route}: $what. If this goes on, check that the endpoint is a Phoenix server and that no proxy changes the response.",
            status,
        )
}

/**
 * How deep a JSON text is nested, and whether it ends inside an object, an array or a string.
 *
 * @property deepest the greatest depth
 */
internal class Nesting(val deepest: Int, val isOpen: Boolean)

/** Counts brackets outside of strings, without recursion. */
internal fun nestingOf(json: String): Nesting {
    var depth = 0
    var deepest = 0
    var index = 0
    while (index < json.length) {
        when (json[index]) {
            '"' -> {
                index = endOfString(json, index + 1)
                if (index < 0) return Nesting(deepest, isOpen = true)
            }
            '{',
            '[' -> deepest = maxOf(deepest, ++depth)
            '}',
            ']' -> depth--
        }
        index++
    }
    return Nesting(deepest, depth > 0)
}

/** Most of a response is strings; the JVM searches them faster than a loop does. */
private fun endOfString(json: String, start: Int): Int {
    var end = json.indexOf('"', start)
    while (end >= 0 && isEscaped(json, start, end)) end = json.indexOf('"', end + 1)
    return end
}

private fun isEscaped(json: String, start: Int, quote: Int): Boolean {
    var first = quote
    while (first > start && json[first - 1] == '\\') first--
    return (quote - first) % 2 == 1
}
