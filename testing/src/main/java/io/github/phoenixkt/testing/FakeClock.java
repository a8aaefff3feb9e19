package io.github.phoenixkt.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock of a {@link FakePhoenix}. It dates the rows, and decides when a queued annotation whose
 * target is missing is tried again. It can be advanced, but never goes back.
 */
public final class FakeClock extends Clock {
  private final Clock base;
  private volatile Duration ahead = Duration.ZERO;

  private FakeClock(Clock base) {
    this.base = base;
  }

  /**
   * Returns a clock that runs with the system's clock.
   *
   * @return the clock
   */
  public static FakeClock running() {
    return new FakeClock(Clock.systemUTC());
  }

  /**
   * Returns a clock that stands still until it is advanced.
   *
   * @param start the time that it shows first
   * @return the clock
   */
  public static FakeClock stoppedAt(Instant start) {
    return new FakeClock(Clock.fixed(Arguments.present("start", start), ZoneOffset.UTC));
  }

  /**
   * Advances the clock.
   *
   * @param step how far
   * @throws IllegalArgumentException if it is negative
   */
  public synchronized void advance(Duration step) {
    Arguments.require(
        !Arguments.present("step", step).isNegative(),
        "step must not be negative, but is " + step + ": the clock cannot go back.");
    ahead = ahead.plus(step);
  }

  /** The time that the clock shows. */
  @Override
  public Instant instant() {
    return base.instant().plus(ahead);
  }

  /** Always UTC. */
  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** A clock that stands still at the present time of this one, in another zone. */
  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
