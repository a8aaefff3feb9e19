package io.github.phoenixkt.transport

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.utils.io.InternalAPI
import java.util.ServiceConfigurationError
import java.util.ServiceLoader
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.transport")

/**
 * A coroutine context for the client's own requests, found as a service. The tracing module uses it
 * to keep them out of traces, without core knowing about tracing.
 *
 * @suppress
 */
@InternalPhoenixApi
public interface ExchangeContextProvider {
    /** For the coroutine that sends a request, and for those of the engine. */
    public val context: CoroutineContext
}

/** The contexts of all providers. They are looked up once per JVM. */
internal val exchangeContext: CoroutineContext by lazy {
    exchangeContext(ExchangeContextProvider::class.java.classLoader)
}

internal fun exchangeContext(classLoader: ClassLoader?): CoroutineContext =
    try {
        ServiceLoader.load(ExchangeContextProvider::class.java, classLoader).fold(
            EmptyCoroutineContext as CoroutineContext
        ) { all, provider ->
            all + provider.context
        }
    } catch (e: ServiceConfigurationError) {
        withoutProviders(e)
    } catch (e: LinkageError) {
        withoutProviders(e)
    }

/** A traced request is better than none. */
private fun withoutProviders(e: Error): CoroutineContext {
    logger.warn("Requests to Phoenix may show up in traces: what keeps them out fails ($e).")
    return EmptyCoroutineContext
}

/**
 * The engine with its coroutines in [context]: engines and their instrumentations create spans
 * there, not in the coroutine of the caller.
 */
internal fun HttpClientEngine.within(context: CoroutineContext): HttpClientEngine =
    if (context == EmptyCoroutineContext) this else EngineWithin(this, context)

@OptIn(InternalAPI::class)
private class EngineWithin(engine: HttpClientEngine, context: CoroutineContext) :
    HttpClientEngine by engine {
    override val coroutineContext: CoroutineContext = engine.coroutineContext + context

    // The delegate's own install would bypass this class.
    override fun install(client: HttpClient) = super.install(client)
}
