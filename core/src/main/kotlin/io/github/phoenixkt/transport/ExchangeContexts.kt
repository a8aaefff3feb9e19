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
 * What another module has the client's own exchanges run in; found as a service. The tracing module
 * keeps them out of what it traces with it, and core need not know what tracing is.
 */
@InternalPhoenixApi
public interface ExchangeContextProvider {
    /** Of the coroutine that sends a request, and of those of the engine. */
    public val context: CoroutineContext
}

/** Of all providers there are; a JVM does not get more of them. */
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

/** Requests that are traced are better than none. */
private fun withoutProviders(e: Error): CoroutineContext {
    logger.warn("Requests to Phoenix may show up in traces: what keeps them out fails ($e).")
    return EmptyCoroutineContext
}

/**
 * The engine, with its coroutines in [context] too: an engine that makes spans, or is made to by an
 * instrumentation, does so there and not in the coroutine of the caller.
 */
internal fun HttpClientEngine.within(context: CoroutineContext): HttpClientEngine =
    if (context == EmptyCoroutineContext) this else EngineWithin(this, context)

@OptIn(InternalAPI::class)
private class EngineWithin(engine: HttpClientEngine, context: CoroutineContext) :
    HttpClientEngine by engine {
    override val coroutineContext: CoroutineContext = engine.coroutineContext + context

    // The delegate's own would send its requests past this class.
    override fun install(client: HttpClient) = super.install(client)
}
