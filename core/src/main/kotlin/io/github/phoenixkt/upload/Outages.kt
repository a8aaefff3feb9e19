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

    /** From when Phoenix is found to be away until it answers again. */
    private var outage: Outage? = null

    /** How many outages have ended. */
    private var ended = 0

    /** Whether a look was given up, and none has succeeded since. */
    private var looksFail = false

    /** @property shown when it began, for a person */
    private class Outage(val since: Instant, val shown: Instant) {
        var limited = true

        /** Whether a write has failed since: that looks alone fail is no outage. */
        var writesFail = false
        var waited = false

        /** Whether the log says that the upload waits. */
        var isLogged = false

        /** Whether a remark says how long it took. */
        var isTold = false
    }

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
        val endedBefore = synchronized(this) { ended }
        val error =
            try {
                return call().also { if (!turn.isLocked) end(isLook) }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) throw e
                e
            }
        begin(error, isLook, endedBefore)
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
                if (waits()) logger.warn("Waiting for Phoenix, up to {}: {}", left, error.message)
                val pause = minOf(pause(tries++), left)
                transport.sleep(maxOf(pause, minOf(error.askedPause ?: pause, left)))
            }
            val endedBefore = synchronized(this) { ended }
            try {
                return call().also { end(isLook) }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) {
                    end(isLook)
                    throw e
                }
                error = e
                begin(e, isLook, endedBefore)
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

    /**
     * Another request may have ended the outage meanwhile: then there is nothing to remark.
     *
     * @return whether this is to be logged
     */
    @Synchronized
    private fun waits(): Boolean {
        val current = outage ?: return false
        val isNew = !current.isLogged
        current.waited = true
        current.isLogged = true
        return isNew
    }

    /**
     * A request that was sent before an outage ended, and fails afterwards, begins no other: it is
     * sent again at once, which shows whether Phoenix is away again.
     *
     * @param endedBefore how many outages had ended when the request was sent
     */
    private fun begin(error: PhoenixException, isLook: Boolean, endedBefore: Int) {
        val now = runtime.steadyClock.instant()
        val shown = runtime.clock.instant()
        synchronized(this) {
            if (ended != endedBefore) return
            val current = outage ?: Outage(now, shown).also { outage = it }
            if (!isLook) current.writesFail = true
            current.limited = current.limited && error is PhoenixException.RateLimited
        }
    }

    private fun timeLeft(): Duration? {
        val now = runtime.steadyClock.instant()
        return synchronized(this) { outage }?.let { tolerance - Duration.between(it.since, now) }
    }

    private fun end(isLook: Boolean) = log { now ->
        if (isLook) looksFail = false
        outage?.let {
            outage = null
            ended++
            when {
                !it.waited || !(it.writesFail || isLook) -> null
                it.limited ->
                    remark(it, now, "A proxy limited the rate of requests", "; the upload waited")
                else -> remark(it, now, "Phoenix was unreachable", "; the upload waited")
            }
        }
    }

    private fun giveUp() = log { now ->
        outage?.let {
            when {
                !it.waited || !it.writesFail -> null
                it.limited ->
                    remark(
                        it,
                        now,
                        "A proxy limited the rate of requests",
                        "; the upload stopped waiting",
                    )
                else -> remark(it, now, "The upload waited for Phoenix", ", and stopped waiting")
            }
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

    /** Null if it has been told already, to another request. */
    private fun remark(outage: Outage, now: Instant, what: String, end: String): String? {
        if (outage.isTold) return null
        outage.isTold = true
        val seconds = Duration.between(outage.since, now).toSeconds()
        return "$what for $seconds s from ${outage.shown.truncatedTo(ChronoUnit.SECONDS)}$end."
            .also { remarks += it }
    }

    /** How long was waited, for a person. */
    @Synchronized fun remarks(): List<String> = remarks.toList()
}
