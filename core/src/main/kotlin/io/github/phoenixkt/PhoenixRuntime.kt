package io.github.phoenixkt

import java.time.Clock
import java.util.UUID
import java.util.function.Supplier
import kotlin.random.Random
import kotlin.time.Duration
import kotlinx.coroutines.delay

/**
 * What a client takes from the machine it runs on. Tests put their own time, chance and ids here;
 * everybody else leaves it alone. All four are called from several threads at once.
 *
 * @property clock tells the time. Default: the system clock in UTC
 * @property random spreads retries. Default: [Random.Default]
 * @property newId makes an identifier that no other call returns. Default: a random UUID
 * @property sleep waits without blocking a thread, and ends when the coroutine is cancelled.
 *   Default: [delay]
 */
public class PhoenixRuntime
@JvmOverloads
constructor(
    public val clock: Clock = Clock.systemUTC(),
    public val random: Random = Random.Default,
    public val newId: () -> String = { UUID.randomUUID().toString() },
    public val sleep: suspend (Duration) -> Unit = { delay(it) },
) {
    /** For Java: time and ids of one's own; chance and sleep are the default ones. */
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

        /** The runtime. */
        public fun build(): PhoenixRuntime = runtime
    }

    public companion object {
        /** A builder that starts from the defaults. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}
