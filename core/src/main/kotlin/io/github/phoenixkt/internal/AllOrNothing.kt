package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixException

/**
 * Runs [read], which collects a flow for a caller who is given all that was asked for or nothing:
 * for him nothing was delivered before a failure, and he has nowhere to pass a cursor to.
 */
@InternalPhoenixApi
public suspend fun <T> allOrNothing(read: suspend () -> T): T =
    try {
        read()
    } catch (e: PhoenixException) {
        e.readProgress = null
        throw e
    }
