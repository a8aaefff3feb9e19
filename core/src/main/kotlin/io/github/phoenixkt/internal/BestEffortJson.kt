package io.github.phoenixkt.internal

import kotlinx.serialization.json.Json

/** Best-effort JSON: a value that has no form in JSON becomes its `toString()`. */
@InternalPhoenixApi
public object BestEffortJson {
    /**
     * A JSON object of [values].
     *
     * @throws IllegalArgumentException when they are nested too deep, hold text that Phoenix cannot
     *   store, or fail when they are asked for their text
     */
    @JvmStatic
    public fun encode(values: Map<String, Any?>): String {
        val writable = writable(values)
        findJsonValueProblem(writable)?.let {
            throw IllegalArgumentException(
                "the value at ${it.path.ifEmpty { "the top" }} ${it.reason}".asMessage()
            )
        }
        return Json.encodeToString(JsonValueSerializer, writable)
    }

    /** Whether Phoenix can store [text] on every database. */
    @JvmStatic public fun isStorable(text: String): Boolean = text.indexOfUnstorable() < 0

    private fun writable(values: Map<String, Any?>): Any? =
        try {
            writable(snapshot(values), depth = 0)
        } catch (@Suppress("TooGenericExceptionCaught") e: RuntimeException) {
            throw failing(e)
        } catch (e: StackOverflowError) {
            // Of objects that each show the other.
            throw failing(e)
        }

    /** Without the message, which is the application's and may be about people. */
    private fun failing(cause: Throwable) =
        IllegalArgumentException("a value in it fails with ${cause.javaClass.name}")

    private fun writable(value: Any?, depth: Int): Any? =
        when (val plain = plain(value)) {
            is Map<*, *> ->
                if (depth > DEEPEST_NESTING) plain
                else
                    plain.entries.associate { (key, element) ->
                        "$key" to writable(element, depth + 1)
                    }
            is Collection<*> ->
                if (depth > DEEPEST_NESTING) plain else plain.map { writable(it, depth + 1) }
            else -> if (findJsonValueProblem(plain) == null) plain else "$plain"
        }
}
