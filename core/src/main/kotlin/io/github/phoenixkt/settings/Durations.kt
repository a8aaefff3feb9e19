package io.github.phoenixkt.settings

import java.time.Duration

// Engines take milliseconds in a Long or an Int: a bound keeps a slip such as days for seconds from
// overflowing there.
private val LONGEST: Duration = Duration.ofDays(1)

internal fun requireDuration(name: String, value: Duration, shortest: Duration) {
    require(value in shortest..LONGEST) {
        "$name is $value: it must be between $shortest and $LONGEST"
    }
}
