package io.github.phoenixkt.spans

import io.github.phoenixkt.internal.sameJson
import io.github.phoenixkt.internal.toPlainValue
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlinx.serialization.json.JsonElement

/** Phoenix has this apart from the other attributes. */
private const val KIND = "openinference.span.kind"
private val STATUS_CODES = setOf("OK", "ERROR")

/** Whether Phoenix stores [sent] as this. */
internal fun StoredSpan.isSameAs(sent: SpanData): Boolean =
    listOf(spanId, traceId, parentId, name, statusMessage) ==
        listOf(sent.spanId, sent.traceId, sent.parentId, sent.name, sent.statusMessage) &&
        spanKind.equals(sent.spanKind, ignoreCase = true) &&
        storedStatus(statusCode) == storedStatus(sent.statusCode) &&
        listOf(startTime, endTime).map(::storedTime) ==
            listOf(sent.startTime, sent.endTime).map(::storedTime) &&
        sameAttributes(attributes, sent.attributesAsJson()) &&
        events.size == sent.events.size &&
        events.zip(sent.events).all { (stored, of) -> stored.isSameAs(of) }

private fun StoredSpanEvent.isSameAs(sent: SpanEventData): Boolean =
    name == sent.name &&
        storedTime(timestamp) == storedTime(sent.timestamp) &&
        sameAttributes(attributes, sent.attributesAsJson())

private fun storedStatus(code: String) = code.uppercase().takeIf { it in STATUS_CODES } ?: "UNSET"

private fun storedTime(time: Instant) = time.truncatedTo(ChronoUnit.MICROS)

private fun sameAttributes(stored: Map<String, Any?>, sent: JsonElement): Boolean {
    val (one, other) = flattened(stored) to flattened(sent.toPlainValue())
    return one.keys == other.keys &&
        one.all { (key, values) ->
            // Phoenix keeps one of the values that a caller gives for a key.
            values.all { value -> other.getValue(key).any { sameJson(value, it) } }
        }
}

/**
 * Attributes as Phoenix returns them: in one map with dotted names, without nulls and empty maps.
 * Lists that have maps are part of the names, and lose everything else; others stay as they are.
 * Names are cleaned of spaces and of parts without text, and gaps in the numbers of a list close.
 */
private fun flattened(attributes: Any?): Map<String, List<Any?>> {
    val leaves = attributeLeaves(attributes)
    val numbers = HashMap<List<String>, MutableSet<Long>>()
    for ((name, _) in leaves) {
        name.forEachIndexed { index, part ->
            part.numberOrNull()?.let {
                numbers.getOrPut(name.subList(0, index), ::mutableSetOf) += it
            }
        }
    }
    val places = numbers.mapValues { (_, found) ->
        found.sorted().withIndex().associate { it.value to it.index }
    }
    return leaves
        .groupBy({ (name, _) ->
            name
                .mapIndexed { index, part ->
                    val number = part.numberOrNull() ?: return@mapIndexed part
                    places.getValue(name.subList(0, index)).getValue(number).toString()
                }
                .joinToString(".")
        }) { (_, value) ->
            value
        }
        .minus(KIND)
}

/** The values in maps of any depth, each with the parts of its name. */
internal fun attributeLeaves(attributes: Any?): List<Pair<List<String>, Any>> =
    mutableListOf<Pair<List<String>, Any>>().also { addLeaves(attributes, "", it) }

private fun addLeaves(value: Any?, name: String, leaves: MutableList<Pair<List<String>, Any>>) {
    when {
        value == null -> {}
        value is Map<*, *> -> value.forEach { (key, item) -> addLeaves(item, "$name.$key", leaves) }
        value is List<*> && value.any { it is Map<*, *> } ->
            value.forEachIndexed { index, item ->
                if (item is Map<*, *>) addLeaves(item, "$name.$index", leaves)
            }
        else -> leaves += name.split('.').map { it.trim() }.filter { it.isNotEmpty() } to value
    }
}

private fun String.numberOrNull(): Long? = if (all { it.isDigit() }) toLongOrNull() else null
