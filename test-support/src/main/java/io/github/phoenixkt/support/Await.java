package io.github.phoenixkt.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what a server or another thread brings about without a sign to wait for. */
public final class Await {
  /** Only what hangs takes so long. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long BETWEEN_MILLIS = 20;

  private Await() {}

  /**
   * Returns as soon as the condition holds.
   *
   * @param what what is awaited, for the failure
   * @throws AssertionError if it does not hold within {@link #PATIENCE}
   */
  public static void until(String what, BooleanSupplier condition) {
    if (!within(PATIENCE, condition)) {
      throw new AssertionError("still not there after " + PATIENCE + ": " + what);
    }
  }

  /** Whether the condition holds within that time. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting", e);
      }
    }
    return true;
  }
}
