package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers in texts, as the validation of a real server and Python itself read them. */
final class Numbers {
  private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";

  /** {@code 10}, {@code 1_0} and {@code 10.0}. */
  private static final Pattern INTEGER = Pattern.compile("([+-]?" + DIGITS + ")(?:\\.0+)?");

  private static final Pattern DECIMAL =
      Pattern.compile(
          "[+-]?(?:"
              + DIGITS
              + "(?:\\.(?:"
              + DIGITS
              + ")?)?|\\."
              + DIGITS
              + ")(?:[eE][+-]?[0-9]+)?");

  private static final Pattern NAN = Pattern.compile("(?i)[+-]?nan");
  private static final Pattern INFINITE = Pattern.compile("(?i)([+-]?)inf(?:inity)?");

  /** Python's own reading of a whole number also takes the digits of other scripts. */
  private static final Pattern PYTHON_INTEGER = Pattern.compile("[+-]?\\p{Nd}+(?:_\\p{Nd}+)*");

  /** Python converts no longer ones. */
  private static final int MOST_DIGITS = 4_300;

  private Numbers() {}

  /** Null when the text is no whole number. */
  static @Nullable BigInteger integer(String text) {
    Matcher matcher = INTEGER.matcher(strip(text));
    return matcher.matches() && !isTooLong(text)
        ? new BigInteger(matcher.group(1).replace("_", ""))
        : null;
  }

  static boolean isTooLong(String text) {
    return text.length() > MOST_DIGITS;
  }

  /** Null when the text is no number; NaN and the infinities are numbers. */
  static @Nullable Double decimal(String text) {
    String number = strip(text);
    if (NAN.matcher(number).matches()) {
      return Double.NaN;
    }
    Matcher infinite = INFINITE.matcher(number);
    if (infinite.matches()) {
      return infinite.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return DECIMAL.matcher(number).matches() ? Double.valueOf(number.replace("_", "")) : null;
  }

  /** What Python's {@code int(text)} gives; null where it fails. */
  static @Nullable BigInteger python(String text) {
    String number = strip(text);
    return PYTHON_INTEGER.matcher(number).matches() && !isTooLong(number)
        ? new BigInteger(number.replace("_", ""))
        : null;
  }

  /** The whole number that is written when a double is written in its shortest form. */
  static BigInteger shortest(JsonNode wholeDouble) {
    return new BigDecimal(Double.toString(wholeDouble.doubleValue())).toBigInteger();
  }

  /** {@link String#strip} would leave no-break spaces. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
