@file:JvmName("Messages")

package io.github.phoenixkt.internal

import java.math.BigInteger
import java.util.Locale

/** The most characters of one id, name or value in a message. */
private const val LONGEST_TEXT = 80

/** The most characters of a message. */
internal const val LONGEST_MESSAGE = 2_000
private const val MOST_LISTED = 10
private const val MOST_BITS_SHOWN = 4_096
private const val DIGITS_PER_BIT = 0.30103

/**
 * A text of the user or of the server for a message: shortened to [limit] characters, and without
 * characters that could start a new line, control a terminal or reverse the text around it.
 */
@InternalPhoenixApi
@JvmOverloads
public fun String.forMessage(limit: Int = LONGEST_TEXT): String {
    if (length <= limit && indices.none { isUnsafe(it) }) return this
    val shown = StringBuilder()
    var next = 0
    while (next < length) {
        val end = if (isPair(next)) next + 2 else next + 1
        val character = if (isUnsafe(next)) escaped(this[next]) else substring(next, end)
        if (shown.length + character.length > limit)
            return "$shown… (${counted(length)} characters)"
        shown.append(character)
        next = end
    }
    return shown.toString()
}

/** The first of these texts, and how many more there are. */
@InternalPhoenixApi
public fun Collection<String>.forMessage(): String {
    val shown = take(MOST_LISTED).joinToString { it.forMessage() }
    return if (size <= MOST_LISTED) shown else "$shown and ${counted(size - MOST_LISTED)} more"
}

/**
 * The text of a refused value for a message. The value's class is the user's, so its `toString()`
 * may throw.
 */
@InternalPhoenixApi
public fun textOf(value: Any): String =
    if (value is BigInteger && value.bitLength() > MOST_BITS_SHOWN)
        "a number of about ${counted((value.bitLength() * DIGITS_PER_BIT).toInt())} digits"
    else
        try {
            value.toString()
        } catch (@Suppress("TooGenericExceptionCaught") _: RuntimeException) {
            value.javaClass.name
        } catch (_: StackOverflowError) {
            value.javaClass.name
        }

/** A whole message, cut if it is too long. Its parts have gone through [forMessage]. */
@InternalPhoenixApi
@JvmOverloads
public fun String.asMessage(limit: Int = LONGEST_MESSAGE): String =
    if (length <= limit) this else substring(0, wholeCharacters((limit - 1).coerceAtLeast(0))) + "…"

private fun counted(number: Int) = String.format(Locale.ROOT, "%,d", number)

/** [end], or one less if that would cut a surrogate pair in half. */
private fun String.wholeCharacters(end: Int): Int = if (end > 0 && isPair(end - 1)) end - 1 else end

private fun String.isPair(start: Int): Boolean =
    this[start].isHighSurrogate() && getOrNull(start + 1)?.isLowSurrogate() == true

private fun escaped(character: Char): String =
    when (character) {
        '\n' -> "\\n"
        '\r' -> "\\r"
        else -> String.format(Locale.ROOT, "\\u%04x", character.code)
    }

private fun String.isUnsafe(index: Int): Boolean {
    val character = this[index]
    return when {
        character == '\t' -> false
        character.isHighSurrogate() -> getOrNull(index + 1)?.isLowSurrogate() != true
        character.isLowSurrogate() -> getOrNull(index - 1)?.isHighSurrogate() != true
        else -> character.isISOControl() || character in LINE_ENDS || character in TURNING
    }
}

private const val LINE_ENDS = "\u2028\u2029"

/** Characters that change the direction of the text after them. */
private const val TURNING =
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
