package io.github.phoenixkt

import io.github.phoenixkt.host.ClassPath
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.settings.ApiKey
import io.github.phoenixkt.settings.EnvironmentResolver
import io.github.phoenixkt.settings.Found
import io.github.phoenixkt.settings.Source
import io.github.phoenixkt.transport.PROXY_PASSWORD
import io.ktor.client.engine.HttpClientEngine
import java.net.Proxy
import java.net.URI
import java.util.Base64
import java.util.function.Supplier
import javax.net.ssl.SSLContext

/**
 * Everything a client needs to know: where Phoenix is, with which credentials, and how patiently to
 * talk to it. Immutable and safe to share between clients.
 *
 * What the caller does not set comes from JVM system properties, the process environment or a
 * `.env.phoenix` file; see [PhoenixEnvironment] for the names. It is resolved once, when the
 * settings are built.
 *
 * ```kotlin
 * val settings = phoenixSettings {
 *     endpoint = "https://phoenix.example.com/s/team"
 *     apiKey { vault.currentKey() }
 *     retry { maxAttempts = 6 }
 * }
 * ```
 * ```java
 * var settings = PhoenixSettings.builder()
 *     .endpoint("https://phoenix.example.com/s/team")
 *     .apiKey(() -> vault.currentKey())
 *     .retry(RetrySettings.builder().maxAttempts(6).build())
 *     .build();
 * ```
 */
public class PhoenixSettings private constructor(builder: Builder, resolver: EnvironmentResolver) {
    private val foundEndpoint = resolver.endpoint(builder.endpoint)
    private val foundProject = resolver.project(builder.project)
    private val credentials =
        resolver.credentials(builder.explicitKey(), builder.headers, foundEndpoint)

    /**
     * Base URL with scheme and path, without a slash at its end: `https://host/s/space`. Default
     * `http://localhost:6006`.
     */
    public val endpoint: String = foundEndpoint.value

    /**
     * Whether an endpoint was set, or found in the environment; otherwise [endpoint] is the
     * default.
     */
    public val endpointGiven: Boolean = !foundEndpoint.isDefault

    /** Project for calls that name none. Default `default`. */
    public val project: String = foundProject.value

    /** When and how long to retry. */
    public val retry: RetrySettings = builder.retry

    /** Time limits of one exchange. */
    public val timeouts: TimeoutSettings = builder.timeouts

    /**
     * The caller's engine, which no client closes; null when each client makes and closes its own,
     * which speaks HTTP/1.1. Ktor's engines are artifacts of their own, as `ktor-client-cio-jvm`:
     * take the version of `ktor-client-core`.
     */
    public val engine: HttpClientEngine? = builder.engine

    /**
     * HTTP proxy of the client's own engine; [Proxy.NO_PROXY] for none, whatever the JVM's system
     * properties say; null for what they say.
     */
    public val proxy: Proxy? = builder.proxy

    private val proxyCredentials: Pair<String, String>? = builder.proxyCredentials

    /** The header that proves to a proxy who we are. */
    internal val proxyAuthorization: String? = proxyCredentials?.let { (user, password) ->
        "Basic " + Base64.getEncoder().encodeToString("$user:$password".encodeToByteArray())
    }

    /** What must appear in no message, by name. */
    internal val proxySecrets: Map<String, String> =
        if (proxyCredentials == null) emptyMap()
        else
            mapOf(
                "proxy-authorization" to proxyAuthorization.orEmpty(),
                PROXY_PASSWORD to proxyCredentials.second,
            )

    /** TLS trust and keys of the client's own engine; null for the JVM's default. */
    public val sslContext: SSLContext? = builder.sslContext

    /**
     * How many requests may be under way at once; further calls wait for one to end, within their
     * [RetrySettings.totalTimeout]. All views of a client count together. Default 64.
     */
    public val maxConcurrentCalls: Int = builder.maxConcurrentCalls

    /**
     * How many bytes of an answer are read; a longer one is a [PhoenixException.UnexpectedResponse]
     * that is [tooLarge][PhoenixException.UnexpectedResponse.tooLarge]. Default 64 MiB, or an
     * eighth of the JVM's heap where that is less.
     */
    public val replyLimit: Int = builder.replyLimit

    /** Told what the client does; null for nobody. */
    public val listener: PhoenixListener? = builder.listener

    /** Time, chance and ids. */
    public val runtime: PhoenixRuntime = builder.runtime

