package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The database whose behaviour the fake simulates. The two refuse different values. */
public enum Database {
  /**
   * Accepts NUL characters. Creation times and the times of confirmed updates have whole seconds.
   */
  SQLITE,
  /**
   * Refuses NUL characters and names that are too long. Loses a whole drain of the queue if it has
   * more than 7,500 rows. Keeps doubles beyond 64 bits in metadata as whole numbers; every later
   * read of them fails.
   */
  POSTGRESQL;

  static final int LARGEST_DRAIN = 7_500;

  private static final BigInteger MIN_INTEGER = BigInteger.ONE.shiftLeft(63).negate();
  private static final BigInteger MAX_INTEGER =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final int LONGEST_KEY = 2_650;
  private static final int DEEPEST_METADATA = 254;

  /** From here on doubles are written with an exponent. */
  private static final double FIRST_EXPONENT = 1e16;

  /** PostgreSQL's row numbers have 32 bits; a larger one cannot even be asked for. */
  long rowNumber(BigInteger number) {
    if (number.bitLength() >= (this == POSTGRESQL ? Integer.SIZE : Long.SIZE)) {
      throw ApiError.internal();
    }
    return number.longValue();
  }

  /**
   * JSON as it comes back. PostgreSQL keeps a double that is written with an exponent as a whole
   * number, and the server fails on one beyond 64 bits.
   */
  JsonNode readBack(JsonNode sent) {
    JsonNode stored = stored(sent);
    requireReadable(stored);
    return stored;
  }

  private JsonNode stored(JsonNode value) {
    if (this == SQLITE) {
      return value;
    }
    if (value.isFloatingPointNumber()) {
      return Math.abs(value.doubleValue()) < FIRST_EXPONENT
          ? value
          : Json.NODES.numberNode(Numbers.shortest(value));
    }
    if (value.isObject()) {
      ObjectNode copy = Json.NODES.objectNode();
      value.properties().forEach(field -> copy.set(field.getKey(), stored(field.getValue())));
      return copy;
    }
    if (value.isArray()) {
      ArrayNode copy = Json.NODES.arrayNode();
      value.forEach(item -> copy.add(stored(item)));
      return copy;
    }
    return value;
  }

  private void requireReadable(JsonNode stored) {
    if (stored.isBigInteger() && refuses(stored)) {
      throw ApiError.internal();
    }
    stored.forEach(this::requireReadable);
  }

  /** The time that the database itself gives a row: SQLite's own clock shows whole seconds. */
  Instant createdAt(Instant now) {
    return this == SQLITE ? now.truncatedTo(ChronoUnit.SECONDS) : now;
  }

  /**
   * The time a window is compared with. SQLite compares texts, and that of a whole second, as
   * confirmed writes leave it, sorts before the same second written with microseconds.
   */
  Instant inWindow(Instant createdAt) {
    return this == SQLITE && createdAt.getNano() == 0 ? createdAt.minusNanos(1) : createdAt;
  }

  /** True when looking up the row's key fails, which takes every row of the same drain with it. */
  boolean cannotLookUp(AnnotationValues row) {
    return refusesText(row.targetId()) || refusesText(row.name()) || refusesText(row.identifier());
  }

  /** True when only the insert of this row fails. */
  boolean cannotInsert(AnnotationValues row) {
    return refusesText(row.label())
        || refusesText(row.explanation())
        || refuses(row.metadata())
        || depth(row.metadata()) > DEEPEST_METADATA
        || this == POSTGRESQL && keyBytes(row) > LONGEST_KEY;
  }

  boolean refusesText(@Nullable String text) {
    if (text == null) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 && this == POSTGRESQL) {
        return true;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  private boolean refuses(JsonNode value) {
    if (value.isIntegralNumber()) {
      BigInteger number = value.bigIntegerValue();
      return number.compareTo(MIN_INTEGER) < 0 || number.compareTo(MAX_INTEGER) > 0;
    }
    if (value.isTextual()) {
      return refusesText(value.textValue());
    }
    for (var field : value.properties()) {
      if (refusesText(field.getKey()) || refuses(field.getValue())) {
        return true;
      }
    }
    if (value.isArray()) {
      for (JsonNode item : value) {
        if (refuses(item)) {
          return true;
        }
      }
    }
    return false;
  }

  private static int depth(JsonNode value) {
    int deepest = 0;
    for (JsonNode item : value) {
      deepest = Math.max(deepest, depth(item));
    }
    return value.isContainerNode() ? deepest + 1 : 0;
  }

  private static int keyBytes(AnnotationValues row) {
    return row.name().getBytes(StandardCharsets.UTF_8).length
        + row.identifier().getBytes(StandardCharsets.UTF_8).length;
  }
}
