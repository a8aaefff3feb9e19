package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session per key, usually per user. A session is any object of the application. It
 * expires once it has not been requested for the idle timeout.
 *
 * <pre>{@code
 * SessionManager<ChatSession> sessions =
 *     SessionManager.builder(ChatSession::new).idleTimeout(Duration.ofMinutes(30)).build();
 *
 * ChatSession session = sessions.get(userId); // calls new ChatSession(userId) if there is none
 * try (Scope scope = PhoenixContext.session(session.id()).makeCurrent()) {
 *   return session.chat(message);
 * }
 * }</pre>
 *
 * <p>If you need only an id, use the id as the session: {@code SessionManager<String> sessions =
 * SessionManager.builder(SessionIds::conversation).build()}.
 *
 * <p><b>Threads.</b> Thread-safe. Threads that request the same key get the same session, which is
 * created once. They wait while it is created, and an interrupt does not end the wait. Threads that
 * request other keys do not wait.
 *
 * <p><b>Memory.</b> No thread cleans up: {@link #get}, {@link #end} and {@link #expire} remove all
 * sessions that have expired by then. Call {@link #expire} regularly if memory must be freed, or
 * listeners notified, while no sessions are requested.
 *
 * @param <S> the application's type of a session
 */
public final class SessionManager<S> {
  private static final Logger logger = LoggerFactory.getLogger(SessionManager.class);

  private final Function<? super String, ? extends S> factory;
  private final Duration idleTimeout;
  private final @Nullable EndListener<? super S> listener;

  // Held for a moment only, and while no code of the application runs, its clock included.
  private final ReentrantLock lock = new ReentrantLock();
  private final IdleSessions<S> sessions;
  private final Clock clock;
  private final Map<String, SessionSlot<S>> inTheMaking = new HashMap<>();

  private SessionManager(Builder<S> builder) {
    factory = builder.factory;
    idleTimeout = builder.idleTimeout;
    listener = builder.listener;
    clock = builder.clock;
    sessions = new IdleSessions<>(idleTimeout);
  }

  /**
   * Returns a builder of managers.
   *
   * @param factory creates the session of a key, on the thread that requests it. {@link #get}
   *     throws what it throws; it must not return null
   * @param <S> the application's type of a session
   * @return a builder
   */
  public static <S> Builder<S> builder(Function<? super String, ? extends S> factory) {
    return new Builder<>(requireNonNull(factory, "factory"));
  }

  /**
   * Returns the session of a key, and creates one if there is none. It expires once it has not been
   * requested for the idle timeout.
   *
   * <p>If the factory fails, nothing is kept: threads that waited for the session, and later ones,
   * call the factory again.
   *
   * @param key identifies the session, for instance a user's id
   * @return the session
   * @throws IllegalArgumentException if the key is blank: all users without an id would share one
   *     session
   * @throws IllegalStateException if the factory requests its own session, or if factories wait for
   *     each other's sessions
   * @throws NullPointerException if the factory returns null
   */
  public S get(String key) {
    if (requireNonNull(key, "key").isBlank()) {
      throw new IllegalArgumentException(
          "key must not be blank: all users without an id would share one session.");
    }
    while (true) {
      SessionSlot<S> fresh = new SessionSlot<>(key);
      SessionSlot<S> slot = null;
      List<SessionSlot<S>> expired;
      Instant now = clock.instant();
      lock.lock();
      try {
        expired = sessions.removeExpired(now);
        // Nobody is to wait for a session while listeners run.
        if (expired.isEmpty()) {
          slot = use(key, fresh);
        }
      } finally {
        lock.unlock();
      }
      if (slot == null) {
        tell(expired, EndReason.EXPIRED);
        continue;
      }
      S session = slot == fresh ? make(fresh) : slot.await();
      if (session != null) {
        return session;
      }
    }
  }

  private SessionSlot<S> use(String key, SessionSlot<S> fresh) {
    SessionSlot<S> active = sessions.use(key);
    if (active != null) {
      return active;
    }
    SessionSlot<S> other = inTheMaking.putIfAbsent(key, fresh);
    return other == null ? fresh : other;
  }

  private S make(SessionSlot<S> slot) {
    S session = null;
    Instant made = null;
    try {
      session = requireNonNull(factory.apply(slot.key), "The factory returned null for a session.");
      made = clock.instant();
      return session;
    } finally {
      lock.lock();
      try {
        inTheMaking.remove(slot.key);
        if (made != null) {
          sessions.add(slot, made);
        }
      } finally {
        lock.unlock();
        slot.complete(made == null ? null : session);
      }
    }
  }

  /**
   * Ends the session of a key, for instance when the user logs out. A session that is being made is
   * not ended.
   *
   * @param key identifies the session
   * @return the session, or null if there was none
   */
  public @Nullable S end(String key) {
    requireNonNull(key, "key");
    List<SessionSlot<S>> expired;
    SessionSlot<S> ended;
    Instant now = clock.instant();
    lock.lock();
    try {
      expired = sessions.removeExpired(now);
      ended = sessions.remove(key);
    } finally {
      lock.unlock();
    }
    tell(expired, EndReason.EXPIRED);
    if (ended == null) {
      return null;
    }
    tell(List.of(ended), EndReason.ENDED);
    return ended.await();
  }

  /**
   * Removes all sessions that have expired. {@link #get} and {@link #end} do so, too.
   *
   * @return how many sessions were removed
   */
  public int expire() {
    Instant now = clock.instant();
    List<SessionSlot<S>> expired = locked(() -> sessions.removeExpired(now));
    tell(expired, EndReason.EXPIRED);
    return expired.size();
  }

  /**
   * Returns the keys of all sessions that have not expired. To end them all: {@code
   * sessions.activeKeys().forEach(sessions::end)}.
   *
   * @return a copy
   */
  public Set<String> activeKeys() {
    Instant now = clock.instant();
    return locked(() -> sessions.activeKeys(now));
  }

  /**
   * Returns the number of sessions that have not expired.
   *
   * @return 0 or more
   */
  public int activeCount() {
    return activeKeys().size();
  }

  /** Shows no keys: they may be about people. */
  @Override
  public String toString() {
    return "SessionManager(" + activeCount() + " sessions, idle timeout " + idleTimeout + ")";
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void tell(List<SessionSlot<S>> ended, EndReason reason) {
    if (listener == null) {
      return;
    }
    Error error = null;
    for (SessionSlot<S> slot : ended) {
      try {
        listener.onEnd(slot.key, requireNonNull(slot.await()), reason);
      } catch (RuntimeException e) {
        logger.warn(
            "A listener for the end of sessions failed. The session has ended nevertheless.", e);
      } catch (Error e) {
        // The others are to be told all the same.
        error = e;
      }
    }
    if (error != null) {
      throw error;
    }
  }

  /** Why a session has ended. */
  public enum EndReason {
    /** It was not requested for the idle timeout. */
    EXPIRED,
    /** {@link SessionManager#end} was called. */
    ENDED
  }

  /**
   * Is notified once of each session that ends.
   *
   * @param <S> the application's type of a session
   */
  @FunctionalInterface
  public interface EndListener<S> {
    /**
     * A session has ended, and the manager no longer holds it. This runs within the call that
     * noticed it, usually a call for another user: do long work elsewhere. An exception that it
     * throws is logged; an {@link Error} is thrown by that call.
     *
     * @param key identifies the session
     * @param session the session
     * @param reason why it ended
     */
    void onEnd(String key, S session, EndReason reason);
  }

  /**
   * Builds a manager. Not thread-safe.
   *
   * @param <S> the application's type of a session
   */
  public static final class Builder<S> {
    private final Function<? super String, ? extends S> factory;
    private Duration idleTimeout = Duration.ofHours(1);
    private Clock clock = Clock.systemUTC();
    private @Nullable EndListener<? super S> listener;

    private Builder(Function<? super String, ? extends S> factory) {
      this.factory = factory;
    }

    /**
     * Sets how long a session may go unused before it expires.
     *
     * @param timeout above zero; an hour by default
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public Builder<S> idleTimeout(Duration timeout) {
      if (requireNonNull(timeout, "timeout").isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be above zero but is " + timeout + ".");
      }
      idleTimeout = timeout;
      return this;
    }

    /**
     * Sets the clock.
     *
     * @param clock the system's clock by default
     * @return this
     */
    public Builder<S> clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets a listener that is notified when a session ends.
     *
     * @param listener none by default
     * @return this
     */
    public Builder<S> onEnd(EndListener<? super S> listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Builds the manager.
     *
     * @return a manager without sessions
     */
    public SessionManager<S> build() {
      return new SessionManager<>(this);
    }
  }
}
