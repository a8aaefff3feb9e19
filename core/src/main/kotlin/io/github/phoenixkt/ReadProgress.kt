package io.github.phoenixkt

import io.github.phoenixkt.internal.forMessage

private const val LONGEST_CURSOR = 500

/**
 * How far a [kotlinx.coroutines.flow.Flow] of this library had come when it failed, see
 * [PhoenixException.readProgress].
 *
 * @property delivered how many items were handed out before; none of them is lost
 * @property nextCursor where it stopped: passed as `cursor` to the same call, or to its `…Page`
 *   form, with the same arguments, the reading goes on without repeating anything. Null where it
 *   cannot go on, because the server's own cursors lead nowhere.
 */
public class ReadProgress
internal constructor(public val delivered: Long, public val nextCursor: String?) {
    override fun toString(): String =
        "$delivered items were delivered before" +
            nextCursor
                ?.let { "; go on with the cursor \"${it.forMessage(LONGEST_CURSOR)}\"." }
                .orEmpty()
                .ifEmpty { "." }
}
