package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.transport.ExchangeContextProvider
import kotlin.coroutines.CoroutineContext

/** Core's own exchanges run in [OwnRequests]; it finds this as a service. */
internal class OwnRequestsContext : ExchangeContextProvider {
    override val context: CoroutineContext = CurrentContext(OwnRequests.CONTEXT)
}
