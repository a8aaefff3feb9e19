@file:JvmName("JsonTexts")

package io.github.phoenixkt.rows

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.isJsonNumber
import io.github.phoenixkt.internal.presentOrNull
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val WRITE_AS = "write it as {\"key\": \"value\"}"

/** As deep as metadata may be nested in any form; what is deeper would overflow the stack. */
@InternalPhoenixApi public const val DEEPEST_NESTING: Int = 100

/**
 * The metadata of a row: a map as it is, or the text of a JSON object. Keys of a map that are no
 * text are refused by the check of all rows.
 */
@InternalPhoenixApi
public fun Refusals.readMetadata(cell: Any): Map<String, Any?>? =
    when (cell) {
        is Map<*, *> -> @Suppress("UNCHECKED_CAST") (cell as Map<String, Any?>)
        is CharSequence,
        is Char -> readJsonObject(cell.toString())
        else -> refuseType("a map, a nested row or the text of a JSON object")
    }

/**
 * The text of a JSON object, strictly: what the parser would take for text, or drop, is refused.
 */
internal fun Refusals.readJsonObject(text: String): JsonObject? {
    val present = text.presentOrNull() ?: return null
    val shape = JsonShape.of(present)
    if (shape.depth > DEEPEST_NESTING)
        return refuse("is nested more than $DEEPEST_NESTING levels deep", "keep less of it")
    return when (val json = parseOrNull(present)) {
        null -> refuse("is not JSON", WRITE_AS)
        is JsonNull -> null
        is JsonObject -> readExactly(json, present, shape)
        else -> refuse("is not a JSON object", WRITE_AS)
    }
}

private fun parseOrNull(text: String): JsonElement? =
    try {
        Json.parseToJsonElement(text)
    } catch (_: SerializationException) {
        null
    }

private fun Refusals.readExactly(json: JsonObject, text: String, shape: JsonShape): JsonObject? {
    val content = JsonContent().apply { look(json) }
    // The parser keeps the last of those that are the same, so that fewer are left.
    val twice = if (content.keys == shape.keys) null else findRepeatedKey(text)
    return when {
        content.isOdd ->
            refuse(
                "is not JSON",
                "write numbers as digits, texts in quotes",
                findOddLiteral(json, path = "").orEmpty(),
            )
        twice != null -> refuse("has the key \"${twice.forMessage()}\" twice", "keep one of them")
        else -> json
    }
}

/** What is in all objects and arrays together. */
private class JsonContent {
    var keys = 0
        private set

    /** Whether there is a bare word that JSON does not know. */
    var isOdd = false
        private set

    fun look(json: JsonElement) {
        when (json) {
            is JsonObject -> {
                keys += json.size
                json.values.forEach(::look)
            }
            is JsonArray -> json.forEach(::look)
            is JsonPrimitive -> if (!json.isSound()) isOdd = true
        }
    }
}

/**
 * What one look at each character of a text tells, whether it is JSON or not. If it is, these are
 * the levels of its objects and arrays and the number of keys in all of them.
 */
private class JsonShape(val depth: Int, val keys: Int) {
    companion object {
        fun of(text: String): JsonShape {
            var (depth, deepest, keys) = Triple(0, 0, 0)
            var index = 0
            while (index < text.length) {
                when (text[index]) {
                    '"' -> index = text.endOfString(index)
                    '{',
                    '[' -> deepest = maxOf(deepest, ++depth)
                    '}',
                    ']' -> depth--
                    ':' -> keys++
                }
                index++
            }
            return JsonShape(deepest, keys)
        }
    }
}

/** Where the closing quote of the string is that opens at [start], or the end of the text. */
private fun String.endOfString(start: Int): Int {
    var index = start + 1
    while (index < length && this[index] != '"') index += if (this[index] == '\\') 2 else 1
    return index
}

/** Where a bare word stands that is neither a number nor `true`, `false`, `null`: `NaN`, `foo`. */
private fun findOddLiteral(json: JsonElement, path: String): String? =
    when (json) {
        is JsonObject ->
            json.entries.firstNotNullOfOrNull { (key, value) ->
                findOddLiteral(value, "$path.${key.forMessage()}")
            }
        is JsonArray ->
            json.withIndex().firstNotNullOfOrNull { (index, value) ->
                findOddLiteral(value, "$path[$index]")
            }
        is JsonPrimitive -> path.takeUnless { json.isSound() }
    }

private fun JsonPrimitive.isSound(): Boolean =
    isString || content in BARE_WORDS || isJsonNumber(content)

private val BARE_WORDS = setOf("true", "false", "null")

/** The first key that one object of the well-formed [json] has twice. */
private fun findRepeatedKey(json: String): String? {
    val open = ArrayDeque<MutableSet<String>>()
    var index = 0
    while (index < json.length) {
        when (json[index]) {
            '{' -> open.addLast(mutableSetOf())
            '}' -> open.removeLast()
            '"' -> {
                val end = json.endOfString(index)
                val key = json.keyOrNull(index, end)
                if (key != null && !open.last().add(key)) return key
                index = end
            }
        }
        index++
    }
    return null
}

/** The string between these quotes, if it is a key. */
private fun String.keyOrNull(start: Int, end: Int): String? =
    if (isBeforeColon(end + 1)) Json.decodeFromString<String>(substring(start, end + 1)) else null

private fun String.isBeforeColon(start: Int): Boolean {
    var index = start
    while (index < length && this[index].isWhitespace()) index++
    return index < length && this[index] == ':'
}
