package io.github.phoenixkt.testing;

import org.jspecify.annotations.Nullable;

/** Who sent a request. Without authentication anybody may do anything and nobody has a user id. */
record Caller(Role role, @Nullable String userId) {
  static final Caller ANYBODY = new Caller(Role.ADMIN, null);

  boolean mayWrite() {
    return role != Role.VIEWER;
  }

  boolean isAdmin() {
    return role == Role.ADMIN;
  }
}
