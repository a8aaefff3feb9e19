package io.github.phoenixkt.queue

import java.time.Clock
import java.time.Duration
import java.time.Instant

/**
 * The time of a queue. When the clock of the machine is set back, it goes on from where it was:
 * otherwise, rows that are due would wait until the clock has caught up.
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
}
