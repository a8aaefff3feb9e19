package io.github.phoenixkt.testing;

/** What the owner of an API key may do. */
public enum Role {
  /** Everything. */
  ADMIN,
  /** Everything except the routes for admins; can delete only their own annotations. */
  MEMBER,
  /** Reads only. */
  VIEWER,
  /** A system key. The server treats it like a member, not like an admin. */
  SYSTEM
}
