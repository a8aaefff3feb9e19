package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import java.time.Duration

/**
 * The result of [create]. It is not repeated: a second attempt would conflict with the first. If it
 * fails and may have arrived, [find] looks for what it created, in the time that the [call] has
 * left.
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
