package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scope that detects when it is closed in a way that OpenTelemetry ignores. */
final class PhoenixScope implements Scope {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixScope.class);

  private final Scope scope;
  private final BooleanSupplier isCurrent;
  private final Runnable whenMisplaced;
  private final Thread thread = Thread.currentThread();
  private final AtomicBoolean closed = new AtomicBoolean();

  private PhoenixScope(Scope scope, BooleanSupplier isCurrent, Runnable whenMisplaced) {
    this.scope = scope;
    this.isCurrent = isCurrent;
    this.whenMisplaced = whenMisplaced;
  }

  /**
   * @param isCurrent whether the current context has what this scope put there. It does not compare
   *     contexts: an agent makes a new object on every access
   * @param whenMisplaced runs if the scope is closed on another thread, or before a scope inside it
   */
  static Scope open(Context context, BooleanSupplier isCurrent, Runnable whenMisplaced) {
    return new PhoenixScope(context.makeCurrent(), isCurrent, whenMisplaced);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean inOrder = isCurrent.getAsBoolean();
    // On another thread it could end a scope of that thread with the same context.
    if (Thread.currentThread() == thread) {
      scope.close();
    }
    if (Thread.currentThread() != thread || !inOrder || isCurrent.getAsBoolean()) {
      whenMisplaced.run();
      logger.warn(
          "A scope of a PhoenixContext or SpanCapture was closed on another thread, or before a scope inside it. It has"
              + " ended, but OpenTelemetry may keep its context on the thread {}. Use try-with-resources, in which what"
              + " is opened last is closed first, wrap(Runnable) for other threads, and withPhoenixContext and"
              + " withSpanCapture for coroutines.",
          thread.getName());
    }
  }
}
