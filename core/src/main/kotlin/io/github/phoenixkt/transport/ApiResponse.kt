package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.DateTimeException
import java.time.Duration
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement

/** Lenient on purpose: a newer server may send more fields and other words. */
internal val ServerJson = Json {
    ignoreUnknownKeys = true
    coerceInputValues = true
}

/** For the few bodies that are small trees; rows of annotations have an encoder of their own. */
internal object JsonBody {
    fun encode(body: JsonElement): ByteArray = body.toString().encodeToByteArray()
}

/** Deeper than any answer of Phoenix: a parser that recurses would end in a stack overflow. */
private const val DEEPEST_JSON = 500

/**
 * An answer, read to its end.
 *
 * @property retryAfter how long the server asks to wait
 * @property challenge the `WWW-Authenticate` or `Proxy-Authenticate` of a refusal
 * @property fromPhoenix whether Phoenix itself gave it, by its version header; its 500 has none
 * @property attempts how often the request was sent
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
) {
    val isJson: Boolean
        get() = contentType?.substringBefore(';')?.trim()?.lowercase() == "application/json"

    val isHtml: Boolean
        get() = contentType?.lowercase()?.contains("html") == true

    /** Whether the text, if it is JSON, is nested deeper than any answer of Phoenix. */
    val isTooDeep: Boolean
        get() = nestingOf(text).deepest > DEEPEST_JSON

    val isMultipart: Boolean
        get() = contentType?.lowercase()?.startsWith("multipart/mixed") == true

    /**
     * The one part of a multipart answer, as an answer of its own. Its JSON has no line breaks, so
     * that the boundary cannot be in it.
     */
    fun onlyPart(): ApiResponse {
        val delimiter = "--" + contentType.orEmpty().substringAfter("boundary=", "").trim('"')
        val opening = "$delimiter\r\n"
        val end = text.lastIndexOf("\r\n$delimiter--")
        val isWhole = delimiter != "--" && text.startsWith(opening) && end >= opening.length
        val part = if (isWhole) text.substring(opening.length, end) else ""
        if (part.isEmpty() || opening in part)
            throw unexpected(
                "the answer is not the one part that Phoenix sends there, or ends early"
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

    /** [convert] may reject the answer, too: an invalid time, for instance. */
    fun <T, R> decode(strategy: DeserializationStrategy<T>, convert: (T) -> R): R {
        val problem =
            try {
                if (!isTooDeep) return convert(ServerJson.decodeFromString(strategy, text))
                "the answer is nested more than $DEEPEST_JSON deep"
            } catch (e: IllegalArgumentException) {
                notPhoenix(e)
            } catch (e: DateTimeException) {
                notPhoenix(e)
            }
        throw unexpected(problem)
    }

    /** Without the cause: its message would show the answer, which may echo what was sent. */
    private fun notPhoenix(e: Exception): String =
        "the answer is not the JSON that Phoenix sends there (${e::class.simpleName})"

    fun unexpected(what: String): PhoenixException =
        PhoenixException.UnexpectedResponse(
            "${request.route}: $what. If this goes on, check that the endpoint is a Phoenix server and that no proxy changes its answers.",
            status,
        )
}

/**
 * How deep a JSON text is nested, and whether it ends within something.
 *
 * @property deepest how many objects and arrays there are within each other at most
 */
internal class Nesting(val deepest: Int, val isOpen: Boolean)

/** Counts brackets outside of strings, which takes no stack. */
internal fun nestingOf(json: String): Nesting {
    var depth = 0
    var deepest = 0
    var inString = false
    var index = 0
    while (index < json.length) {
        when (json[index]) {
            '"' -> inString = !inString
            '\\' -> if (inString) index++
            '{',
            '[' -> if (!inString) deepest = maxOf(deepest, ++depth)
            '}',
            ']' -> if (!inString) depth--
        }
        index++
    }
    return Nesting(deepest, inString || depth > 0)
}
