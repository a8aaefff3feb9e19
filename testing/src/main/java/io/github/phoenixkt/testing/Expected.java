package io.github.phoenixkt.testing;

/** Wording of what was expected. */
final class Expected {
  private Expected() {}

  /** {@code 'a', 'b' or 'c'}. */
  static String oneOf(String... words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.length; i++) {
      if (i > 0) {
        text.append(i == words.length - 1 ? " or " : ", ");
      }
      text.append('\'').append(words[i]).append('\'');
    }
    return text.toString();
  }
}
