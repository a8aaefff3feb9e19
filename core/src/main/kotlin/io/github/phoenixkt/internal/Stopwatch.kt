package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixRuntime
import java.time.Duration

/** Measures elapsed time, even if the clock of the machine is set back meanwhile. */
@InternalPhoenixApi
public class Stopwatch(private val runtime: PhoenixRuntime) {
    private val started = runtime.steadyClock.instant()

    /** The time since this was made. */
    public fun elapsed(): Duration = Duration.between(started, runtime.steadyClock.instant())
}
