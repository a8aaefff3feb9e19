package io.github.phoenixkt.internal

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicReference

/**
 * Measures how long something takes, whether or not the clock of the machine is set meanwhile. Its
 * times are not for people, who expect those of the machine, nor for another process.
 */
internal fun interface SteadyClock {
    fun instant(): Instant

    companion object {
        private val machine = Clock.systemUTC()
        private val ofMachine = counting(machine.instant(), System::nanoTime)

        /**
         * All clients that use the clock of the machine, in any zone, share one, as they share
         * queue budgets. A clock of the application is all that there is to count by.
         */
        fun of(clock: Clock): SteadyClock =
            if (clock.javaClass == machine.javaClass) ofMachine else NeverBack(clock)

        /** Counts [nanos] from [start] on. */
        fun counting(start: Instant, nanos: () -> Long): SteadyClock {
            val first = nanos()
            return SteadyClock { start.plusNanos(nanos() - first) }
        }
    }
}

/**
 * Goes on from where it was when [clock] is set back: otherwise, what is due would wait until the
 * clock has caught up.
 */
private class NeverBack(private val clock: Clock) : SteadyClock {
    private class Reading(val shown: Instant, val ahead: Duration)

    private val latest = AtomicReference(Reading(Instant.MIN, Duration.ZERO))

    /** Reads the clock without a lock: it is the application's, and may wait for another thread. */
    override fun instant(): Instant {
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
}
