package io.github.phoenixkt

import io.github.phoenixkt.settings.requireDuration
import java.time.Duration

/**
 * Time limits of one HTTP request, from 1 ms to 24 hours. Each retry is a new request. The limit of
 * a whole call is [RetrySettings.totalTimeout].
 */
public class TimeoutSettings private constructor(builder: Builder) {
    /**
     * The time limit to open a connection, and for each response of the peer while TLS or a proxy
     * tunnel is set up. Default: 10 s.
     */
    public val connect: Duration = builder.connect

    /** The time limit from connecting to the last byte of the response. Default: 60 s. */
    public val request: Duration = builder.request

    init {
        requireDuration("connect", connect, Duration.ofMillis(1))
        requireDuration("request", request, Duration.ofMillis(1))
    }

    /** Returns a builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.connect = connect
            it.request = request
        }

    override fun toString(): String = "TimeoutSettings(connect=$connect, request=$request)"

    /** Builds [TimeoutSettings]. [build] checks the values. Not thread-safe. */
    @Suppress("MagicNumber") // Each default stands beside its name.
    public class Builder internal constructor() {
        /** See [TimeoutSettings.connect]. */
        @get:JvmSynthetic @set:JvmSynthetic public var connect: Duration = Duration.ofSeconds(10)

        /** See [TimeoutSettings.request]. */
        @get:JvmSynthetic @set:JvmSynthetic public var request: Duration = Duration.ofSeconds(60)

        /** Sets [TimeoutSettings.connect]. */
        public fun connect(connect: Duration): Builder = apply { this.connect = connect }

        /** Sets [TimeoutSettings.request]. */
        public fun request(request: Duration): Builder = apply { this.request = request }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException if a value is shorter than 1 ms or longer than 24 hours
         */
        public fun build(): TimeoutSettings = TimeoutSettings(this)
    }

    public companion object {
        /** Returns a builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
