package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException

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
