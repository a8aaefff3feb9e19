package io.github.phoenixkt.spark.read;

import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of times in microseconds, which is how exactly both Phoenix and Spark know them.
 *
 * @param from the first microsecond
 * @param to the microsecond after the last
 */
record TimeRange(long from, long to) implements Serializable {
  private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant YEAR_9999 = Instant.parse("9999-01-01T00:00:00Z");

  /** All times that Phoenix can have. */
  static final TimeRange ALL = new TimeRange(micros(YEAR_1), micros(YEAR_9999));

  /** The times at {@code start} or later that are before {@code end}; null does not bound. */
  static TimeRange between(@Nullable Instant start, @Nullable Instant end) {
    return new TimeRange(
        start == null ? ALL.from : microsUp(start), end == null ? ALL.to : microsUp(end));
  }

  /** The times from {@code first} to {@code last}, both included. */
  static TimeRange through(Instant first, Instant last) {
    return new TimeRange(micros(first), micros(last) + 1);
  }

  static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  /** The first microsecond that is not before {@code time}, among those that Phoenix can have. */
  private static long microsUp(Instant time) {
    if (time.isBefore(YEAR_1)) {
      return ALL.from;
    }
    return time.isAfter(YEAR_9999) ? ALL.to : micros(time.plusNanos(999));
  }

  TimeRange intersect(TimeRange other) {
    return new TimeRange(Math.max(from, other.from), Math.min(to, other.to));
  }

  boolean isEmpty() {
    return from >= to;
  }

  /** Whether both ends are known. */
  boolean isBounded() {
    return from > ALL.from && to < ALL.to;
  }

  boolean contains(Instant time) {
    long micros = micros(time);
    return micros >= from && micros < to;
  }

  @Nullable Instant start() {
    return from <= ALL.from ? null : Instant.EPOCH.plus(from, ChronoUnit.MICROS);
  }

  @Nullable Instant end() {
    return to >= ALL.to ? null : Instant.EPOCH.plus(to, ChronoUnit.MICROS);
  }

  /** Cuts the range into adjacent parts of equal length. */
  List<TimeRange> divide(int most) {
    long length = to - from;
    int count = (int) Math.min(most, length);
    List<TimeRange> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new TimeRange(cut(length, i, count), cut(length, i + 1, count)));
    }
    return parts;
  }

  private long cut(long length, int number, int count) {
    return from + length / count * number + length % count * number / count;
  }

  @Override
  public String toString() {
    Instant start = start();
    Instant end = end();
    return "[" + (start == null ? "…" : start) + ", " + (end == null ? "…" : end) + ")";
  }
}
