package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.Duration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * Looks up what must be known before something is sent. If [lookUp] fails, the error says that
 * nothing was sent.
 *
 * @param question what is asked, as a clause: `the project is looked up`
 */
internal suspend fun <T> lookUpFirst(question: String, lookUp: suspend () -> T): T =
    try {
        lookUp()
    } catch (e: PhoenixException) {
        throw e.apply { ofLookUp(question) }
    }

/**
 * Returns what [create] made. It is not repeated, since a second try would meet what the first one
 * made. If its error leaves the outcome open, [find] gets it and looks for the thing in the time
 * that is left of the [call], to which both belong.
 */
internal suspend fun <T : Any> createOrLookUp(
    call: Transport,
    create: suspend () -> T,
    find: suspend (PhoenixException) -> T?,
): T =
    try {
        create()
    } catch (e: PhoenixException) {
        val found =
            try {
                if (e.mayHaveArrived && call.timeLeft > Duration.ZERO) find(e) else null
            } catch (@Suppress("TooGenericExceptionCaught") lookUp: Exception) {
                // Also what a supplier of the key throws.
                currentCoroutineContext().ensureActive()
                e.addSuppressed(lookUp)
                null
            }
        found ?: throw e
    }
