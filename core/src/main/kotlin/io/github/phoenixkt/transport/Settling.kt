package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException

/**
 * What [create] made. It is not repeated, since a second try would meet what the first one made:
 * where its error leaves the outcome open, [find] looks for the thing.
 */
internal suspend fun <T : Any> createOrSettle(create: suspend () -> T, find: suspend () -> T?): T =
    try {
        create()
    } catch (e: PhoenixException) {
        val found =
            try {
                if (e.mayHaveArrived) find() else null
            } catch (lookUp: PhoenixException) {
                e.addSuppressed(lookUp)
                null
            }
        found ?: throw e
    }
