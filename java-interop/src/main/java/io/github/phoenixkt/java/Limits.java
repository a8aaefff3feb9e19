package io.github.phoenixkt.java;

import org.jspecify.annotations.Nullable;

/** How many items a read returns. */
final class Limits {
  static final int PAGE = 100;
  static final int ANNOTATIONS_PAGE = 1_000;
  static final int ROWS_PAGE = 1_000;

  private Limits() {}

  /** For core, where null reads all. */
  static @Nullable Integer total(int limit) {
    return limit == Integer.MAX_VALUE ? null : limit;
  }
}
