package io.github.phoenixkt

import io.github.phoenixkt.transport.LARGEST_PAGE
import java.time.Duration

/**
 * What some calls do differently from the client's settings, see [PhoenixClient.withOptions].
 *
 * @property timeout how long one request may take, or null for that of the settings
 * @property retry when and how long to retry, or null for that of the settings
 * @property headers sent besides those of the settings; one of the same name replaces it
 * @property pageSize how many items a list asks for at a time, 1 to 1,000, or null for as many as
 *   suit it; less needs less memory. Whatever the size, a page that is too much for the server, a
 *   proxy or this client is asked for again in halves. The `…Page` calls have a limit of their own.
 */
public class CallOptions private constructor(builder: Builder) {
    public val timeout: Duration? = builder.timeout
    public val retry: RetrySettings? = builder.retry
    public val headers: Map<String, String> = builder.headers.toMap()
    public val pageSize: Int? = builder.pageSize

    init {
        require(timeout == null || timeout > Duration.ZERO) {
            "timeout must be positive but is $timeout."
        }
        require(pageSize == null || pageSize in 1..LARGEST_PAGE) {
            "pageSize must be from 1 to $LARGEST_PAGE but is $pageSize."
        }
    }

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.timeout = timeout
            it.retry = retry
            it.headers = headers
            it.pageSize = pageSize
        }

    /** Shows the names of headers, never their values. */
    override fun toString(): String =
        "CallOptions(timeout=$timeout, retry=$retry, headers=${headers.keys}, pageSize=$pageSize)"

    /** Collects the values of [CallOptions]; they are checked by [build]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [CallOptions.timeout]. */
        @get:JvmSynthetic @set:JvmSynthetic public var timeout: Duration? = null

        /** See [CallOptions.retry]. */
        @get:JvmSynthetic @set:JvmSynthetic public var retry: RetrySettings? = null

        /** See [CallOptions.headers]. */
        @get:JvmSynthetic @set:JvmSynthetic public var headers: Map<String, String> = emptyMap()

        /** See [CallOptions.pageSize]. */
        @get:JvmSynthetic @set:JvmSynthetic public var pageSize: Int? = null

        /** Sets [CallOptions.timeout]. */
        public fun timeout(timeout: Duration?): Builder = apply { this.timeout = timeout }

        /** Sets [CallOptions.retry]. */
        public fun retry(retry: RetrySettings?): Builder = apply { this.retry = retry }

        /** Adds one header. */
        public fun header(name: String, value: String): Builder = apply {
            headers = headers + (name to value)
        }

        /** Replaces all headers of these options. */
        public fun headers(headers: Map<String, String>): Builder = apply { this.headers = headers }

        /** Sets [CallOptions.pageSize]. */
        public fun pageSize(pageSize: Int?): Builder = apply { this.pageSize = pageSize }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if the timeout is not positive, or the page size is out
         *   of range
         */
        public fun build(): CallOptions = CallOptions(this)
    }

    public companion object {
        internal val NONE = Builder().build()

        /** A builder that changes nothing. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
