package io.github.phoenixkt.java;

import org.jspecify.annotations.Nullable;

/** How many items a read gives at most in all. */
final class Limits {
  private Limits() {}

  /** As core has it, where all is null. */
  static @Nullable Integer total(int limit) {
    return limit == Integer.MAX_VALUE ? null : limit;
  }
}
