package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.transport.Transport
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.upload")
private val FIRST_WAIT: Duration = Duration.ofSeconds(1)
private val LONGEST_WAIT: Duration = Duration.ofSeconds(5)

/** 502, 503 and 504 come from what stands in front of a Phoenix that is away. */
private val AWAY = 502..504

/**
 * Waits for a Phoenix that has gone away, for all requests of an upload together: one of them is
 * tried again from time to time, and the others wait until it is answered.
 *
 * A server that this client has never reached is not waited for: its address may be wrong.
 */
internal class Outages(private val tolerance: Duration, private val transport: Transport) {
    private val runtime = transport.runtime
    private val turn = Mutex()
    private val remarks = mutableListOf<String>()

    /** When Phoenix was found to be away, until it answers again. */
    private var since: Instant? = null
    private var waited = false

    /** What came of [call], which is made again when an outage is over. */
    suspend fun <T> ride(call: suspend () -> T): T {
        // Not one more request into an outage that another one waits for.
        if (turn.isLocked) turn.withLock {}
        val error =
            try {
                return call().also { if (!turn.isLocked) end() }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) throw e
                e
            }
        begin()
        return turn.withLock { retry(error, call) }
    }

    private suspend fun <T> retry(first: PhoenixException, call: suspend () -> T): T {
        var error = first
        var tries = 0
        while (true) {
            // Null when another request has been answered meanwhile.
            timeLeft()?.let { left ->
                if (left <= Duration.ZERO) {
                    giveUp()
                    throw error
                }
                waited = true
                if (tries == 0)
                    logger.warn("Waiting for Phoenix, up to {}: {}", left, error.message)
                runtime.sleep(minOf(pause(tries++), left).toKotlinDuration())
            }
            try {
                return call().also { end() }
            } catch (e: PhoenixException) {
                if (!isOutage(e)) {
                    end()
                    throw e
                }
                error = e
                begin()
            }
        }
    }

    private fun isOutage(error: PhoenixException) =
        !tolerance.isZero &&
            transport.hasReached &&
            (error is PhoenixException.Unreachable ||
                error is PhoenixException.ServerError && error.status in AWAY)

    /** Between half and all of a bound that doubles, so that clients do not return in step. */
    private fun pause(tries: Int): Duration {
        val bound = minOf(FIRST_WAIT.multipliedBy(1L shl tries.coerceAtMost(10)), LONGEST_WAIT)
        return Duration.ofMillis(
            (bound.toMillis() * (1 + runtime.random.nextDouble()) / 2).toLong()
        )
    }

    @Synchronized
    private fun begin() {
        if (since == null) since = runtime.clock.instant()
    }

    @Synchronized
    private fun timeLeft(): Duration? = since?.let {
        tolerance - Duration.between(it, runtime.clock.instant())
    }

    @Synchronized
    private fun end() {
        if (waited) remark("Phoenix was out of reach", "and the upload waited until it was back")
        since = null
    }

    @Synchronized
    private fun giveUp() {
        if (waited) remark("The upload waited for Phoenix", "which did not come back")
    }

    private fun remark(what: String, end: String) {
        val from = checkNotNull(since)
        val seconds = Duration.between(from, runtime.clock.instant()).toSeconds()
        remarks += "$what for $seconds s from ${from.truncatedTo(ChronoUnit.SECONDS)} on, $end."
        logger.info(remarks.last())
        waited = false
    }

    /** How long was waited, for a person. */
    @Synchronized fun remarks(): List<String> = remarks.toList()
}