    init {
        require(maxConcurrentCalls >= 1) {
            "maxConcurrentCalls is $maxConcurrentCalls: at least one request must be allowed"
        }
        require(replyLimit >= SMALLEST_REPLY_LIMIT) {
            "replyLimit is $replyLimit bytes: use $SMALLEST_REPLY_LIMIT or more"
        }
        require(proxy?.type() != Proxy.Type.SOCKS) {
            "proxy is a SOCKS proxy, which the client's own engine does not know: " +
                "use an HTTP proxy, or pass an engine that knows SOCKS"
        }
        require(
            engine == null || (proxy == null && sslContext == null && proxyCredentials == null)
        ) {
            "proxy, proxyCredentials and sslContext are for the client's own engine: set them on the engine you pass in instead"
        }
        require(proxyCredentials?.first?.contains(':') != true) {
            "the user of proxyCredentials has a colon, which cannot be sent"
        }
    }

    /**
     * `Authorization` and the extra headers. Asked for every request, because a supplier may give a
     * new key. The headers of one call, [ofCall], win over everything else.
     *
     * @throws IllegalArgumentException when the supplier gives a key, or the call a header, that
     *   cannot be sent
     */
    @InternalPhoenixApi
    public fun requestHeaders(ofCall: Map<String, String> = emptyMap()): Map<String, String> =
        credentials.requestHeaders(ofCall)

    /**
     * Which source won for endpoint, credentials and project, one line each, with secrets masked:
     * for a support case.
     */
    public fun describe(): String =
        """
        |endpoint: $endpoint (from ${foundEndpoint.source})
        |credentials: ${credentials.describe()}
        |project: $project (from ${foundProject.source})
        """
            .trimMargin()

    override fun toString(): String =
        "PhoenixSettings(endpoint=$endpoint, project=$project, credentials=${credentials.describe()}, " +
            "retry=$retry, timeouts=$timeouts)"

    /** Collects settings; everything is resolved and checked by [build]. Not thread-safe. */
    // One function per setting, so that Java can chain them; each default stands beside its name.
    @Suppress("TooManyFunctions", "MagicNumber")
    public class Builder internal constructor() {
        init {
            // Every client begins here.
            ClassPath.check()
        }

        private var apiKeySupplier: Supplier<String?>? = null
        internal var proxyCredentials: Pair<String, String>? = null
            private set

        /**
         * Base URL of Phoenix, with the path it is served under. Without a scheme, `https` is taken
         * for a dotted host name without a port and for port 443, else `http`. Null or blank:
         * looked up.
         */
        @get:JvmSynthetic @set:JvmSynthetic public var endpoint: String? = null

        /**
         * Key sent as `Authorization: Bearer …`, in place of any such header. Null or blank: looked
         * up.
         */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var apiKey: String? = null
            set(value) {
                field = value
                apiKeySupplier = null
            }

        /**
         * Extra headers of every request. Headers that are looked up are added unless named here.
         */
        @get:JvmSynthetic @set:JvmSynthetic public var headers: Map<String, String> = emptyMap()

        /** Project for calls that name none. Null or blank: looked up. */
        @get:JvmSynthetic @set:JvmSynthetic public var project: String? = null

        /** See [PhoenixSettings.retry]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var retry: RetrySettings = RetrySettings.builder().build()

        /** See [PhoenixSettings.timeouts]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var timeouts: TimeoutSettings = TimeoutSettings.builder().build()

        /** See [PhoenixSettings.engine]. Not with [proxy], [proxyCredentials] or [sslContext]. */
        @get:JvmSynthetic @set:JvmSynthetic public var engine: HttpClientEngine? = null

        /** See [PhoenixSettings.proxy]. */
        @get:JvmSynthetic @set:JvmSynthetic public var proxy: Proxy? = null

        /** See [PhoenixSettings.sslContext]. */
        @get:JvmSynthetic @set:JvmSynthetic public var sslContext: SSLContext? = null

        /** See [PhoenixSettings.maxConcurrentCalls]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxConcurrentCalls: Int = 64

        /** See [PhoenixSettings.replyLimit]. */
        @get:JvmSynthetic @set:JvmSynthetic public var replyLimit: Int = defaultReplyLimit()

        /** See [PhoenixListener]. */
        @get:JvmSynthetic @set:JvmSynthetic public var listener: PhoenixListener? = null

        /** See [PhoenixSettings.runtime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var runtime: PhoenixRuntime = PhoenixRuntime()

        /**
         * Where everything is looked up that is not set here. Default: [PhoenixEnvironment.system].
         */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var environment: PhoenixEnvironment = PhoenixEnvironment.system()

        /** Sets the base URL of Phoenix; null or blank: looked up. */
        public fun endpoint(endpoint: String?): Builder = apply { this.endpoint = endpoint }

        /** Sets the base URL, see [PhoenixSettings.endpoint]. */
        public fun endpoint(endpoint: URI): Builder = endpoint(endpoint.toString())

        /** Sets the API key; null or blank: looked up. */
        public fun apiKey(apiKey: String?): Builder = apply { this.apiKey = apiKey }

