package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RetrySettings
import java.time.Duration
import kotlin.math.pow

/**
 * How long to wait after that many [attempts]. Full jitter: any time between zero and the
 * exponential limit, so that clients do not come back in step.
 */
@InternalPhoenixApi
@JvmSynthetic
public fun RetrySettings.backoff(attempts: Int, runtime: PhoenixRuntime): Duration {
    val bound = initialDelay.toMillis() * multiplier.pow(attempts - 1)
    val millis = runtime.random.nextDouble() * minOf(bound, maxDelay.toMillis().toDouble())
    return Duration.ofMillis(millis.toLong())
}
