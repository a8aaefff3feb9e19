package io.github.phoenixkt.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Shows the time that a test chooses. */
public class TestClock extends Clock {
  private final Supplier<Instant> time;

  private TestClock(Supplier<Instant> time) {
    this.time = time;
  }

  /** Shows what {@code time} says, for instance the virtual time of a coroutine test. */
  public static TestClock showing(Supplier<Instant> time) {
    return new TestClock(time);
  }

  /** Stands still until it is moved. */
  public static Movable stoppedAt(Instant start) {
    return new Movable(new AtomicReference<>(start));
  }

  @Override
  public Instant instant() {
    return time.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  /** A clock that goes forward or back when it is told to. */
  public static final class Movable extends TestClock {
    private final AtomicReference<Instant> now;

    private Movable(AtomicReference<Instant> now) {
      super(now::get);
      this.now = now;
    }

    public void move(Duration step) {
      now.updateAndGet(time -> time.plus(step));
    }

    public void set(Instant time) {
      now.set(time);
    }
  }
}
