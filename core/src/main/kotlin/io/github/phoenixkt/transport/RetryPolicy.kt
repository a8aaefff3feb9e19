package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.internal.backoff
import java.time.DateTimeException
import java.time.Duration
import java.time.Instant
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter

/** Decides whether a failed attempt is repeated, and after how long. */
internal class RetryPolicy(
    private val settings: RetrySettings,
    private val runtime: PhoenixRuntime,
) {
    /** Null if [attempt] is final: it succeeded, or must not be repeated. */
    fun waitBeforeNext(request: ApiRequest, attempt: Attempt): Duration? {
        if (attempt.number >= settings.maxAttempts || !mayRepeat(request, attempt)) return null
        val asked =
            (attempt as? Attempt.Answered)?.response?.retryAfter
                ?: return settings.backoff(attempt.number, runtime)
        return asked.takeIf { it <= settings.maxRetryAfter }
    }

    private fun mayRepeat(request: ApiRequest, attempt: Attempt): Boolean =
        when (attempt) {
            is Attempt.Answered ->
                request.repeat != Repeat.BEFORE_SENT &&
                    attempt.response.status in RETRIED_STATUSES &&
                    !(request.divisible && attempt.response.status == GATEWAY_TIMEOUT)
            is Attempt.Failed ->
                attempt.transient &&
                    (request.repeat != Repeat.BEFORE_SENT || !attempt.mayHaveArrived)
        }

    private companion object {
        val RETRIED_STATUSES = setOf(408, 429, 502, 503, GATEWAY_TIMEOUT)
    }
}

/**
 * A `Retry-After` in seconds or as a date; null if it is neither.
 *
 * @param sent the `Date` of the response: how far off the other date is by the clock of the machine
 *   that gives both
 * @param now by our clock, if the response has no date
 */
internal fun parseRetryAfter(text: String, sent: String?, now: Instant): Duration? {
    val seconds = text.trim()
    seconds.toLongOrNull()?.let {
        return if (it >= 0) Duration.ofSeconds(it) else null
    }
    // More than a number can hold is still a number.
    if (seconds.isNotEmpty() && seconds.all { it in '0'..'9' })
        return Duration.ofSeconds(Long.MAX_VALUE)
    val date = parseDate(text) ?: return null
    val from = sent?.let(::parseDate) ?: now
    return Duration.between(from, date).coerceAtLeast(Duration.ZERO)
}

private fun parseDate(text: String): Instant? =
    try {
        ZonedDateTime.parse(text.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
    } catch (_: DateTimeException) {
        null
    }
