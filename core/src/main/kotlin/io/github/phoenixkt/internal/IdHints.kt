package io.github.phoenixkt.internal

private val HEX_ID = Regex("[0-9a-fA-F]{16}|[0-9a-fA-F]{32}")

/**
 * What ids of OpenTelemetry look like. Phoenix takes any text as an id, so that another one is no
 * error: it may only explain why Phoenix does not know it.
 */
internal enum class IdForm(private val noun: String, private val digits: Int) {
    SPAN("span", 16),
    TRACE("trace", 32);

    /** What may be wrong with these ids, which Phoenix does not know; or null. */
    fun hint(ids: Iterable<String>): String? =
        lowerCaseHint(ids) ?: ids.firstNotNullOfOrNull(::hint)

    private fun hint(id: String): String? {
        if (!HEX_ID.matches(id))
            return "${id.forMessage()} does not look like a $noun id, which usually has $digits hexadecimal digits"
        val other = entries.firstOrNull { it != this && it.digits == id.length } ?: return null
        return "${id.forMessage()} has ${other.digits} digits like a ${other.noun} id; a $noun id has $digits"
    }

    companion object {
        /** That of the targets of `POST /v1/span_notes` and the like; null if they have none. */
        fun ofRoute(collection: String): IdForm? =
            when (collection.substringBefore('_')) {
                "span",
                "document" -> SPAN
                "trace" -> TRACE
                else -> null
            }
    }
}

/** A hint for ids that were not found and may exist in lower case, or null. */
internal fun lowerCaseHint(ids: Iterable<String>): String? =
    "Phoenix stores span and trace ids in lower case: use lower case"
        .takeIf { ids.any { id -> id.any(Char::isUpperCase) && HEX_ID.matches(id) } }
