package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import org.jspecify.annotations.Nullable;

/** Tracing as that of the whole process, closed when the JVM ends. */
final class ProcessWide {
  private final Thread hook;

  private ProcessWide(Thread hook) {
    this.hook = hook;
  }

  /**
   * @param close called when the JVM ends
   * @throws IllegalStateException if the process has a global OpenTelemetry already
   */
  static ProcessWide register(OpenTelemetry openTelemetry, Runnable close) {
    if (isGlobalSet()) { // An agent only logs what is set over its own.
      throw alreadyThere(null);
    }
    try {
      GlobalOpenTelemetry.set(openTelemetry);
    } catch (IllegalStateException e) { // Another thread was faster.
      throw alreadyThere(e);
    }
    Thread hook = new Thread(close, "phoenix-tracing-close");
    Runtime.getRuntime().addShutdownHook(hook);
    return new ProcessWide(hook);
  }

  /** Forgets what was to be closed when the JVM ends. */
  void end() {
    if (hook != Thread.currentThread()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending, and the hook will find nothing left to do.
      }
    }
  }

  private static boolean isGlobalSet() {
    try {
      return GlobalOpenTelemetry.isSet();
    } catch (NoSuchMethodError e) {
      return false; // Before 1.57; there is no way to ask without setting it, and set() tells.
    }
  }

  private static IllegalStateException alreadyThere(@Nullable Exception cause) {
    return new IllegalStateException(
        "This process already has a global OpenTelemetry (an agent, a framework, an earlier register(), or an earlier"
            + " use of GlobalOpenTelemetry). Call register() first and once; or use build() and pass its openTelemetry()"
            + " to the code that creates spans; or add a PhoenixContextSpanProcessor to the existing SDK.",
        cause);
  }
}
