package io.github.phoenixkt.opentelemetry;

import java.util.concurrent.atomic.AtomicReference;

/** Where a test misuses scopes: what OpenTelemetry leaves on the thread goes with it. */
final class OtherThread {
  private OtherThread() {}

  /** Runs on a thread of its own, waits for it, and fails as it does. */
  static void run(Runnable task) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(task);
    thread.setUncaughtExceptionHandler((failed, thrown) -> failure.set(thrown));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failure.get() != null) {
      throw new AssertionError("on another thread", failure.get());
    }
  }
}
