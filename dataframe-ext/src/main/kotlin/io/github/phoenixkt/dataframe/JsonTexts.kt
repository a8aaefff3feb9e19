package io.github.phoenixkt.dataframe

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * A map or a list whose text is JSON; any other value as it is. Writers of CSV files write a list
 * by its text, writers of JSON files the maps in it: like this both can be read again.
 */
internal fun withJsonText(value: Any?): Any? =
    when (value) {
        is Map<*, *> -> @Suppress("UNCHECKED_CAST") JsonMap(value as Map<String, Any?>)
        is List<*> -> JsonList(value.map(::withJsonText))
        else -> value
    }

internal class JsonMap(private val map: Map<String, Any?>) : Map<String, Any?> by map {
    override fun equals(other: Any?): Boolean = map == other

    override fun hashCode(): Int = map.hashCode()

    override fun toString(): String = toJson(map).toString()
}

private class JsonList(private val list: List<Any?>) : List<Any?> by list {
    override fun equals(other: Any?): Boolean = list == other

    override fun hashCode(): Int = list.hashCode()

    override fun toString(): String = toJson(list).toString()
}

/** Of what is read back: null, flags, numbers, texts, times, lists and maps. */
private fun toJson(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is Boolean -> JsonPrimitive(value)
        is Number -> JsonPrimitive(value)
        is Map<*, *> -> JsonObject(value.entries.associate { "${it.key}" to toJson(it.value) })
        is Iterable<*> -> JsonArray(value.map(::toJson))
        else -> JsonPrimitive(value.toString())
    }
