package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed reading of query parameters; of a repeated single parameter the last one counts. */
final class Query {
  private final Map<String, List<String>> values;
  private final Problems problems;

  Query(String query, Problems problems) {
    this.values = QueryString.parse(query);
    this.problems = problems;
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** Distinct values, none of which may be empty. */
  List<String> allNonEmpty(String name) {
    List<String> found = all(name);
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).isEmpty()) {
        Fields.tooShort(problems, List.of("query", name, i), "");
      }
    }
    return found.stream().distinct().toList();
  }

  @Nullable String last(String name) {
    List<String> found = all(name);
    return found.isEmpty() ? null : found.get(found.size() - 1);
  }

  @Nullable String nonEmpty(String name) {
    String value = last(name);
    if (value != null && value.isEmpty()) {
      Fields.tooShort(problems, List.of("query", name), "");
    }
    return value;
  }

  boolean flag(String name) {
    String value = last(name);
    if (value == null) {
      return false;
    }
    switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on", "t", "y":
        return true;
      case "false", "0", "no", "off", "f", "n":
        return false;
      default:
        problems.add(
            "bool_parsing",
            List.of("query", name),
            "Input should be a valid boolean, unable to interpret input",
            Json.NODES.textNode(value));
        return false;
    }
  }

  /**
   * A limit; {@code largest} 0 means there is none. One that 64 bits do not hold is {@link
   * Long#MAX_VALUE}.
   */
  long limit(int otherwise, int largest) {
    String value = last("limit");
    if (value == null) {
      return otherwise;
    }
    List<Object> location = List.of("query", "limit");
    JsonNode input = Json.NODES.textNode(value);
    BigInteger number = Numbers.integer(value);
    if (number == null) {
      if (Numbers.isTooLong(value)) {
        Fields.tooLong(problems, location, input);
      } else {
        problems.add(
            "int_parsing",
            location,
            "Input should be a valid integer, unable to parse string as an integer",
            input);
      }
      return otherwise;
    }
    if (number.signum() <= 0) {
      problems.add(
          "greater_than", location, "Input should be greater than 0", input, Map.of("gt", 0));
    } else if (largest > 0 && number.compareTo(BigInteger.valueOf(largest)) > 0) {
      problems.add(
          "less_than_equal",
          location,
          "Input should be less than or equal to " + largest,
          input,
          Map.of("le", largest));
    }
    return number.bitLength() < Long.SIZE ? number.longValue() : Long.MAX_VALUE;
  }

  /** A number that may not be negative; NaN is neither. */
  @Nullable Double amount(String name) {
    String value = last(name);
    if (value == null) {
      return null;
    }
    Double number = Numbers.decimal(value);
    if (number == null) {
      problems.add(
          "float_parsing",
          List.of("query", name),
          "Input should be a valid number, unable to parse string as a number",
          Json.NODES.textNode(value));
    } else if (!(number >= 0)) {
      problems.add(
          "greater_than_equal",
          List.of("query", name),
          "Input should be greater than or equal to 0",
          Json.NODES.textNode(value),
          Map.of("ge", 0));
    }
    return number;
  }

  @Nullable Instant time(String name) {
    String value = last(name);
    if (value == null) {
      return null;
    }
    Instant time = Timestamps.parse(value);
    if (time == null) {
      problems.add(
          "datetime_from_date_parsing",
          List.of("query", name),
          "Input should be a valid datetime or date",
          Json.NODES.textNode(value));
    }
    return time;
  }

  /** A time that must be given. */
  Instant requiredTime(String name) {
    if (last(name) == null) {
      problems.missing(List.of("query", name), null);
    }
    Instant time = time(name);
    return time == null ? Instant.EPOCH : time;
  }

  @Nullable String oneOf(String name, String... words) {
    String value = last(name);
    if (value != null && !List.of(words).contains(value)) {
      String expected = Expected.oneOf(words);
      problems.add(
          "literal_error",
          List.of("query", name),
          "Input should be " + expected,
          Json.NODES.textNode(value),
          Map.of("expected", expected));
    }
    return value;
  }

  /** Empty counts as none. */
  @Nullable String cursor() {
    String value = last("cursor");
    return value == null || value.isEmpty() ? null : value;
  }
}
