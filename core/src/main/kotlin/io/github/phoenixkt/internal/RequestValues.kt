package io.github.phoenixkt.internal

private const val SHOWN = 3
private const val LONGEST = 120

/**
 * The values of a request object, by name. They decide whether two objects are equal, and are shown
 * in its text. They never include credentials.
 */
internal class RequestValues(private vararg val values: Pair<String, Any?>) {
    override fun equals(other: Any?): Boolean =
        other is RequestValues && values.contentEquals(other.values)

    override fun hashCode(): Int = values.contentHashCode()

    /** Shows the values that are set, with only the first items of long lists. */
    fun describe(type: String): String =
        values
            .filter { (_, value) -> value != null }
            .joinToString(prefix = "$type(", postfix = ")") { (name, value) ->
                "$name=${shortened(value)}"
            }

    private fun shortened(value: Any?): String =
        if (value is Collection<*>)
            value.joinToString(
                prefix = "[",
                postfix = "]",
                limit = SHOWN,
                truncated = "… ${value.size} in all",
            ) {
                shown(it)
            }
        else shown(value)

    private fun shown(value: Any?) = value?.let(::textOf)?.forMessage(LONGEST) ?: "null"
}
