package io.github.phoenixkt.samples.chat;

import io.github.phoenixkt.opentelemetry.SessionManager;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Who uses the chat, by a cookie, and the conversation that each of them is in. The cookie is as
 * good as a password: it is neither the user's id nor in any span.
 *
 * <p>A conversation is over when its user is away for half an hour. Users are no more than can be
 * held: those whose visit is the longest ago are forgotten. Thread-safe.
 */
final class Visitors {
  private static final int MOST = 10_000;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SessionManager<Conversation> conversations;
  private final Map<String, String> usersByCookie =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  Visitors(Clock clock) {
    conversations =
        SessionManager.<Conversation>builder(Conversation::new)
            .idleTimeout(LONGEST_PAUSE)
            .clock(clock)
            .build();
  }

  /** Gives the cookie of a new user. */
  synchronized String add() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    String cookie = HexFormat.of().formatHex(bytes);
    usersByCookie.put(cookie, UUID.randomUUID().toString());
    return cookie;
  }

  synchronized Optional<String> user(String cookie) {
    return Optional.ofNullable(usersByCookie.get(cookie));
  }

  /** The one that goes on, else a new one. */
  Conversation conversation(String userId) {
    return conversations.get(userId);
  }

  /** What was said so far is not continued. */
  void endConversation(String userId) {
    conversations.end(userId);
  }
}
