package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are going on, one for each user, or whatever else the key stands for. A session
 * is any object of the application's own; it expires when it is not asked for in a while.
 *
 * <pre>{@code
 * SessionManager<ChatSession> sessions =
 *     SessionManager.builder(ChatSession::new).idleTimeout(Duration.ofMinutes(30)).build();
 *
 * ChatSession session = sessions.get(userId); // made by new ChatSession(userId) where there is none
 * try (Scope scope = PhoenixContext.session(session.id()).makeCurrent()) {
 *   return session.chat(message);
 * }
 * }</pre>
 *
 * <p>Where an id is all there is to a session, it is the session: {@code SessionManager<String>
 * sessions = SessionManager.builder(SessionIds::conversation).build()}.
 *
 * <p><b>Threads.</b> Safe for any number of them: those that ask for one key get one session, made
 * once. Only they wait while it is made, uninterruptibly; nobody else does.
 *
 * <p><b>Memory.</b> There is no thread that clears up: {@link #get}, {@link #end} and {@link
 * #expire} let go of all that has expired by then, so what is held is what was in use within the
 * timeout before the last call. Call {@link #expire} from time to time where that is to shrink, or
 * listeners are to hear, while nobody asks for sessions.
 *
 * @param <S> what a session is to the application
 */
public final class SessionManager<S> {
  private static final Logger logger = LoggerFactory.getLogger(SessionManager.class);

  private final Function<? super String, ? extends S> factory;
  private final Duration idleTimeout;
  private final Clock clock;
  private final @Nullable EndListener<? super S> listener;

  // Held for a moment only, and while no code of the application runs but its clock.
  private final ReentrantLock lock = new ReentrantLock();
  // Least recently used first, which is the order in which they expire.
  private final Map<String, Slot<S>> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Slot<S>> inTheMaking = new HashMap<>();
  private Instant latest = Instant.MIN;

  private SessionManager(Builder<S> builder) {
    factory = builder.factory;
    idleTimeout = builder.idleTimeout;
    clock = builder.clock;
    listener = builder.listener;
  }

  /**
   * A builder of managers.
   *
   * @param factory makes the session of a key, on the thread that asks for it. What it throws,
   *     {@link #get} throws; it must not give null
   * @param <S> what a session is to the application
   * @return a builder
   */
  public static <S> Builder<S> builder(Function<? super String, ? extends S> factory) {
    return new Builder<>(requireNonNull(factory, "factory"));
  }

  /**
   * The session of a key: the one that is going on, else a new one. It expires once it has not been
   * asked for during the idle timeout.
   *
   * <p>Where the factory fails, nothing is kept: threads that waited for it, and later ones, have
   * the session made anew.
   *
   * @param key whose session
   * @return the session
   * @throws IllegalArgumentException when the key is blank: all who have no id would share what is
   *     in the session
   * @throws IllegalStateException when the factory asks for the very session that it is to make
   * @throws NullPointerException when the factory gives null
   */
  public S get(String key) {
    if (requireNonNull(key, "key").isBlank()) {
      throw new IllegalArgumentException(
          "key must not be blank: all users without an id would share one session.");
    }
    while (true) {
      Slot<S> fresh = new Slot<>(key);
      Slot<S> slot = null;
      List<Slot<S>> expired;
      lock.lock();
      try {
        Instant now = now();
        expired = removeExpired(now);
        // Nobody is to wait for a session while listeners run.
        if (expired.isEmpty()) {
          slot = use(key, now, fresh);
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

  private Slot<S> use(String key, Instant now, Slot<S> fresh) {
    Slot<S> active = sessions.get(key);
    if (active != null) {
      active.lastUsed = now;
      return active;
    }
    Slot<S> other = inTheMaking.putIfAbsent(key, fresh);
    return other == null ? fresh : other;
  }

  private S make(Slot<S> slot) {
    S session = null;
    try {
      session = requireNonNull(factory.apply(slot.key), "The factory gave null for a session.");
      return session;
    } finally {
      lock.lock();
      try {
        inTheMaking.remove(slot.key);
        if (session != null) {
          slot.lastUsed = now();
          sessions.put(slot.key, slot);
        }
      } finally {
        lock.unlock();
        slot.complete(session);
      }
    }
  }

  /**
   * Ends the session of a key, for instance when the user leaves. One that is being made goes on.
   *
   * @param key whose session
   * @return the session, or null when none was going on
   */
  public @Nullable S end(String key) {
    requireNonNull(key, "key");
    List<Slot<S>> expired;
    Slot<S> ended;
    lock.lock();
    try {
      expired = removeExpired(now());
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
   * Lets go of all sessions that have expired. {@link #get} and {@link #end} do so, too.
   *
   * @return how many had
   */
  public int expire() {
    List<Slot<S>> expired;
    lock.lock();
    try {
      expired = removeExpired(now());
    } finally {
      lock.unlock();
    }
    tell(expired, EndReason.EXPIRED);
    return expired.size();
  }

  /**
   * Who has a session that is going on. To end them all: {@code
   * sessions.activeKeys().forEach(sessions::end)}.
   *
   * @return a copy
   */
  public Set<String> activeKeys() {
    lock.lock();
    try {
      Instant now = now();
      return sessions.values().stream()
          .filter(slot -> !hasExpired(slot, now))
          .map(slot -> slot.key)
          .collect(Collectors.toUnmodifiableSet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many sessions are going on.
   *
   * @return 0 when there are none
   */
  public int activeCount() {
    return activeKeys().size();
  }

  /** Shows no keys: they may be about people. */
  @Override
  public String toString() {
    return "SessionManager(" + activeCount() + " sessions, idle timeout " + idleTimeout + ")";
  }

  private Instant now() {
    Instant now = clock.instant();
    if (now.isBefore(latest)) {
      // The clock was wrong and has been put right: what seems to be used later than now would
      // expire that much too late, and hold up all that come after it.
      sessions.values().stream()
          .filter(slot -> slot.lastUsed.isAfter(now))
          .forEach(slot -> slot.lastUsed = now);
    }
    latest = now;
    return now;
  }

  private boolean hasExpired(Slot<S> slot, Instant now) {
    return Duration.between(slot.lastUsed, now).compareTo(idleTimeout) >= 0;
  }

  private List<Slot<S>> removeExpired(Instant now) {
    List<Slot<S>> expired = new ArrayList<>(0);
    Iterator<Slot<S>> oldestFirst = sessions.values().iterator();
    while (oldestFirst.hasNext()) {
      Slot<S> slot = oldestFirst.next();
      if (!hasExpired(slot, now)) {
        break;
      }
      oldestFirst.remove();
      expired.add(slot);
    }
    return expired;
  }

  private void tell(List<Slot<S>> ended, EndReason reason) {
    if (listener == null) {
      return;
    }
    Error error = null;
    for (Slot<S> slot : ended) {
      try {
        listener.onEnd(slot.key, requireNonNull(slot.await()), reason);
      } catch (RuntimeException e) {
        logger.warn(
            "A listener to the end of sessions failed; the session has ended all the same.", e);
      } catch (Error e) {
        // The others are to be told all the same.
        error = e;
      }
    }
    if (error != null) {
      throw error;
    }
  }

  /** A session with its key, or the place where one will be. */
  private static final class Slot<S> {
    final String key;
    private final CompletableFuture<@Nullable S> made = new CompletableFuture<>();
    // Until it is made: a session is not to hold on to a thread.
    private @Nullable Thread maker = Thread.currentThread();
    Instant lastUsed = Instant.MIN;

    Slot(String key) {
      this.key = key;
    }

    void complete(@Nullable S session) {
      maker = null;
      made.complete(session);
    }

    /** Null when it could not be made. */
    @Nullable S await() {
      if (Thread.currentThread() == maker) {
        throw new IllegalStateException(
            "The factory of sessions asks for the session that it is to make, and would wait for itself.");
      }
      return made.join();
    }
  }

  /** Why a session is over. */
  public enum EndReason {
    /** It was not asked for during the idle timeout. */
    EXPIRED,
    /** {@link SessionManager#end}. */
    ENDED
  }

  /**
   * Is told of each session that ends, once.
   *
   * @param <S> what a session is to the application
   */
  @FunctionalInterface
  public interface EndListener<S> {
    /**
     * A session has ended, and the manager holds it no more. This runs within the call that found
     * that out, mostly one for another user: hand over what takes long. An exception that it throws
     * is logged; an {@link Error} comes out of that call.
     *
     * @param key whose session it was
     * @param session the session
     * @param reason why it ended
     */
    void onEnd(String key, S session, EndReason reason);
  }

  /**
   * Collects what a manager is to be like. Not thread-safe.
   *
   * @param <S> what a session is to the application
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
     * Sets after how long a session expires that is not asked for: at that very moment it has.
     *
     * @param timeout above zero; an hour unless set
     * @return this
     * @throws IllegalArgumentException when it is zero or negative
     */
    public Builder<S> idleTimeout(Duration timeout) {
      if (requireNonNull(timeout, "timeout").isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be above zero but is " + timeout + ".");
      }
      idleTimeout = timeout;
      return this;
    }

    /**
     * Sets what tells the time.
     *
     * @param clock the system's unless set
     * @return this
     */
    public Builder<S> clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets who is told when a session ends.
     *
     * @param listener nobody unless set
     * @return this
     */
    public Builder<S> onEnd(EndListener<? super S> listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * The manager.
     *
     * @return a manager without sessions
     */
    public SessionManager<S> build() {
      return new SessionManager<>(this);
    }
  }
}
