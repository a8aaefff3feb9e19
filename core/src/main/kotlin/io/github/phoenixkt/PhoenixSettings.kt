package io.github.phoenixkt

import io.github.phoenixkt.host.ClassPath
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.settings.ApiKey
import io.github.phoenixkt.settings.EnvironmentResolver
import io.github.phoenixkt.settings.Found
import io.github.phoenixkt.settings.ProxyCredentials
import io.github.phoenixkt.settings.Source
import io.ktor.client.engine.HttpClientEngine
import java.net.Proxy
import java.net.URI
import java.util.function.Supplier
import javax.net.ssl.SSLContext

/**
 * The settings of a client: where Phoenix is, the credentials, retries and time limits. Immutable,
 * and safe to share between clients.
 *
 * What you do not set is looked up in JVM system properties, environment variables and a
 * `.env.phoenix` file, see [PhoenixEnvironment]. The look-up happens once, when the settings are
 * built.
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
     * The base URL of Phoenix with scheme and path, without a slash at the end, for example
     * `https://host/s/space`. Default: `http://localhost:6006`.
     */
    public val endpoint: String = foundEndpoint.value

    /** Whether [endpoint] was set or found in the environment. False if it is the default. */
    public val endpointGiven: Boolean = !foundEndpoint.isDefault

    /** The project of calls that do not name one. Default: `default`. */
    public val project: String = foundProject.value

    /** How often and for how long failed requests are repeated. */
    public val retry: RetrySettings = builder.retry

    /** The time limits of one request. */
    public val timeouts: TimeoutSettings = builder.timeouts

    /**
     * Your own Ktor engine, which clients use but never close. Null if each client creates and
     * closes its own engine, which speaks HTTP/1.1. Ktor's engines are separate artifacts, such as
     * `ktor-client-cio-jvm`: use the version of `ktor-client-core`.
     */
    public val engine: HttpClientEngine? = builder.engine

    /**
     * The HTTP proxy of the client's own engine. Null for the proxy of the JVM's system properties;
     * [Proxy.NO_PROXY] for none, whatever they say.
     */
    public val proxy: Proxy? = builder.proxy

    internal val proxyCredentials: ProxyCredentials? =
        builder.proxyCredentials?.let { (user, password) -> ProxyCredentials(user, password) }

    /** The TLS trust and keys of the client's own engine. Null for the JVM's default. */
    public val sslContext: SSLContext? = builder.sslContext

    /**
     * The most requests that a client and its views may have in flight together, at least 1.
     * Further calls wait for one to end, within their [RetrySettings.totalTimeout]. Default: 64.
     */
    public val maxConcurrentCalls: Int = builder.maxConcurrentCalls

    /**
     * The largest response in bytes, at least 64 KiB. A larger response is a
     * [PhoenixException.UnexpectedResponse] that is
     * [tooLarge][PhoenixException.UnexpectedResponse.tooLarge]. Default: 64 MiB, or an eighth of
     * the JVM's heap if that is less.
     */
    public val replyLimit: Int = builder.replyLimit

    /** Receives events of the client; null for none. */
    public val listener: PhoenixListener? = builder.listener

    /** The clock, randomness, ids and sleep of the client. Tests replace them. */
    public val runtime: PhoenixRuntime = builder.runtime

    init {
        require(maxConcurrentCalls >= 1) {
            "maxConcurrentCalls is $maxConcurrentCalls: use 1 or more"
        }
        require(replyLimit >= SMALLEST_REPLY_LIMIT) {
            "replyLimit is $replyLimit bytes: use $SMALLEST_REPLY_LIMIT or more"
        }
        require(proxy?.type() != Proxy.Type.SOCKS) {
            "proxy is a SOCKS proxy, which the client's own engine does not support: " +
                "use an HTTP proxy, or pass an engine that supports SOCKS"
        }
        require(
            engine == null || (proxy == null && sslContext == null && proxyCredentials == null)
        ) {
            "proxy, proxyCredentials and sslContext apply to the client's own engine: set them on the engine that you pass instead"
        }
    }

    /**
     * Returns `Authorization` and the extra headers of one request. Called for every request,
     * because a supplier may return a new key. The headers of the call, [ofCall], replace others of
     * the same name.
     *
     * @throws IllegalArgumentException if the supplier's key or a header of the call cannot be sent
     * @suppress
     */
    @InternalPhoenixApi
    public fun requestHeaders(ofCall: Map<String, String> = emptyMap()): Map<String, String> =
        credentials.requestHeaders(ofCall)

    /**
     * Whether there are credentials for a proxy.
     *
     * @suppress
     */
    @InternalPhoenixApi public fun hasProxyCredentials(): Boolean = proxyCredentials != null

    /**
     * Describes where the endpoint, the credentials and the project come from, one line each, with
     * secrets masked. Useful in a support case.
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

    /**
     * Builds [PhoenixSettings]. [build] looks up what is not set and checks all values. Not
     * thread-safe.
     */
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
         * The base URL of Phoenix, with the path it is served under. Null or blank: looked up.
         *
         * Without a scheme, `https` is assumed for port 443 and for a host name with a dot and no
         * port, and `http` for everything else.
         */
        @get:JvmSynthetic @set:JvmSynthetic public var endpoint: String? = null

        /**
         * The API key, sent as `Authorization: Bearer …` instead of any other `Authorization`
         * header. Null or blank: looked up.
         */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var apiKey: String? = null
            set(value) {
                field = value
                apiKeySupplier = null
            }

        /**
         * Extra headers of every request. A header that is looked up is added unless there is one
         * of the same name here.
         */
        @get:JvmSynthetic @set:JvmSynthetic public var headers: Map<String, String> = emptyMap()

        /** The project of calls that do not name one. Null or blank: looked up. */
        @get:JvmSynthetic @set:JvmSynthetic public var project: String? = null

        /** See [PhoenixSettings.retry]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var retry: RetrySettings = RetrySettings.builder().build()

        /** See [PhoenixSettings.timeouts]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var timeouts: TimeoutSettings = TimeoutSettings.builder().build()

        /**
         * See [PhoenixSettings.engine]. Cannot be combined with [proxy], [proxyCredentials] or
         * [sslContext].
         */
        @get:JvmSynthetic @set:JvmSynthetic public var engine: HttpClientEngine? = null

        /** See [PhoenixSettings.proxy]. */
        @get:JvmSynthetic @set:JvmSynthetic public var proxy: Proxy? = null

        /** See [PhoenixSettings.sslContext]. */
        @get:JvmSynthetic @set:JvmSynthetic public var sslContext: SSLContext? = null

        /** See [PhoenixSettings.maxConcurrentCalls]. */
        @get:JvmSynthetic @set:JvmSynthetic public var maxConcurrentCalls: Int = 64

        /** See [PhoenixSettings.replyLimit]. */
        @get:JvmSynthetic @set:JvmSynthetic public var replyLimit: Int = defaultReplyLimit()

        /** See [PhoenixSettings.listener]. */
        @get:JvmSynthetic @set:JvmSynthetic public var listener: PhoenixListener? = null

        /** See [PhoenixSettings.runtime]. */
        @get:JvmSynthetic @set:JvmSynthetic public var runtime: PhoenixRuntime = PhoenixRuntime()

        /** Where settings are looked up. Default: [PhoenixEnvironment.system]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var environment: PhoenixEnvironment = PhoenixEnvironment.system()

        /** Sets the base URL of Phoenix. Null or blank: looked up. */
        public fun endpoint(endpoint: String?): Builder = apply { this.endpoint = endpoint }

        /** Sets the base URL of Phoenix. */
        public fun endpoint(endpoint: URI): Builder = endpoint(endpoint.toString())

        /** Sets the API key. Null or blank: looked up. */
        public fun apiKey(apiKey: String?): Builder = apply { this.apiKey = apiKey }

        /**
         * Sets a supplier of the API key. The client calls it for every request, on any thread, so
         * it must be quick and thread-safe. No key is looked up. While the supplier returns null or
         * a blank text, requests have the `Authorization` of the headers, if there is one.
         */
        public fun apiKey(supplier: Supplier<String?>): Builder = apply {
            apiKey = null
            apiKeySupplier = supplier
        }

        /** Adds an extra header. */
        public fun header(name: String, value: String): Builder = apply {
            headers = headers + (name to value)
        }

        /** Sets the extra headers, replacing those set before. */
        public fun headers(headers: Map<String, String>): Builder = apply { this.headers = headers }

        /** Sets the project of calls that do not name one. Null or blank: looked up. */
        public fun project(project: String?): Builder = apply { this.project = project }

        /** Sets [PhoenixSettings.retry]. */
        public fun retry(retry: RetrySettings): Builder = apply { this.retry = retry }

        /**
         * Changes some of the retry settings: `retry { maxAttempts = 6 }`.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        @JvmSynthetic
        public fun retry(configure: RetrySettings.Builder.() -> Unit): Builder =
            retry(retry.toBuilder().apply(configure).build())

        /** Sets [PhoenixSettings.timeouts]. */
        public fun timeouts(timeouts: TimeoutSettings): Builder = apply { this.timeouts = timeouts }

        /**
         * Changes some of the time limits: `timeouts { request = Duration.ofSeconds(20) }`.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        @JvmSynthetic
        public fun timeouts(configure: TimeoutSettings.Builder.() -> Unit): Builder =
            timeouts(timeouts.toBuilder().apply(configure).build())

        /** Sets [PhoenixSettings.engine]. You close the engine yourself, after the clients. */
        public fun engine(engine: HttpClientEngine?): Builder = apply { this.engine = engine }

        /** Sets [PhoenixSettings.proxy]. */
        public fun proxy(proxy: Proxy?): Builder = apply { this.proxy = proxy }

        /**
         * Sets the user and the password for the proxy. They are sent with every request (Basic
         * authentication), to the proxy only, for `http://` and `https://` endpoints. The user must
         * not contain a colon.
         */
        public fun proxyCredentials(user: String, password: String): Builder = apply {
            proxyCredentials = user to password
        }

        /** Sets [PhoenixSettings.sslContext]. */
        public fun sslContext(sslContext: SSLContext?): Builder = apply {
            this.sslContext = sslContext
        }

        /** Sets [PhoenixSettings.maxConcurrentCalls]. */
        public fun maxConcurrentCalls(maxConcurrentCalls: Int): Builder = apply {
            this.maxConcurrentCalls = maxConcurrentCalls
        }

        /** Sets [PhoenixSettings.replyLimit]. */
        public fun replyLimit(replyLimit: Int): Builder = apply { this.replyLimit = replyLimit }

        /** Sets [PhoenixSettings.listener]. */
        public fun listener(listener: PhoenixListener?): Builder = apply {
            this.listener = listener
        }

        /** Sets [PhoenixSettings.runtime]. */
        public fun runtime(runtime: PhoenixRuntime): Builder = apply { this.runtime = runtime }

        /** Sets where settings are looked up. */
        public fun environment(environment: PhoenixEnvironment): Builder = apply {
            this.environment = environment
        }

        /**
         * Looks up what is not set, checks all values and returns the settings.
         *
         * @throws IllegalArgumentException if a setting cannot be used. The message says which one,
         *   where it comes from and what to do.
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

        // The objects read from a response take several times its size.
        private fun defaultReplyLimit(): Int =
            (Runtime.getRuntime().maxMemory() / PART_OF_HEAP)
                .coerceIn(SMALLEST_REPLY_LIMIT.toLong(), LARGEST_DEFAULT_REPLY_LIMIT)
                .toInt()

        /**
         * Returns settings that come from the environment of this process alone.
         *
         * @throws IllegalArgumentException if a setting cannot be used
         */
        @JvmStatic public fun fromEnvironment(): PhoenixSettings = builder().build()

        /** Returns a builder without values. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/**
 * Builds settings: `phoenixSettings { endpoint = "http://localhost:6006" }`.
 *
 * @throws IllegalArgumentException if a setting cannot be used
 */
public fun phoenixSettings(configure: PhoenixSettings.Builder.() -> Unit): PhoenixSettings =
    PhoenixSettings.builder().apply(configure).build()
