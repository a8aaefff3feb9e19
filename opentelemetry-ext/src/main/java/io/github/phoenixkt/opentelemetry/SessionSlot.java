package io.github.phoenixkt.opentelemetry;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A session with its key, or the place where one will be. */
final class SessionSlot<S> {
  /** What each waiting thread waits for. Of all managers: a factory may ask another manager. */
  private static final Map<Thread, SessionSlot<?>> WAITING = new HashMap<>();

  private static final ReentrantLock LOCK = new ReentrantLock();

  final String key;
  private final CompletableFuture<@Nullable S> made = new CompletableFuture<>();
  // Until it is made: a session is not to hold on to a thread.
  private volatile @Nullable Thread maker = Thread.currentThread();
  Instant lastUsed = Instant.MIN;

  SessionSlot(String key) {
    this.key = key;
  }

  void complete(@Nullable S session) {
    maker = null;
    made.complete(session);
  }

  /**
   * Waits for the session; null if it could not be made.
   *
   * @throws IllegalStateException if its factory waits for this thread
   */
  @Nullable S await() {
    if (made.isDone()) {
      return made.join();
    }
    Thread here = Thread.currentThread();
    SessionSlot<?> before = beginToWait(here);
    try {
      return made.join();
    } finally {
      endWaiting(here, before);
    }
  }

  /** Returns what the thread waited for already, if it does other work meanwhile. */
  private @Nullable SessionSlot<?> beginToWait(Thread here) {
    LOCK.lock();
    try {
      SessionSlot<?> slot = this;
      while (slot != null) {
        Thread maker = slot.maker;
        if (maker == here) {
          throw new IllegalStateException(
              "Session factories wait for each other. Request other sessions in one fixed order, and never a"
                  + " factory's own session.");
        }
        slot = WAITING.get(maker);
      }
      return WAITING.put(here, this);
    } finally {
      LOCK.unlock();
    }
  }

  private static void endWaiting(Thread here, @Nullable SessionSlot<?> before) {
    LOCK.lock();
    try {
      if (before == null) {
        WAITING.remove(here);
      } else {
        WAITING.put(here, before);
      }
    } finally {
      LOCK.unlock();
    }
  }
}
