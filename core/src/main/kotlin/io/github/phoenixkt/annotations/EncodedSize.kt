package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.plain
import kotlinx.serialization.json.Json

/** Names of fields, braces, quotes and the numbers of a row, generously. */
private const val ROW_OVERHEAD = 200
private const val LONGEST_NUMBER = 25
private const val LONGEST_CHARACTER = 6
private const val QUOTES = 4L

/**
 * About how many bytes the row takes on the wire, and takes when it is read back: never less than
 * [encode] makes of it. Costs no memory, so that rows can be counted out before they are encoded.
 */
internal fun encodedSize(rows: AnnotationRows, row: Int): Long =
    ROW_OVERHEAD +
        jsonSize(rows.targetId(row)) +
        jsonSize(rows.name(row)) +
        jsonSize(rows.label(row)) +
        jsonSize(rows.explanation(row)) +
        jsonSize(rows.identifier(row)) +
        jsonValueSize(rows.metadata(row))

/** The rows in parts of about [bytes] bytes; a larger row is alone. */
internal fun RowChunk.cut(bytes: Int): List<RowChunk> {
    if (indexes.sumOf { largestSize(rows, it) } <= bytes) return listOf(this)
    val parts = mutableListOf<RowChunk>()
    var start = 0
    var left = bytes.toLong()
    for (position in indexes.indices) {
        val taken = encodedSize(rows, indexes[position])
        if (position > start && taken > left) {
            parts += part(start, position)
            start = position
            left = bytes.toLong()
        }
        left -= taken
    }
    if (start == 0) return listOf(this)
    return parts + part(start, size)
}

/** At least [encodedSize], without a look at each character. */
private fun largestSize(rows: AnnotationRows, row: Int): Long =
    ROW_OVERHEAD +
        largestSize(rows.targetId(row)) +
        largestSize(rows.name(row)) +
        largestSize(rows.label(row)) +
        largestSize(rows.explanation(row)) +
        largestSize(rows.identifier(row)) +
        jsonValueSize(rows.metadata(row))

private fun largestSize(text: String?): Long =
    if (text == null) 0 else QUOTES + LONGEST_CHARACTER * text.length.toLong()

private fun jsonValueSize(value: Any?): Long =
    when (val plain = plain(value)) {
        null,
        is Boolean,
        is Number -> LONGEST_NUMBER.toLong()
        is String -> jsonSize(plain)
        is Map<*, *> ->
            2 + plain.entries.sumOf { (key, element) -> jsonSize("$key") + jsonValueSize(element) }
        is Collection<*> -> 2 + plain.sumOf { jsonValueSize(it) + 1 }
        else -> jsonSize(Json.encodeToString(JsonValueSerializer, plain))
    }

private fun jsonSize(text: String?): Long {
    if (text == null) return 0
    var size = QUOTES
    for (character in text) {
        size +=
            when {
                character < ' ' -> LONGEST_CHARACTER
                character == '"' || character == '\\' -> 2
                character.code < 0x80 -> 1
                character.code < 0x800 || character.isSurrogate() -> 2
                else -> 3
            }
    }
    return size
}
