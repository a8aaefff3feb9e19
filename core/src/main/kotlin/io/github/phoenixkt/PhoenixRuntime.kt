package io.github.phoenixkt

import io.github.phoenixkt.internal.SteadyClock
import java.time.Clock
import java.util.UUID
import java.util.function.Supplier
import kotlin.random.Random
import kotlin.time.Duration
import kotlinx.coroutines.delay

/**
 * The clock, the randomness, the ids and the sleep of a client. Tests replace them; an application
 * keeps the defaults. All four must be thread-safe.
 *
 * @property clock tells the time. Default: the system clock in UTC.
 * @property random spreads retries over time. Default: [Random.Default].
 * @property newId returns a new identifier on every call. Default: a random UUID.
 * @property sleep waits without blocking a thread, and ends when the coroutine is cancelled.
 *   Default: [delay].
 */
public class PhoenixRuntime
@JvmOverloads
constructor(
    public val clock: Clock = Clock.systemUTC(),
    public val random: Random = Random.Default,
    public val newId: () -> String = { UUID.randomUUID().toString() },
    public val sleep: suspend (Duration) -> Unit = { delay(it) },
) {
    /** For elapsed time and deadlines. Dates that are shown, stored or compared use [clock]. */
    internal val steadyClock: SteadyClock = SteadyClock.of(clock)

    /**
     * Builds a [PhoenixRuntime] in Java, with the default randomness and sleep. Not thread-safe.
     */
    public class Builder internal constructor() {
        private var runtime = PhoenixRuntime()

        /** Sets [PhoenixRuntime.clock]. */
        public fun clock(clock: Clock): Builder = apply {
            runtime = PhoenixRuntime(clock, newId = runtime.newId)
        }

        /** Sets [PhoenixRuntime.newId]. */
        public fun newId(newId: Supplier<String>): Builder = apply {
            runtime = PhoenixRuntime(runtime.clock, newId = newId::get)
        }

        /** Returns the runtime. */
        public fun build(): PhoenixRuntime = runtime
    }

    public companion object {
        /** Returns a builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
