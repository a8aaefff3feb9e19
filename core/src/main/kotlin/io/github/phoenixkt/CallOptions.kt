package io.github.phoenixkt

import java.time.Duration

/**
 * What some calls do differently from the client's settings, see [PhoenixClient.withOptions].
 *
 * @property timeout how long one request may take, or null for that of the settings
 * @property headers sent besides those of the settings; one of the same name replaces it
 */
public class CallOptions
private constructor(public val timeout: Duration?, public val headers: Map<String, String>) {
    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.timeout = timeout
            it.headers = headers
        }

    /** Shows the names of headers, never their values. */
    override fun toString(): String = "CallOptions(timeout=$timeout, headers=${headers.keys})"

    /** Collects the values of [CallOptions]; they are checked by [build]. Not thread-safe. */
    public class Builder internal constructor() {
        /** See [CallOptions.timeout]. */
        @get:JvmSynthetic @set:JvmSynthetic public var timeout: Duration? = null

        /** See [CallOptions.headers]. */
        @get:JvmSynthetic @set:JvmSynthetic public var headers: Map<String, String> = emptyMap()

        /** Sets [CallOptions.timeout]. */
        public fun timeout(timeout: Duration?): Builder = apply { this.timeout = timeout }

        /** Adds one header. */
        public fun header(name: String, value: String): Builder = apply {
            headers = headers + (name to value)
        }

        /** Replaces all headers of these options. */
        public fun headers(headers: Map<String, String>): Builder = apply { this.headers = headers }

        /**
         * The options.
         *
         * @throws IllegalArgumentException when the timeout is not positive
         */
        public fun build(): CallOptions {
            timeout?.let { require(it > Duration.ZERO) { "timeout must be positive but is $it." } }
            return CallOptions(timeout, headers.toMap())
        }
    }

    public companion object {
        internal val NONE = CallOptions(timeout = null, headers = emptyMap())

        /** A builder without a timeout and headers. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
