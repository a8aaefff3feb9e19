package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixException

/**
 * Runs [read], which collects a flow for a caller that gets all items or none. The caller has no
 * items from before a failure, and no parameter for a cursor, so an error has no `readProgress`.
 */
@InternalPhoenixApi
public suspend fun <T> allOrNothing(read: suspend () -> T): T =
    try {
        read()
    } catch (e: PhoenixException) {
        e.readProgress = null
        throw e
    }
