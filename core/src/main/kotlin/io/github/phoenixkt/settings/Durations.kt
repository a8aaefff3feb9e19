package io.github.phoenixkt.settings

import java.time.Duration

// Engines take milliseconds as a Long or an Int, which a mistake such as days instead of seconds
// could overflow.
private val LONGEST: Duration = Duration.ofDays(1)

internal fun requireDuration(name: String, value: Duration, shortest: Duration) {
    require(value in shortest..LONGEST) {
        "$name is $value: use a duration from $shortest to $LONGEST"
    }
}
