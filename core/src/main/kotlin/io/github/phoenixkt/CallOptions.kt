package io.github.phoenixkt

import java.time.Duration

/**
 * What some calls do differently from the client's settings, see [PhoenixClient.withOptions].
 *
 * @property timeout how long one request may take, or null for that of the settings
 * @property headers sent besides those of the settings; one of the same name replaces it
 */
public class CallOptions
internal constructor(public val timeout: Duration?, public val headers: Map<String, String>) {
    /** Shows the names of headers, never their values. */
    override fun toString(): String = "CallOptions(timeout=$timeout, headers=${headers.keys})"

    public class Builder internal constructor(from: CallOptions) {
        public var timeout: Duration? = from.timeout
        public var headers: Map<String, String> = from.headers

        internal fun build(): CallOptions {
            timeout?.let { require(it > Duration.ZERO) { "timeout must be positive but is $it." } }
            return CallOptions(timeout, headers.toMap())
        }
    }

    internal companion object {
        val NONE = CallOptions(timeout = null, headers = emptyMap())
    }
}
