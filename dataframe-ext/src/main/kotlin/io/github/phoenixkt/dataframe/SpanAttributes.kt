package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.toPlainValue
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonPrimitive

/** Attributes that OpenInference writes as the text of a JSON object, and Phoenix often decodes. */
private val JSON_ATTRIBUTES =
    listOf("metadata", "document.metadata", "llm.prompt_template.variables", "tool.parameters")

/**
 * Beyond this a number in a key counts as a name: nobody's list of messages or documents is longer,
 * and the gaps in a list are filled.
 */
private const val LONGEST_LIST = 10_000

/**
 * What Phoenix has flattened, put together again: a list of objects (`retrieval.documents.0.…`) is
 * one value under `retrieval.documents`, a list of maps whose keys keep their dots
 * (`document.content`); an attribute that holds JSON is one map. Other keys stay as they are. An
 * object without a value has vanished on the way; its place is an empty map, so that positions stay
 * right.
 */
internal fun foldAttributes(flat: Map<String, Any?>): Map<String, Any?> {
    val folded = LinkedHashMap<String, Any?>()
    val lists = LinkedHashMap<String, MutableMap<Int, MutableMap<String, Any?>>>()
    val objects = LinkedHashMap<String, MutableMap<String, Any?>>()
    for ((key, value) in flat) {
        val json = JSON_ATTRIBUTES.find { key == it || key.startsWith("$it.") }
        val place = if (json == null) listPlace(key) else null
        when {
            key == json -> folded[key] = parsedObject(value)
            json != null && json !in flat ->
                objects.getOrPut(json, ::LinkedHashMap)[key.drop(json.length + 1)] = value
            place != null && place.list !in flat ->
                lists
                    .getOrPut(place.list, ::LinkedHashMap)
                    .getOrPut(place.index, ::LinkedHashMap)[place.rest] = value
            else -> folded[key] = value
        }
    }
    objects.forEach { (key, fields) -> folded[key] = nested(fields) }
    lists.forEach { (key, elements) -> folded[key] = listOf(elements, ::foldAttributes) }
    return folded
}

private fun listOf(
    elements: Map<Int, Map<String, Any?>>,
    fold: (Map<String, Any?>) -> Map<String, Any?>,
): List<Map<String, Any?>> = List(elements.keys.max() + 1) { fold(elements[it].orEmpty()) }

private class ListPlace(val list: String, val index: Int, val rest: String)

/** Where [key] leads into a list: before, at and after its first segment that is a number. */
private fun listPlace(key: String): ListPlace? {
    var dot = key.indexOf('.')
    while (dot > 0) {
        val end = key.indexOf('.', dot + 1)
        if (end < 0) return null
        val index = listIndex(key.substring(dot + 1, end))
        if (index != null && end + 1 < key.length)
            return ListPlace(key.take(dot), index, key.drop(end + 1))
        dot = end
    }
    return null
}

private fun listIndex(segment: String): Int? =
    if (segment.isNotEmpty() && segment.all { it in '0'..'9' })
        segment.toIntOrNull()?.takeIf { it < LONGEST_LIST }
    else null

/** Dotted keys as maps in maps, and lists where all keys of a level are numbers. */
private fun nested(flat: Map<String, Any?>): Map<String, Any?> {
    val nested = LinkedHashMap<String, Any?>()
    val inner = LinkedHashMap<String, MutableMap<String, Any?>>()
    for ((key, value) in flat) {
        val head = key.substringBefore('.')
        // A value and keys below it: the keys keep their dots.
        if (head == key || head in flat) nested[key] = value
        else inner.getOrPut(head, ::LinkedHashMap)[key.drop(head.length + 1)] = value
    }
    for ((head, fields) in inner) nested[head] = elements(fields) ?: nested(fields)
    return nested
}

private fun elements(flat: Map<String, Any?>): List<Map<String, Any?>>? {
    val elements = LinkedHashMap<Int, MutableMap<String, Any?>>()
    for ((key, value) in flat) {
        val index = if ('.' in key) listIndex(key.substringBefore('.')) else null
        if (index == null) return null
        elements.getOrPut(index, ::LinkedHashMap)[key.substringAfter('.')] = value
    }
    return listOf(elements, ::nested)
}

/** The object that a text of JSON stands for, or the value as it is. */
internal fun parsedObject(value: Any?): Any? =
    if (value is String && value.trimStart().startsWith('{')) jsonOrNull(value) ?: value else value

/** The object or the list that a text of JSON stands for. */
internal fun jsonOrNull(text: String): Any? =
    try {
        Json.parseToJsonElement(text).takeIf { it !is JsonPrimitive }?.toPlainValue()
    } catch (_: SerializationException) {
        null
    } catch (_: NumberFormatException) {
        // The parser takes bare words for numbers.
        null
    }
