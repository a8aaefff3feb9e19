package io.github.phoenixkt.transport

import io.github.phoenixkt.internal.forMessage

/**
 * The position in a read of several parts, as users see it: `2:` and the server's cursor within the
 * third part.
 */
internal class PartCursor private constructor(val part: Int, val serverCursor: String?) {
    /**
     * The cursor after a page whose next cursor in its part is [serverNext]; null after the last.
     */
    fun next(serverNext: String?, parts: Int): String? =
        when {
            serverNext != null -> "$part:$serverNext"
            part < parts - 1 -> "${part + 1}:"
            else -> null
        }

    companion object {
        fun parse(cursor: String?, parts: Int): PartCursor {
            if (cursor == null) return PartCursor(0, null)
            val number = cursor.substringBefore(':').toIntOrNull()
            require(number != null && number in 0 until parts && ':' in cursor) { foreign(cursor) }
            return PartCursor(number, cursor.substringAfter(':').ifEmpty { null })
        }

        fun foreign(cursor: String): String =
            "The cursor \"${cursor.forMessage()}\" was not returned by this query: pass nextCursor of its last page."
    }
}
