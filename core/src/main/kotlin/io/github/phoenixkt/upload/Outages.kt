package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.askedPause
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.upload")
private val FIRST_WAIT: Duration = Duration.ofSeconds(1)
private val LONGEST_WAIT: Duration = Duration.ofSeconds(5)

/** Phoenix is restarted in that time; a look is no reason to wait longer. */
private val LONGEST_LOOK: Duration = Duration.ofSeconds(30)

/** 502, 503 and 504 come from what stands in front of a Phoenix that is away. */
private val AWAY = 502..504

/**
 * Waits for a Phoenix that has gone away, for all requests of an upload together: one of them is
 * tried again from time to time, and the others wait until it is answered.
 *
 * A server that has not answered this client yet is not waited for: its address may be wrong.
 */
internal class Outages(private val tolerance: Duration, private val transport: Transport) {
    private val runtime = transport.runtime
    private val turn = Mutex()
    private val remarks = mutableListOf<String>()

    /** When Phoenix was found to be away, until it answers again. */
    private var since: Instant? = null

    /** The same moment, for a person. */
    private var sinceShown: Instant? = null
    private var waited = false

    /** Whether a write has failed since: that looks alone fail is no outage. */
    private var writesFail = false
    private var limited = false

    /** Whether a look was given up, and none has succeeded since. */
    private var looksFail = false

    /** What came of the write [call], which is made again when an outage is over. */
    suspend fun <T> ride(call: suspend () -> T): T = wait(isLook = false, call)

    /**
     * What came of [call], which only reads. It is made again for half a minute, once: whether
     * there is a longer outage shows where Phoenix is written to.
     */
    suspend fun <T> look(call: suspend () -> T): T = wait(isLook = true, call)

    private suspend fun <T> wait(isLook: Boolean, call: suspend () -> T): T {
        // Not one more request into an outage that another one waits for.
        if (turn.isLocked) turn.withLock {}
        val error =
            try {
                return call().also { if (!turn.isLocked) end(isLook) }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) throw e
                e
            }
        begin(error, isLook)
        return turn.withLock { retry(error, isLook, call) }
    }

    private suspend fun <T> retry(
        first: PhoenixException,
        isLook: Boolean,
        call: suspend () -> T,
    ): T {
        val started = runtime.steadyClock.instant()
        var error = first
        var tries = 0
        while (true) {
            // Null when another request has been answered meanwhile.
            timeLeft()?.let { left ->
                val asked = (error as? PhoenixException.RateLimited)?.retryAfter
                val givesUp = isLook && mayGiveUpLook(started)
                if (givesUp || !mayWait(left, asked)) throw error
                waits()
                if (tries == 0)
                    logger.warn("Waiting for Phoenix, up to {}: {}", left, error.message)
                val pause = minOf(pause(tries++), left)
                transport.sleep(maxOf(pause, minOf(error.askedPause ?: pause, left)))
            }
            try {
                return call().also { end(isLook) }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) {
                    end(isLook)
                    throw e
                }
                error = e
                begin(e, isLook)
            }
        }
    }

    /** @param asked how long the server wants to be left alone; null if it does not say */
    private fun mayWait(left: Duration, asked: Duration?): Boolean {
        val fits = left > Duration.ZERO && (asked == null || asked <= left)
        if (!fits) giveUp()
        return fits
    }

    private fun isOutage(error: PhoenixException) =
        !tolerance.isZero &&
            transport.hasReached &&
            (error is PhoenixException.Unreachable ||
                error is PhoenixException.RateLimited ||
                error is PhoenixException.Timeout && error.ofServer ||
                error is PhoenixException.ServerError && error.status in AWAY)

    /** Between half and all of a bound that doubles, so that clients do not return in step. */
    private fun pause(tries: Int): Duration {
        val bound = minOf(FIRST_WAIT.multipliedBy(1L shl tries.coerceAtMost(10)), LONGEST_WAIT)
        return Duration.ofMillis(
            (bound.toMillis() * (1 + runtime.random.nextDouble()) / 2).toLong()
        )
    }

    private fun mayGiveUpLook(started: Instant): Boolean {
        val hasWaited = Duration.between(started, runtime.steadyClock.instant()) >= LONGEST_LOOK
        return synchronized(this) {
            if (hasWaited) looksFail = true
            looksFail
        }
    }

    /** Another request may have ended the outage meanwhile: then there is nothing to remark. */
    @Synchronized
    private fun waits() {
        waited = since != null
    }

    private fun begin(error: PhoenixException, isLook: Boolean) {
        val now = runtime.steadyClock.instant()
        val shown = runtime.clock.instant()
        synchronized(this) {
            if (since == null) {
                since = now
                sinceShown = shown
                limited = true
            }
            if (!isLook) writesFail = true
            limited = limited && error is PhoenixException.RateLimited
        }
    }

    private fun timeLeft(): Duration? {
        val now = runtime.steadyClock.instant()
        return synchronized(this) { since }?.let { tolerance - Duration.between(it, now) }
    }

    private fun end(isLook: Boolean) = log { now ->
        val remark =
            when {
                !waited || !(writesFail || isLook) -> null
                limited ->
                    remark(now, "A proxy limited the rate of requests", "; the upload waited")
                else -> remark(now, "Phoenix was unreachable", "; the upload waited")
            }
        if (isLook) looksFail = false
        since = null
        waited = false
        writesFail = false
        remark
    }

    private fun giveUp() = log { now ->
        when {
            !waited || !writesFail -> null
            limited ->
                remark(now, "A proxy limited the rate of requests", "; the upload stopped waiting")
            else -> remark(now, "The upload waited for Phoenix", ", and stopped waiting")
        }
    }

    /**
     * Reads the clock before the lock and logs after it: those of the application may wait for
     * another thread.
     */
    private fun log(remark: (now: Instant) -> String?) {
        val now = runtime.steadyClock.instant()
        synchronized(this) { remark(now) }?.let { logger.info(it) }
    }

    private fun remark(now: Instant, what: String, end: String): String {
        val from = checkNotNull(sinceShown)
        val seconds = Duration.between(since, now).toSeconds()
        waited = false
        return "$what for $seconds s from ${from.truncatedTo(ChronoUnit.SECONDS)}$end."
            .also { remarks += it }
    }

    /** How long was waited, for a person. */
    @Synchronized fun remarks(): List<String> = remarks.toList()
}
