package io.github.phoenixkt.samples.chat;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Who uses the chat, by a cookie. The cookie is as good as a password: it is neither the user's id
 * nor in any span. Thread-safe, and bounded: those whose visit is the longest ago are forgotten.
 */
final class Visitors {
  private static final int MOST = 1_000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, Visitor> byCookie =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Visitor> eldest) {
          return size() > MOST;
        }
      };

  /** A user, and the conversation that their page shows. Thread-safe. */
  static final class Visitor {
    private final String userId = "user-" + UUID.randomUUID();
    private Conversation conversation = new Conversation(userId);

    private Visitor() {}

    String userId() {
      return userId;
    }

    synchronized Conversation conversation() {
      return conversation;
    }

    synchronized void beginConversation() {
      conversation = new Conversation(userId);
    }
  }

  /** Gives the cookie of a new user. */
  synchronized String add() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    String cookie = HexFormat.of().formatHex(bytes);
    byCookie.put(cookie, new Visitor());
    return cookie;
  }

  synchronized Optional<Visitor> find(String cookie) {
    return Optional.ofNullable(byCookie.get(cookie));
  }
}
