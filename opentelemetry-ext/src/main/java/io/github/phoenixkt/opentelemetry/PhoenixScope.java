package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scope that ends what it set even where OpenTelemetry cannot take it from the thread. */
final class PhoenixScope implements Scope {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixScope.class);

  private final ContextEntry entry;
  private final Scope scope;
  private final Thread thread = Thread.currentThread();
  private final AtomicBoolean closed = new AtomicBoolean();

  private PhoenixScope(ContextEntry entry, Scope scope) {
    this.entry = entry;
    this.scope = scope;
  }

  static Scope open(ContextEntry entry) {
    return new PhoenixScope(entry, entry.storeIn(Context.current()).makeCurrent());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean inOrder = isCurrent();
    // On another thread it could end a scope of that thread which has the same context.
    if (Thread.currentThread() == thread) {
      scope.close();
    }
    if (Thread.currentThread() != thread || !inOrder || isCurrent()) {
      entry.end();
      logger.warn(
          "A scope of a PhoenixContext was closed on another thread, or before a scope inside it. What it set is not"
              + " used any more, but OpenTelemetry may keep its context on the thread {}. Use try-with-resources,"
              + " wrap(Runnable) for other threads, and withPhoenixContext for coroutines.",
          thread.getName());
    }
  }

  /** Not by the context itself: an agent makes a new object of it for every look. */
  private boolean isCurrent() {
    return ContextEntry.of(Context.current()) == entry;
  }
}
