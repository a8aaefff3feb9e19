package io.github.phoenixkt.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock of a {@link FakePhoenix}: it dates the rows and decides when a queued annotation
 * without a target is tried again. It can be moved forward at will; it never goes back.
 */
public final class FakeClock extends Clock {
  private final Clock base;
  private volatile Duration ahead = Duration.ZERO;

  private FakeClock(Clock base) {
    this.base = base;
  }

  /**
   * A clock that runs with the system's.
   *
   * @return the clock
   */
  public static FakeClock running() {
    return new FakeClock(Clock.systemUTC());
  }

  /**
   * A clock that stands still until it is advanced.
   *
   * @param start the time it shows
   * @return the clock
   */
  public static FakeClock stoppedAt(Instant start) {
    return new FakeClock(Clock.fixed(start, ZoneOffset.UTC));
  }

  /**
   * Moves the clock forward.
   *
   * @param step how far; not negative
   */
  public synchronized void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("the clock cannot go back: " + step);
    }
    ahead = ahead.plus(step);
  }

  @Override
  public Instant instant() {
    return base.instant().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
