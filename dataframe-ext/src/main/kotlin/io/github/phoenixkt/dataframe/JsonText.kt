package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.presentOrNull
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val WRITE_AS = "write it as {\"key\": \"value\"}"

/**
 * The text of a JSON object, strictly: what the parser would take for text, or drop, is refused.
 */
internal fun Refusals.readJsonObject(text: String): JsonObject? {
    val present = text.presentOrNull() ?: return null
    return when (val json = parseOrNull(present)) {
        null -> refuse("is not JSON", WRITE_AS)
        is JsonNull -> null
        is JsonObject -> readExactly(json, present)
        else -> refuse("is not a JSON object", WRITE_AS)
    }
}

private fun parseOrNull(text: String): JsonElement? =
    try {
        Json.parseToJsonElement(text)
    } catch (_: SerializationException) {
        null
    }

private fun Refusals.readExactly(json: JsonObject, text: String): JsonObject? {
    val odd = findOddLiteral(json, path = "")
    val twice = findRepeatedKey(text)
    return when {
        odd != null -> refuse("is not JSON", "write numbers as digits, texts in quotes", odd)
        twice != null -> refuse("has the key \"$twice\" twice", "keep one of them")
        else -> json
    }
}

/** Where a bare word stands that is neither a number nor `true`, `false`, `null`: `NaN`, `foo`. */
private fun findOddLiteral(json: JsonElement, path: String): String? =
    when (json) {
        is JsonObject ->
            json.entries.firstNotNullOfOrNull { (key, value) ->
                findOddLiteral(value, "$path.$key")
            }
        is JsonArray ->
            json.withIndex().firstNotNullOfOrNull { (index, value) ->
                findOddLiteral(value, "$path[$index]")
            }
        is JsonPrimitive ->
            path.takeUnless {
                json.isString || json.content in BARE_WORDS || JSON_NUMBER.matches(json.content)
            }
    }

private val BARE_WORDS = setOf("true", "false", "null")

/** A string of JSON, or one of the characters that open and close objects. */
private val TOKEN = Regex("""("(?:[^"\\]|\\.)*")(\s*:)?|[{}]""")

/** The first key that one object of the well-formed [json] has twice; the parser keeps the last. */
private fun findRepeatedKey(json: String): String? {
    val open = ArrayDeque<MutableSet<String>>()
    for (token in TOKEN.findAll(json)) {
        val (string, colon) = token.destructured
        when {
            token.value == "{" -> open.addLast(mutableSetOf())
            token.value == "}" -> open.removeLast()
            colon.isNotEmpty() -> {
                val key = Json.decodeFromString<String>(string)
                if (!open.last().add(key)) return key
            }
        }
    }
    return null
}
