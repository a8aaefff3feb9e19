package io.github.phoenixkt.langchain4j;

import io.github.phoenixkt.internal.BestEffortJson;

/**
 * Text that Phoenix can store. On PostgreSQL it loses a span that has a NUL character anywhere,
 * also within JSON; users and tools can make a model's messages have one.
 */
final class StorableText {
  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  /** The same text, with replacement characters for NUL and for half a surrogate pair. */
  static String of(String text) {
    if (BestEffortJson.isStorable(text)) {
      return text;
    }
    StringBuilder storable = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> point == 0 || isHalf(point) ? REPLACEMENT : point)
        .forEach(storable::appendCodePoint);
    return storable.toString();
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }
}
