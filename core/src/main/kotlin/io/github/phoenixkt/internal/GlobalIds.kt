package io.github.phoenixkt.internal

import java.util.Base64

private val GLOBAL_ID = Regex("[A-Z][A-Za-z]*:\\d+")

/**
 * The decoded form of an id of Phoenix's own (`Span:12`), or null if [text] is not of that form.
 */
internal fun decodeGlobalId(text: String): String? {
    // The first letter of a type is a capital, and Base64 makes a capital of it.
    if (text.isEmpty() || text[0] !in 'A'..'Z') return null
    val decoded =
        try {
            Base64.getDecoder().decode(text).decodeToString()
        } catch (_: IllegalArgumentException) {
            return null
        }
    return decoded.takeIf(GLOBAL_ID::matches)
}
