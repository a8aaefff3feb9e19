package io.github.phoenixkt.internal

import kotlinx.serialization.json.Json

/** Best-effort JSON: a value that JSON cannot represent becomes its `toString()`. */
@InternalPhoenixApi
public object BestEffortJson {
    /**
     * Returns [values] as a JSON object.
     *
     * @throws IllegalArgumentException if they are nested too deeply, contain text that Phoenix
     *   cannot store, or throw from `toString()`
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

    /** Whether Phoenix can store [text] in every database. */
    @JvmStatic public fun isStorable(text: String): Boolean = text.indexOfUnstorable() < 0

    /** [text] with U+FFFD in place of each character that Phoenix cannot store. */
    @JvmStatic
    public fun storable(text: String): String =
        if (isStorable(text)) text
        else
            buildString(text.length) {
                text.codePoints().forEach {
                    appendCodePoint(if (it.isUnstorable()) '\uFFFD'.code else it)
                }
            }

    /** Of code points, only unpaired surrogates are in the range of surrogates. */
    private fun Int.isUnstorable() =
        this == 0 || this in Char.MIN_SURROGATE.code..Char.MAX_SURROGATE.code

    private fun writable(values: Map<String, Any?>): Any? =
        try {
            writable(snapshot(values), depth = 0)
        } catch (@Suppress("TooGenericExceptionCaught") e: RuntimeException) {
            throw failing(e)
        } catch (e: StackOverflowError) {
            // Two objects that each include the other in their text.
            throw failing(e)
        }

    /** Without the message of [cause], which may contain personal data. */
    private fun failing(cause: Throwable) =
        IllegalArgumentException("a value in it throws ${cause.javaClass.name}")

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
