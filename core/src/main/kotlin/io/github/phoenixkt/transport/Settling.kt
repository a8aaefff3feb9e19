package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.Duration

/**
 * What [create] made. It is not repeated, since a second try would meet what the first one made:
 * where its error leaves the outcome open, [find] looks for the thing, in what is left of the time
 * of the [call] that both belong to.
 */
internal suspend fun <T : Any> createOrSettle(
    call: Transport,
    create: suspend () -> T,
    find: suspend () -> T?,
): T =
    try {
        create()
    } catch (e: PhoenixException) {
        val found =
            try {
                if (e.mayHaveArrived && call.timeLeft > Duration.ZERO) find() else null
            } catch (lookUp: PhoenixException) {
                e.addSuppressed(lookUp)
                null
            }
        found ?: throw e
    }
