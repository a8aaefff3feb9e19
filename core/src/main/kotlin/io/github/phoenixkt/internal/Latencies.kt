@file:JvmName("Latencies")

package io.github.phoenixkt.internal

import java.time.Duration

private const val NANOS_PER_SECOND = 1e9

/** In nanoseconds. A span without a start may last for more of them than a [Long] can hold. */
@InternalPhoenixApi public fun Duration.nanos(): Double = seconds * NANOS_PER_SECOND + nano
