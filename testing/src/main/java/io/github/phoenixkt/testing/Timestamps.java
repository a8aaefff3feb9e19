package io.github.phoenixkt.testing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times as Phoenix writes and reads them. */
final class Timestamps {
  /** Above this, a number means milliseconds. */
  private static final double LARGEST_SECONDS = 2e10;

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
    Instant aware = parseAware(text);
    if (aware != null) {
      return aware;
    }
    String iso = text.trim().replace(' ', 'T');
    try {
      return iso.length() <= 10
          ? LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC)
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Null when the text is no time or does not say in which offset. Epoch seconds do. */
  static @Nullable Instant parseAware(String text) {
    // A '+' that lost its escape arrives as a space; that is an error on a real server too, so
    // only a blank between date and time is taken for the T.
    String iso = text.trim();
    if (iso.length() > 10 && (iso.charAt(10) == ' ' || iso.charAt(10) == 't')) {
      iso = iso.substring(0, 10) + 'T' + iso.substring(11);
    }
    try {
      return OffsetDateTime.parse(iso).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException notIso) {
      return fromEpoch(iso);
    }
  }

  private static @Nullable Instant fromEpoch(String text) {
    try {
      double number = Double.parseDouble(text);
      double seconds = Math.abs(number) > LARGEST_SECONDS ? number / 1000 : number;
      return Instant.EPOCH.plus(Math.round(seconds * 1e6), ChronoUnit.MICROS);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
