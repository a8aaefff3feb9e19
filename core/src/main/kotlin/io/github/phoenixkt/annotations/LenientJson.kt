package io.github.phoenixkt.annotations

import io.github.phoenixkt.InternalPhoenixApi
import kotlinx.serialization.json.Json

/** JSON of values that nobody can be asked about: what has no form in JSON becomes its text. */
@InternalPhoenixApi
public object LenientJson {
    /**
     * A JSON object of [values].
     *
     * @throws IllegalArgumentException when they are nested too deep, or hold text that Phoenix
     *   cannot store
     */
    @JvmStatic
    public fun encode(values: Map<String, Any?>): String {
        val writable = writable(snapshot(values), depth = 0)
        findJsonValueProblem(writable)?.let {
            throw IllegalArgumentException(
                "the value at ${it.path.ifEmpty { "the top" }} ${it.reason}"
            )
        }
        return Json.encodeToString(JsonValueSerializer, writable)
    }

    private fun writable(value: Any?, depth: Int): Any? =
        when (val plain = plain(value)) {
            is Map<*, *> ->
                if (depth > DEEPEST_NESTING) plain
                else
                    plain.entries.associate { (key, element) ->
                        "$key" to writable(element, depth + 1)
                    }
            is Iterable<*> ->
                if (depth > DEEPEST_NESTING) plain else plain.map { writable(it, depth + 1) }
            else -> if (findJsonValueProblem(plain) == null) plain else "$plain"
        }
}
