package io.github.phoenixkt.opentelemetry;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A session with its key, or the place where one will be. */
final class SessionSlot<S> {
  final String key;
  private final CompletableFuture<@Nullable S> made = new CompletableFuture<>();
  // Until it is made: a session is not to hold on to a thread.
  private @Nullable Thread maker = Thread.currentThread();
  Instant lastUsed = Instant.MIN;

  SessionSlot(String key) {
    this.key = key;
  }

  void complete(@Nullable S session) {
    maker = null;
    made.complete(session);
  }

  /** Waits for the session; null if it could not be made. */
  @Nullable S await() {
    if (Thread.currentThread() == maker) {
      throw new IllegalStateException(
          "The factory of sessions asks for the session that it is to make, and would wait for itself.");
    }
    return made.join();
  }
}
