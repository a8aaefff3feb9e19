package io.github.phoenixkt.internal

/** White space in a wide sense: Unicode white space, the no-break space and NEL. */
private fun Char.isBlankCharacter(): Boolean =
    this !in '!'..'~' && (isWhitespace() || this == '\u0085' || this == '\u00A0')

/** The trimmed text; null if it is null, empty or blank. This defines what absent text is. */
@InternalPhoenixApi
@JvmSynthetic
public fun String?.presentOrNull(): String? =
    when {
        isNullOrEmpty() -> null
        // Nearly every text: nothing is to be trimmed.
        !first().isBlankCharacter() && !last().isBlankCharacter() -> this
        else -> trim { it.isBlankCharacter() }.takeIf { it.isNotEmpty() }
    }

/**
 * The position of the first character that Phoenix's databases cannot store (NUL, an unpaired
 * surrogate), or -1.
 */
internal fun String.indexOfUnstorable(): Int {
    var index = 0
    while (index < length) {
        val character = this[index]
        when {
            // Nearly every character.
            character in '\u0001'..<Char.MIN_SURROGATE -> {}
            character == '\u0000' -> return index
            character.isLowSurrogate() -> return index
            character.isHighSurrogate() -> {
                if (index + 1 >= length || !this[index + 1].isLowSurrogate()) return index
                index++
            }
        }
        index++
    }
    return -1
}

/** Refuses [text] if Phoenix cannot store it; [what] names it in the message. */
internal fun requireStorable(what: String, text: String?) {
    require(text == null || text.indexOfUnstorable() < 0) {
        "$what \"${text.orEmpty().forMessage()}\" $UNSTORABLE."
    }
}

/** The trimmed [text]. Refuses it if it is blank or Phoenix cannot store it. */
internal fun requirePresent(what: String, text: String?): String {
    // A collection from Java can contain null.
    requireStorable(what, text.orEmpty())
    return requireNotNull(text.presentOrNull()) { "$what is blank." }
}

/** The size of the text in UTF-8, without encoding it. */
internal fun String.utf8Size(): Int = sumOf { character ->
    when {
        character.code < 0x80 -> 1L
        character.code < 0x800 -> 2L
        character.isSurrogate() -> 2L
        else -> 3L
    }
}
    .toInt()
