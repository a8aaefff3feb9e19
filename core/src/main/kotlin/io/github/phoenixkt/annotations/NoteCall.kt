package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

private const val LONGEST_IDENTIFIER = 300

/**
 * One call that adds a note. In the context of the call, it tells the note's identifier to a caller
 * who ends the call from outside.
 */
@InternalPhoenixApi
public class NoteCall : AbstractCoroutineContextElement(NoteCall) {
    /**
     * The identifier that the note has; null before it is chosen, when nothing has been sent, and
     * where the server knows no identifiers of notes.
     */
    @Volatile internal var identifier: String? = null

    /** What to say of the identifier after any error; empty where there is none. */
    public val hint: String
        get() = identifier?.let { " ${noteHint(it)}" }.orEmpty()

    /** Lets an [error] of this call name the identifier. */
    public fun name(error: PhoenixException) {
        error.noteIdentifier = identifier
    }

    @InternalPhoenixApi public companion object : CoroutineContext.Key<NoteCall>
}

internal fun noteHint(identifier: String): String =
    "The note's identifier is \"${identifier.forMessage(LONGEST_IDENTIFIER)}\": give it when you send the note again."
