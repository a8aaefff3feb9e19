package io.github.phoenixkt.internal

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicReference

/**
 * Measures how long something takes. When the clock of the machine is set back, this one goes on
 * from where it was: otherwise, what is due would wait until the clock has caught up. Its times are
 * not for people, who expect those of the machine.
 */
internal class SteadyClock(private val clock: Clock) {
    private class Reading(val shown: Instant, val ahead: Duration)

    private val latest = AtomicReference(Reading(Instant.MIN, Duration.ZERO))

    /** Reads the clock without a lock: it is the application's, and may wait for another thread. */
    fun instant(): Instant {
        while (true) {
            val before = latest.get()
            // After what was read before, so that it is earlier only if the clock was set back.
            val shown = clock.instant()
            val setBack =
                if (shown < before.shown) Duration.between(shown, before.shown) else Duration.ZERO
            val now = Reading(shown, before.ahead + setBack)
            if (latest.compareAndSet(before, now)) return now.shown + now.ahead
        }
    }

    companion object {
        private val machine = Clock.systemUTC()
        private val ofMachine = SteadyClock(machine)

        /**
         * All clients that use the clock of the machine, in any zone, share one, as they share
         * queue budgets.
         */
        fun of(clock: Clock): SteadyClock =
            if (clock.javaClass == machine.javaClass) ofMachine else SteadyClock(clock)
    }
}
