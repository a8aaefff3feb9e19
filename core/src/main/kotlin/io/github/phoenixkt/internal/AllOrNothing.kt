package io.github.phoenixkt.internal

import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.withContext

/**
 * Runs [read], which collects a flow for a caller who gets all items or none. The caller has seen
 * nothing before a failure and has nowhere to pass a cursor to, so a failure has no read progress.
 */
@InternalPhoenixApi
public suspend fun <T> allOrNothing(read: suspend () -> T): T =
    withContext(AllOrNothing()) { read() }

/** In its context, a flow that fails does not say how far it came. */
internal class AllOrNothing : AbstractCoroutineContextElement(AllOrNothing) {
    companion object : CoroutineContext.Key<AllOrNothing>
}
