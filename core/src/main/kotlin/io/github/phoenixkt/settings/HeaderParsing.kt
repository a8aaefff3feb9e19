package io.github.phoenixkt.settings

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val HEXADECIMAL = 16
internal const val AUTHORIZATION = "Authorization"

private val BROKEN_ESCAPE = Regex("%(?![0-9A-Fa-f]{2})")
private val ESCAPES = Regex("(?:%[0-9A-Fa-f]{2})+")
private val HEADER_NAME = Regex("""[A-Za-z0-9!#$%&'*+.^_`|~-]+""")
private val ENGINE_HEADERS =
    setOf(
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )

/**
 * The checked headers of one source. Nothing here shows a value, or an invalid name, which may be a
 * value in the wrong place.
 */
internal class HeaderSet private constructor(val source: Source, val values: Map<String, String>) {
    val hasAuthorization: Boolean = values.keys.any(::isAuthorization)

    /** The number of headers other than `Authorization`. */
    val others: Int = values.keys.filterNot(::isAuthorization).size

    companion object {
        /** @throws IllegalArgumentException if a name or a value cannot be sent */
        fun explicit(headers: Map<String, String>, source: Source): HeaderSet {
            headers.entries.forEachIndexed { index, (name, value) ->
                nameProblem(name)?.let {
                    throw IllegalArgumentException("Header ${index + 1} of $source $it")
                }
                requireSendable(value, "The header $name of $source")
            }
            return HeaderSet(source, headers.toMap())
        }

        /**
         * Reads `name=value,…` or a JSON object. Headers that cannot be read are left out, with a
         * warning.
         *
         * @throws IllegalArgumentException if a value cannot be sent
         */
        fun parse(text: Found, warnings: Warnings): HeaderSet {
            val pairs =
                if (text.value.startsWith('{')) jsonPairs(text.value) else baggagePairs(text.value)
            if (pairs == null)
                warnings.warn("${text.source} is ignored: it is not a JSON object of strings")
            val headers = mutableMapOf<String, String>()
            pairs.orEmpty().forEachIndexed { index, pair ->
                val problem =
                    if (pair == null)
                        "is not a name with a percent-encoded value, or with a text in JSON"
                    else nameProblem(pair.first)
                if (pair == null || problem != null) {
                    warnings.warn("Header ${index + 1} of ${text.source} is ignored: it $problem")
                } else {
                    requireSendable(pair.second, "Header ${index + 1} of ${text.source}")
                    headers[pair.first.lowercase()] = pair.second
                }
            }
            return HeaderSet(text.source, headers)
        }
    }
}

/**
 * @throws IllegalArgumentException if an HTTP header cannot carry the value. The message names
 *   [what], but does not show the value.
 */
internal fun requireSendable(value: String, what: String, allowed: CharRange = ' '..'~') {
    val position = value.indexOfFirst { it !in allowed }
    require(position < 0) {
        "$what has a character at position ${position + 1} that cannot be sent, such as a line break, a control " +
            "character or a letter outside ASCII. Remove it (the value is not shown here)"
    }
}

private fun isAuthorization(name: String): Boolean = name.equals(AUTHORIZATION, ignoreCase = true)

private fun nameProblem(name: String): String? =
    when {
        !HEADER_NAME.matches(name) -> "has an invalid name"
        name.lowercase() in ENGINE_HEADERS -> "names a header that only the HTTP engine may set"
        else -> null
    }

/** Null if [text] is not a JSON object; a null pair for a value that is not a text. */
private fun jsonPairs(text: String): List<Pair<String, String>?>? =
    try {
        (Json.parseToJsonElement(text) as? JsonObject)?.map { (name, value) ->
            (value as? JsonPrimitive)?.takeIf { it.isString }?.let { name.trim() to it.content }
        }
    } catch (_: SerializationException) {
        // The message would quote the text, including secrets.
        null
    }

private fun baggagePairs(text: String): List<Pair<String, String>?> =
    text
        .split(',')
        .filter { it.isNotBlank() }
        .map { part ->
            val value = percentDecoded(part.substringAfter('=', "").trim())
            value?.takeIf { it.isNotEmpty() }?.let { part.substringBefore('=').trim() to it }
        }

/**
 * Decodes [text], or returns null if a % does not start an escape. Unlike `URLDecoder`, this keeps
 * a plus sign, which tokens may contain.
 */
private fun percentDecoded(text: String): String? {
    if (BROKEN_ESCAPE.containsMatchIn(text)) return null
    return ESCAPES.replace(text) { escapes ->
        escapes.value
            .split('%')
            .drop(1)
            .map { it.toInt(HEXADECIMAL).toByte() }
            .toByteArray()
            .decodeToString()
    }
}
