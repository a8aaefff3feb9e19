package io.github.phoenixkt.testing;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the arguments of the fake's public methods, so that a mistake shows where it is made. */
final class Arguments {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\xa0-\\xff]*");

  private Arguments() {}

  static <T> T present(String name, @Nullable T value) {
    return Objects.requireNonNull(value, () -> name + " must not be null.");
  }

  static String text(String name, @Nullable String value) {
    String text = present(name, value);
    require(!text.isBlank(), name + " must not be blank.");
    return text;
  }

  static int within(String name, int number, int least, int most) {
    require(
        number >= least && number <= most,
        "%s must be from %d to %d, but is %d.".formatted(name, least, most, number));
    return number;
  }

  static int atLeast(String name, int number, int least) {
    require(number >= least, "%s must be at least %d, but is %d.".formatted(name, least, number));
    return number;
  }

  static String token(String name, @Nullable String value) {
    String text = present(name, value);
    require(
        TOKEN.matcher(text).matches(),
        "%s must be an HTTP token: letters, digits and some marks, but is \"%s\"."
            .formatted(name, text));
    return text;
  }

  static String headerValue(String name, @Nullable String value) {
    String text = present(name, value);
    require(
        HEADER_VALUE.matcher(text).matches(),
        name + " must be text that a header can carry: no line breaks, and only Latin-1.");
    return text;
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
