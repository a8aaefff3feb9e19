package io.github.phoenixkt.testing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The credentials the fake knows. Never shown in any text. */
final class Keys {
  /** The user the admin secret acts as. */
  static final String SYSTEM_USER = GlobalId.encode("User", 1);

  private final Map<String, Caller> callers = new HashMap<>();
  private final Set<String> expired = new HashSet<>();
  private final AtomicLong lastUser = new AtomicLong(1);

  void addAdminSecret(String secret) {
    callers.put(secret, new Caller(Role.ADMIN, SYSTEM_USER));
  }

  void add(Role role, String key) {
    String user =
        role == Role.SYSTEM ? SYSTEM_USER : GlobalId.encode("User", lastUser.incrementAndGet());
    callers.put(key, new Caller(role, user));
  }

  void addExpired(String key) {
    expired.add(key);
  }

  boolean authenticationIsOn() {
    return !callers.isEmpty() || !expired.isEmpty();
  }

  Caller authenticate(ReceivedRequest request, ServerVersion version) {
    if (!authenticationIsOn()) {
      return Caller.ANYBODY;
    }
    String token = token(request);
    Caller caller = token == null ? null : callers.get(token);
    if (caller != null) {
      return caller;
    }
    boolean old = token != null && expired.contains(token);
    Reply reply = Reply.text(401, old ? "Expired token" : "Invalid token");
    throw new ApiError(version.has("17.16.0") ? reply.with("www-authenticate", "Bearer") : reply);
  }

  /** The cookie counts only without an Authorization header. */
  private static @Nullable String token(ReceivedRequest request) {
    String authorization = request.header("authorization");
    if (authorization != null) {
      String[] words = authorization.split(" ", -1);
      return words.length == 2 && words[0].equalsIgnoreCase("bearer") ? words[1] : null;
    }
    for (String cookies : request.headers().getOrDefault("cookie", List.of())) {
      for (String cookie : cookies.split(";")) {
        String[] pair = cookie.strip().split("=", 2);
        if (pair.length == 2 && pair[0].equals("phoenix-access-token")) {
          return pair[1];
        }
      }
    }
    return null;
  }
}
