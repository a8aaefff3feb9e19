package io.github.phoenixkt.opentelemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in the order in which they expire. Not thread-safe: a {@link SessionManager} locks it.
 */
final class IdleSessions<S> {
  private final Duration idleTimeout;
  // Least recently used first, which is the order in which they expire.
  private final Map<String, SessionSlot<S>> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private Instant latest = Instant.MIN;

  IdleSessions(Duration idleTimeout) {
    this.idleTimeout = idleTimeout;
  }

  void add(SessionSlot<S> slot, Instant now) {
    notice(now);
    slot.lastUsed = now;
    sessions.put(slot.key, slot);
  }

  /** The session of a key, which is used again now; null if there is none. */
  @Nullable SessionSlot<S> use(String key) {
    SessionSlot<S> slot = sessions.get(key);
    if (slot != null) {
      slot.lastUsed = latest;
    }
    return slot;
  }

  @Nullable SessionSlot<S> remove(String key) {
    return sessions.remove(key);
  }

  List<SessionSlot<S>> removeExpired(Instant now) {
    notice(now);
    List<SessionSlot<S>> expired = new ArrayList<>(0);
    Iterator<SessionSlot<S>> oldestFirst = sessions.values().iterator();
    while (oldestFirst.hasNext()) {
      SessionSlot<S> slot = oldestFirst.next();
      if (!hasExpired(slot, now)) {
        break;
      }
      oldestFirst.remove();
      expired.add(slot);
    }
    return expired;
  }

  Set<String> activeKeys(Instant now) {
    notice(now);
    return sessions.values().stream()
        .filter(slot -> !hasExpired(slot, now))
        .map(slot -> slot.key)
        .collect(Collectors.toUnmodifiableSet());
  }

  private boolean hasExpired(SessionSlot<S> slot, Instant now) {
    return Duration.between(slot.lastUsed, now).compareTo(idleTimeout) >= 0;
  }

  private void notice(Instant now) {
    if (now.isBefore(latest)) {
      // The clock was wrong and has been put right: what seems to be used later than now would
      // expire that much too late, and hold up all that come after it.
      sessions.values().stream()
          .filter(slot -> slot.lastUsed.isAfter(now))
          .forEach(slot -> slot.lastUsed = now);
    }
    latest = now;
  }
}
