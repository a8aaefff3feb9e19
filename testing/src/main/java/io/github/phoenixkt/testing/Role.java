package io.github.phoenixkt.testing;

/** What the owner of an API key may do. */
public enum Role {
  /** Everything. */
  ADMIN,
  /** Everything but the routes for administrators; deletes only annotations of its own. */
  MEMBER,
  /** Reads only. */
  VIEWER,
  /** A system key: as a member, for the server does not take it for an administrator. */
  SYSTEM
}
