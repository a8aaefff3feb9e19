package io.github.phoenixkt.internal

import java.time.Clock
import java.time.Duration
import java.time.Instant

/**
 * Measures how long something takes. When the clock of the machine is set back, this one goes on
 * from where it was: otherwise, what is due would wait until the clock has caught up. Its times are
 * not for people, who expect those of the machine.
 */
internal class SteadyClock(private val clock: Clock) {
    private var latest: Instant = Instant.MIN
    private var ahead: Duration = Duration.ZERO

    @Synchronized
    fun instant(): Instant {
        val shown = clock.instant()
        if (shown < latest) ahead += Duration.between(shown, latest)
        latest = shown
        return shown + ahead
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
