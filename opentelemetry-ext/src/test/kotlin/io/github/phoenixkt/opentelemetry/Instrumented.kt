package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.plugins.HttpSend
import io.ktor.client.plugins.plugin
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.get
import io.ktor.utils.io.InternalAPI
import io.opentelemetry.api.trace.Tracer
import io.opentelemetry.context.Context
import java.lang.reflect.Method
import java.util.concurrent.atomic.AtomicInteger

/**
 * Starts a span around each request, in the coroutine of the engine.
 *
 * @param obedient whether it asks first, as instrumentations do
 */
@OptIn(InternalAPI::class)
class InstrumentedEngine(
    private val engine: HttpClientEngine,
    private val tracer: Tracer,
    private val obedient: Boolean = true,
) : HttpClientEngine by engine {
    private val count = AtomicInteger()

    val requests: Int
        get() = count.get()

    override suspend fun execute(data: HttpRequestData): HttpResponseData {
        count.incrementAndGet()
        val span = if (obedient) tracer.spanUnlessSuppressed("engine") else tracer.started("engine")
        try {
            return engine.execute(data)
        } finally {
            span?.end()
        }
    }

    override fun install(client: HttpClient) = super.install(client)
}

/** Starts a span around each request, in the coroutine of the caller. */
fun instrument(http: HttpClient, tracer: Tracer): AtomicInteger {
    val requests = AtomicInteger()
    http.plugin(HttpSend).intercept { request ->
        requests.incrementAndGet()
        val span = tracer.spanUnlessSuppressed("client")
        try {
            execute(request)
        } finally {
            span?.end()
        }
    }
    return requests
}

suspend fun get(http: HttpClient, url: String) = http.get(url)

/** An agent gets there, too. */
fun httpOf(client: PhoenixClient): HttpClient {
    val connection = client.field("connection")
    return connection.field("engine").field("http") as HttpClient
}

private fun Any.field(name: String): Any =
    checkNotNull(javaClass.getDeclaredField(name).apply { isAccessible = true }.get(this))

private fun Tracer.started(name: String) = spanBuilder(name).startSpan()

private fun Tracer.spanUnlessSuppressed(name: String) =
    if (shouldSuppress.invoke(null, Context.current()) == true) null else started(name)

/** OpenTelemetry moved it between the oldest and the newest release that this runs with. */
private val shouldSuppress: Method by lazy {
    listOf("impl", "internal")
        .firstNotNullOf { name ->
            runCatching { Class.forName("io.opentelemetry.api.$name.InstrumentationUtil") }
                .getOrNull()
        }
        .getMethod("shouldSuppressInstrumentation", Context::class.java)
}
