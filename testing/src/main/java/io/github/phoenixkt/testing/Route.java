package io.github.phoenixkt.testing;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One route: how it is recognised, since when it exists, what is checked before its handler runs.
 */
final class Route {
  /** What is special about a route. */
  enum Flag {
    /** Its body is JSON. */
    BODY,
    /** Refused with 507 while storage is locked. */
    LOCK,
    /** For administrators. */
    ADMIN
  }

  /** Does the work, under the store's lock. */
  @FunctionalInterface
  interface Handler {
    Reply handle(Call call);
  }

  final String method;
  final String since;
  final Handler handler;
  private final String[] segments;
  private final Set<Flag> flags = EnumSet.noneOf(Flag.class);

  Route(String method, String path, String since, Handler handler, Flag... flags) {
    this.method = method;
    this.segments = path.split("/", -1);
    this.since = since;
    this.handler = handler;
    this.flags.addAll(List.of(flags));
  }

  boolean is(Flag flag) {
    return flags.contains(flag);
  }

  /** The values of the placeholders {@code {}}, or null when the path is another one. */
  @Nullable List<String> match(String requestMethod, String[] path) {
    if (!method.equals(requestMethod) || path.length != segments.length) {
      return null;
    }
    List<String> arguments = new ArrayList<>(2);
    for (int i = 0; i < path.length; i++) {
      if (segments[i].equals("{}")) {
        if (path[i].isEmpty()) {
          return null;
        }
        arguments.add(path[i]);
      } else if (!segments[i].equals(path[i])) {
        return null;
      }
    }
    return arguments;
  }
}
