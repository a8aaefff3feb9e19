@file:JvmName("Messages")

package io.github.phoenixkt.internal

import java.math.BigInteger
import java.util.Locale

/** How much of one id, name or value a message shows. */
private const val LONGEST_TEXT = 80

/** How long a message may be. */
internal const val LONGEST_MESSAGE = 2_000
private const val MOST_LISTED = 10
private const val MOST_BITS_SHOWN = 4_096
private const val DIGITS_PER_BIT = 0.30103

/**
 * A text of the user's, or of the server's, for a message: shortened, and with nothing in it that
 * could start a new line, steer a terminal or turn the text around it.
 */
@InternalPhoenixApi
@JvmOverloads
public fun String.forMessage(limit: Int = LONGEST_TEXT): String {
    if (length <= limit) return escaped(length)
    return escaped(wholeCharacters(limit)) + "… (" + counted(length) + " characters)"
}

/** The first few of these texts, and how many more there are. */
@InternalPhoenixApi
public fun Collection<String>.forMessage(): String {
    val shown = take(MOST_LISTED).joinToString { it.forMessage() }
    return if (size <= MOST_LISTED) shown else "$shown and ${counted(size - MOST_LISTED)} more"
}

/**
 * A value that cannot be taken, for a message. Its class is the user's: it may fail when it is
 * asked for its text.
 */
@InternalPhoenixApi
public fun textOf(value: Any): String =
    if (value is BigInteger && value.bitLength() > MOST_BITS_SHOWN)
        "a number of some ${counted((value.bitLength() * DIGITS_PER_BIT).toInt())} digits"
    else
        try {
            value.toString()
        } catch (@Suppress("TooGenericExceptionCaught") _: RuntimeException) {
            value.javaClass.name
        } catch (_: StackOverflowError) {
            value.javaClass.name
        }

/** A whole message, cut where it is too long; what is in it has gone through [forMessage]. */
@InternalPhoenixApi
@JvmOverloads
public fun String.asMessage(limit: Int = LONGEST_MESSAGE): String =
    if (length <= limit) this else substring(0, wholeCharacters(limit - 1)) + "…"

private fun counted(number: Int) = String.format(Locale.ROOT, "%,d", number)

/** [end], or one less where that would cut a surrogate pair in half. */
private fun String.wholeCharacters(end: Int): Int =
    if (end > 0 && this[end - 1].isHighSurrogate() && this[end].isLowSurrogate()) end - 1 else end

private fun String.escaped(end: Int): String {
    if ((0 until end).none { isUnsafe(it) }) return substring(0, end)
    return buildString {
        for (index in 0 until end) {
            val character = this@escaped[index]
            when {
                !this@escaped.isUnsafe(index) -> append(character)
                character == '\n' -> append("\\n")
                character == '\r' -> append("\\r")
                else -> append(String.format(Locale.ROOT, "\\u%04x", character.code))
            }
        }
    }
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

/** Characters that turn the direction in which the text after them is shown. */
private const val TURNING =
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
