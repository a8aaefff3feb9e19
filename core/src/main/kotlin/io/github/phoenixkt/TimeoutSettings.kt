package io.github.phoenixkt

import io.github.phoenixkt.settings.requireDuration
import java.time.Duration

/** How long one HTTP exchange may take; each retry starts anew. From 1 ms to 24 hours. */
public class TimeoutSettings private constructor(builder: Builder) {
    /**
     * Time to open a connection, and for each answer while TLS or a tunnel is set up. Default 10 s.
     */
    public val connect: Duration = builder.connect

    /** Time for one exchange from connecting to the last byte of the answer. Default 60 s. */
    public val request: Duration = builder.request

    init {
        requireDuration("connect", connect, Duration.ofMillis(1))
        requireDuration("request", request, Duration.ofMillis(1))
    }

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.connect = connect
            it.request = request
        }

    override fun toString(): String = "TimeoutSettings(connect=$connect, request=$request)"

    /** Collects the values of [TimeoutSettings]; they are checked by [build]. Not thread-safe. */
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
         * The settings.
         *
         * @throws IllegalArgumentException when a value is shorter than 1 ms or longer than 24
         *   hours
         */
        public fun build(): TimeoutSettings = TimeoutSettings(this)
    }

    public companion object {
        /** A builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
