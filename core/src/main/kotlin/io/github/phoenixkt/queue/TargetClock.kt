package io.github.phoenixkt.queue

import io.github.phoenixkt.internal.SteadyClock
import java.time.Duration
import java.time.Instant

/**
 * The time for which missing targets are awaited. It stands still from the first failed attempt
 * until the next answer of Phoenix: spans wait for a server that is away, too.
 */
internal class TargetClock(private val clock: SteadyClock) {
    private var away = Duration.ZERO
    private var awaySince: Instant? = null
    private var lastAnswer = Instant.MIN

    /** The only row that has failed since then, if that may be the row's own fault. */
    private var suspect: QueueEntry? = null

    @Synchronized fun now(): Instant = (awaySince ?: clock.instant()) - away

    /**
     * @param began when the attempt began
     * @param row the row that may be at fault, if any
     */
    @Synchronized
    fun failed(began: Instant, row: QueueEntry?) {
        if (awaySince == null) {
            awaySince = maxOf(began, lastAnswer)
            suspect = row
        } else if (suspect !== row) suspect = null
    }

    /** If only one row has failed, Phoenix may have been there for all others. */
    @Synchronized
    fun answered() {
        lastAnswer = clock.instant()
        val passed = Duration.between(awaySince ?: return, lastAnswer)
        awaySince = null
        val row = suspect
        if (row == null) away += passed else row.missingSince = row.missingSince?.plus(passed)
    }
}
