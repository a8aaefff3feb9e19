package io.github.phoenixkt.testing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as Phoenix writes and reads them. */
final class Timestamps {
  /** Above this, a number means milliseconds. */
  private static final BigDecimal LARGEST_SECONDS = new BigDecimal("2e10");

  /** Of the year 1600, the earliest a number is taken for. */
  private static final BigDecimal FIRST_SECOND = new BigDecimal("-11676096000");

  /** Of the year 9999. */
  private static final BigDecimal LAST_SECOND = new BigDecimal("253402300799");

  private static final Pattern EPOCH =
      Pattern.compile("[+-]?(?:[0-9]{1,18}(?:\\.[0-9]*)?|\\.[0-9]+)");

  private static final Pattern ISO =
      Pattern.compile(
          "(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
              + "(?:[Tt _](?<minute>[0-9]{2}:[0-9]{2})"
              + "(?:(?<second>:[0-9]{2})(?:[.,](?<fraction>[0-9]{1,9}))?)?"
              + "(?<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?");

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROSECONDS =
      new DateTimeFormatterBuilder()
          .append(SECONDS)
          .appendPattern(".SSSSSS")
          .toFormatter()
          .withZone(ZoneOffset.UTC);

  private Timestamps() {}

  /** ISO 8601 with offset, microseconds only where there are any. */
  static String format(Instant time) {
    Instant micros = time.truncatedTo(ChronoUnit.MICROS);
    return (micros.getNano() == 0 ? SECONDS : MICROSECONDS).format(micros) + "+00:00";
  }

  /** Null when the text is no time. A time without offset is UTC. */
  static @Nullable Instant parse(String text) {
    return parse(text, 0);
  }

  /** Null when the text is no time or does not say in which offset. Epoch seconds do. */
  static @Nullable Instant parseAware(String text) {
    return parse(text, null);
  }

  /** {@code otherwise} is the offset of a time that names none, in minutes. */
  private static @Nullable Instant parse(String text, @Nullable Integer otherwise) {
    if (EPOCH.matcher(text).matches()) {
      return fromEpoch(new BigDecimal(text));
    }
    Matcher parts = ISO.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    String offset = parts.group("offset");
    try {
      // Boxed, since a ternary of Integer and int unboxes null.
      Integer minutes = offset == null ? otherwise : Integer.valueOf(minutes(offset));
      return minutes == null
          ? null
          : local(parts)
              .minusMinutes(minutes)
              .toInstant(ZoneOffset.UTC)
              .truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException outOfRange) {
      return null;
    }
  }

  private static LocalDateTime local(Matcher parts) {
    LocalDate date = LocalDate.parse(parts.group("date"));
    if (date.getYear() < 1) {
      throw new DateTimeException("years begin with 1");
    }
    String minute = parts.group("minute");
    if (minute == null) {
      return date.atStartOfDay();
    }
    String second = parts.group("second");
    LocalTime time = LocalTime.parse(second == null ? minute : minute + second);
    String fraction = parts.group("fraction");
    return date.atTime(fraction == null ? time : time.plusNanos(nanos(fraction)));
  }

  private static long nanos(String digits) {
    return Long.parseLong((digits + "00000000").substring(0, 9));
  }

  /** Java's own offsets end at 18 hours. */
  private static int minutes(String offset) {
    if (offset.equalsIgnoreCase("z")) {
      return 0;
    }
    int hours = Integer.parseInt(offset.substring(1, 3));
    int minutes = Integer.parseInt(offset.substring(offset.length() - 2));
    if (hours > 23 || minutes > 59) {
      throw new DateTimeException("offsets are shorter than a day");
    }
    return (offset.charAt(0) == '-' ? -1 : 1) * (60 * hours + minutes);
  }

  private static @Nullable Instant fromEpoch(BigDecimal number) {
    boolean millis = number.abs().compareTo(LARGEST_SECONDS) > 0;
    BigDecimal seconds = millis ? number.movePointLeft(3) : number;
    if (seconds.compareTo(FIRST_SECOND) < 0 || seconds.compareTo(LAST_SECOND) > 0) {
      return null;
    }
    long micros = seconds.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValueExact();
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
