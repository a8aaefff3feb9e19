package io.github.phoenixkt

import io.github.phoenixkt.internal.forMessage

private const val LONGEST_CURSOR = 500

/**
 * How far a [kotlinx.coroutines.flow.Flow] of this library had read before it failed, see
 * [PhoenixException.readProgress].
 *
 * @property delivered how many items the flow emitted before it failed
 * @property nextCursor where to continue: pass it as `cursor` to the same function, or to its
 *   `…Page` form, with the same arguments, to read the rest without repeating an item. Null if
 *   reading cannot continue, because the server repeats its own cursors.
 */
public class ReadProgress
internal constructor(public val delivered: Long, public val nextCursor: String?) {
    override fun toString(): String =
        "$delivered items were delivered before" +
            nextCursor
                ?.let { "; continue with the cursor \"${it.forMessage(LONGEST_CURSOR)}\"." }
                .orEmpty()
                .ifEmpty { "." }
}
