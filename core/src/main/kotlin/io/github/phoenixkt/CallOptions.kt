package io.github.phoenixkt

import io.github.phoenixkt.settings.requireDuration
import io.github.phoenixkt.transport.LARGEST_PAGE
import java.time.Duration

/**
 * Options that apply to some calls of a client instead of its settings, see
 * [PhoenixClient.withOptions].
 *
 * @property timeout the time limit of one request, from 1 ms to 24 hours; null for
 *   [TimeoutSettings.request]. A call that is retried makes several requests. If this is longer
 *   than [RetrySettings.totalTimeout], it is the time limit of the call too.
 * @property retry when and how long to retry; null for [PhoenixSettings.retry]
 * @property headers headers to send in addition to those of the settings. A header of the same name
 *   replaces that of the settings.
 * @property pageSize how many items a list reads per request, 1 to 1,000; null for the default of
 *   each list. Smaller pages need less memory. A page that turns out to be too large for the
 *   server, for a proxy or for this client is read again in halves. The `…Page` functions do not
 *   use this: they have a `limit`.
 */
public class CallOptions private constructor(builder: Builder) {
    public val timeout: Duration? = builder.timeout
    public val retry: RetrySettings? = builder.retry
    public val headers: Map<String, String> = builder.headers.toMap()
    public val pageSize: Int? = builder.pageSize

    init {
        timeout?.let { requireDuration("timeout", it, Duration.ofMillis(1)) }
        require(pageSize == null || pageSize in 1..LARGEST_PAGE) {
            "pageSize must be from 1 to $LARGEST_PAGE but is $pageSize."
        }
    }

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.timeout = timeout
            it.retry = retry
            it.headers = headers
            it.pageSize = pageSize
        }

    /** Shows the names of the headers, but not their values. */
    override fun toString(): String =
        "CallOptions(timeout=$timeout, retry=$retry, headers=${headers.keys}, pageSize=$pageSize)"

    /** Builds [CallOptions]. [build] checks the values. Not thread-safe. */
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

        /** Adds one of [CallOptions.headers]. */
        public fun header(name: String, value: String): Builder = apply {
            headers = headers + (name to value)
        }

        /** Sets [CallOptions.headers], replacing those set before. */
        public fun headers(headers: Map<String, String>): Builder = apply { this.headers = headers }

        /** Sets [CallOptions.pageSize]. */
        public fun pageSize(pageSize: Int?): Builder = apply { this.pageSize = pageSize }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if [timeout] is not from 1 ms to 24 hours, or [pageSize]
         *   is not from 1 to 1,000
         */
        public fun build(): CallOptions = CallOptions(this)
    }

    public companion object {
        internal val NONE = Builder().build()

        /** Returns a builder of options that change nothing. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