        /**
         * Sets where to get the API key; asked for every request, from any thread, so it must be
         * quick. No key is looked up then. While it gives null or blank, requests carry the
         * `Authorization` of the headers, or none.
         */
        public fun apiKey(supplier: Supplier<String?>): Builder = apply {
            apiKey = null
            apiKeySupplier = supplier
        }

        /** Adds one extra header. */
        public fun header(name: String, value: String): Builder = apply {
            headers = headers + (name to value)
        }

        /** Replaces all extra headers. */
        public fun headers(headers: Map<String, String>): Builder = apply { this.headers = headers }

        /** Sets the project; null or blank: looked up. */
        public fun project(project: String?): Builder = apply { this.project = project }

        /** Sets how to retry. */
        public fun retry(retry: RetrySettings): Builder = apply { this.retry = retry }

        /** Changes how to retry: `retry { maxAttempts = 6 }`. */
        @JvmSynthetic
        public fun retry(configure: RetrySettings.Builder.() -> Unit): Builder =
            retry(retry.toBuilder().apply(configure).build())

        /** Sets the time limits of one exchange. */
        public fun timeouts(timeouts: TimeoutSettings): Builder = apply { this.timeouts = timeouts }

        /** Changes the time limits: `timeouts { request = Duration.ofSeconds(20) }`. */
        @JvmSynthetic
        public fun timeouts(configure: TimeoutSettings.Builder.() -> Unit): Builder =
            timeouts(timeouts.toBuilder().apply(configure).build())

        /** Sets the HTTP engine; it stays the caller's to close. */
        public fun engine(engine: HttpClientEngine?): Builder = apply { this.engine = engine }

        /** Sets the proxy of the client's own engine, see [PhoenixSettings.proxy]. */
        public fun proxy(proxy: Proxy?): Builder = apply { this.proxy = proxy }

        /**
         * Sets the user and password that the proxy asks for, sent to it alone and with every
         * request (Basic), in front of `http://` and `https://` endpoints alike.
         */
        public fun proxyCredentials(user: String, password: String): Builder = apply {
            proxyCredentials = user to password
        }

        /** Sets TLS trust and keys of the client's own engine. */
        public fun sslContext(sslContext: SSLContext?): Builder = apply {
            this.sslContext = sslContext
        }

        /** Sets how many requests may be under way, see [PhoenixSettings.maxConcurrentCalls]. */
        public fun maxConcurrentCalls(maxConcurrentCalls: Int): Builder = apply {
            this.maxConcurrentCalls = maxConcurrentCalls
        }

        /** Sets how many bytes of an answer are read, see [PhoenixSettings.replyLimit]. */
        public fun replyLimit(replyLimit: Int): Builder = apply { this.replyLimit = replyLimit }

        /** Sets who is told what the client does, or nobody; see [PhoenixListener]. */
        public fun listener(listener: PhoenixListener?): Builder = apply {
            this.listener = listener
        }

        /** Sets time, chance and ids. */
        public fun runtime(runtime: PhoenixRuntime): Builder = apply { this.runtime = runtime }

        /** Sets where everything is looked up that is not set here. */
        public fun environment(environment: PhoenixEnvironment): Builder = apply {
            this.environment = environment
        }

        /**
         * Looks up what is missing and checks everything.
         *
         * @throws IllegalArgumentException when a setting is unusable: which one, where it came
         *   from, and what to do
         */
        public fun build(): PhoenixSettings =
            PhoenixSettings(this, EnvironmentResolver(environment))

        internal fun explicitKey(): ApiKey? =
            apiKeySupplier?.let { ApiKey.supplied("the apiKey supplier", it) }
                ?: apiKey
                    ?.takeIf { it.isNotBlank() }
                    ?.let { ApiKey.known(Found(it, Source("the apiKey setting"))) }
    }

    public companion object {
        private const val SMALLEST_REPLY_LIMIT = 64 * 1024
        private const val LARGEST_DEFAULT_REPLY_LIMIT = 64L * 1024 * 1024
        private const val PART_OF_HEAP = 8

        // What is read out of an answer takes several times its size.
        private fun defaultReplyLimit(): Int =
            (Runtime.getRuntime().maxMemory() / PART_OF_HEAP)
                .coerceIn(SMALLEST_REPLY_LIMIT.toLong(), LARGEST_DEFAULT_REPLY_LIMIT)
                .toInt()

        /** Settings that all come from the environment of this process. */
        @JvmStatic public fun fromEnvironment(): PhoenixSettings = builder().build()

        /** An empty builder. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds settings: `phoenixSettings { endpoint = "http://localhost:6006" }`. */
public fun phoenixSettings(configure: PhoenixSettings.Builder.() -> Unit): PhoenixSettings =
    PhoenixSettings.builder().apply(configure).build()
