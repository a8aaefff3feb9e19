package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

private const val LONGEST_IDENTIFIER = 300

/**
 * One call that adds a note. It is in the coroutine context of the call, so that a caller who ends
 * the call from outside can learn the identifier of the note.
 *
 * @suppress
 */
@InternalPhoenixApi
public class NoteCall : AbstractCoroutineContextElement(NoteCall) {
    /**
     * The identifier of the note. Null before it is chosen, when nothing has been sent yet, and if
     * the server does not support identifiers of notes.
     */
    @Volatile internal var identifier: String? = null

    /** A sentence about the identifier to append to any error; empty if there is no identifier. */
    public val hint: String
        get() = identifier?.let { " ${noteHint(it)}" }.orEmpty()

    /** Adds the identifier to an [error] of this call. */
    public fun name(error: PhoenixException) {
        error.noteIdentifier = identifier
    }

    @InternalPhoenixApi public companion object : CoroutineContext.Key<NoteCall>
}

internal fun noteHint(identifier: String): String =
    "The identifier of the note is \"${identifier.forMessage(LONGEST_IDENTIFIER)}\". Give it if you send the note again."
