package io.github.phoenixkt.testing;

import java.time.Duration;

/** Durations in whole milliseconds, as sockets and timers take them. */
final class Durations {
  private static final int LONGEST_DAYS = 24;

  private Durations() {}

  /**
   * Returns the duration if it is zero, or so long that it is neither cut to zero nor too large.
   */
  static Duration check(String name, Duration duration) {
    Arguments.present(name, duration);
    boolean fits =
        duration.compareTo(Duration.ofMillis(1)) >= 0
            && duration.compareTo(Duration.ofDays(LONGEST_DAYS)) <= 0;
    if (!fits && !duration.isZero()) {
      throw new IllegalArgumentException(
          "%s must be zero, or from 1 ms to %d days, but is %s."
              .formatted(name, LONGEST_DAYS, duration));
    }
    return duration;
  }
}
