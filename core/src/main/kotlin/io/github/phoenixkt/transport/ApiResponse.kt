package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.DateTimeException
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement

/** Lenient on purpose: a newer server may send more fields and other words. */
internal val LenientJson = Json {
    ignoreUnknownKeys = true
    coerceInputValues = true
}

/** For the few bodies that are small trees; rows of annotations have an encoder of their own. */
internal object JsonBody {
    fun encode(body: JsonElement): ByteArray = body.toString().encodeToByteArray()
}

/**
 * An answer, read to its end.
 *
 * @property attempts how often the request was sent
 * @property fromPhoenix whether Phoenix itself gave it, by its version header; its 500 has none
 */
internal class ApiResponse(
    val route: String,
    val status: Int,
    val contentType: String?,
    val retryAfter: String?,
    val location: String?,
    val text: String,
    val fromPhoenix: Boolean,
    val attempts: Int,
) {
    val isJson: Boolean
        get() = contentType?.substringBefore(';')?.trim()?.lowercase() == "application/json"

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
            route,
            status,
            "application/json",
            retryAfter,
            location,
            json,
            fromPhoenix,
            attempts,
        )
    }

    fun <T> decode(strategy: DeserializationStrategy<T>): T = decode(strategy) { it }

    /** [convert] may find out, too, that the answer makes no sense: a time that is none. */
    fun <T, R> decode(strategy: DeserializationStrategy<T>, convert: (T) -> R): R =
        try {
            convert(LenientJson.decodeFromString(strategy, text))
        } catch (e: IllegalArgumentException) {
            throw notPhoenix(e)
        } catch (e: DateTimeException) {
            throw notPhoenix(e)
        }

    /** Without the cause: its message would show the answer, which may echo what was sent. */
    private fun notPhoenix(e: Exception): PhoenixException =
        unexpected("the answer is not the JSON that Phoenix sends there (${e::class.simpleName})")

    fun unexpected(what: String): PhoenixException =
        PhoenixException.UnexpectedResponse(
            "$route: $what. If this goes on, check that the endpoint is a Phoenix server and that no proxy changes its answers.",
            status,
        )
}
