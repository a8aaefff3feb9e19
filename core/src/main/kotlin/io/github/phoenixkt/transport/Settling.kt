package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException

/** Whether the server may have carried out the call all the same. */
internal val PhoenixException.leavesOutcomeOpen: Boolean
    get() =
        when (this) {
            // Who says 503 has not begun.
            is PhoenixException.ServerError -> status != 503
            is PhoenixException.Timeout,
            is PhoenixException.UnexpectedResponse -> true
            is PhoenixException.Unreachable -> mayHaveArrived
            else -> false
        }

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
                if (e.leavesOutcomeOpen) find() else null
            } catch (lookUp: PhoenixException) {
                e.addSuppressed(lookUp)
                null
            }
        found ?: throw e
    }
