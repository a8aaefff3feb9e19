package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and notes what is wrong with them. A getter that found a
 * problem returns a harmless value: nothing is used before {@link Problems#throwIfAny()}.
 */
final class Fields {
  /** From here on a double is no 64-bit number. */
  private static final double LONGS = 0x1p63;

  private final JsonNode node;
  private final List<Object> location;
  private final Problems problems;

  Fields(JsonNode node, List<Object> location, Problems problems) {
    this.node = node;
    this.location = location;
    this.problems = problems;
  }

  JsonNode node() {
    return node;
  }

  boolean has(String field) {
    return node.has(field);
  }

  /** Reports a missing required field. */
  private @Nullable JsonNode required(String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      problems.missing(at(field), node);
    }
    return value;
  }

  /** A string that must be there. */
  String text(String field) {
    return text(required(field), field);
  }

  /** A string that may be left out, but not be null. */
  String text(String field, String otherwise) {
    JsonNode value = node.get(field);
    return value == null ? otherwise : text(value, field);
  }

  /** A string that may be left out or null. */
  @Nullable String textOrNull(String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : text(value, field);
  }

  private String text(@Nullable JsonNode value, String field) {
    if (value == null) {
      return "";
    }
    if (!value.isTextual()) {
      problems.add("string_type", at(field), "Input should be a valid string", value);
      return "";
    }
    return value.textValue();
  }

  /** A required string that is trimmed and then may not be empty. */
  String trimmedText(String field) {
    return notEmpty(field, Numbers.strip(text(field)));
  }

  /** A required string that may not be empty. */
  String nonEmptyText(String field) {
    return notEmpty(field, text(field));
  }

  private String notEmpty(String field, String text) {
    JsonNode value = node.get(field);
    if (text.isEmpty() && value != null && value.isTextual()) {
      tooShort(problems, at(field), text);
    }
    return text;
  }

  static void tooShort(Problems problems, List<Object> location, String text) {
    problems.add(
        "string_too_short",
        location,
        "String should have at least 1 character",
        Json.NODES.textNode(text),
        Map.of("min_length", 1));
  }

  /** A number, also as text or boolean; null when absent or not finite. */
  @Nullable Double numberOrNull(String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    double number;
    // A whole number that no double holds is none.
    if (value.isNumber() && !isHuge(value)) {
      number = value.doubleValue();
    } else if (value.isBoolean()) {
      number = value.booleanValue() ? 1 : 0;
    } else if (value.isTextual()) {
      number = numberIn(field, value);
    } else {
      problems.add("float_type", at(field), "Input should be a valid number", value);
      return null;
    }
    return Double.isFinite(number) ? number : null;
  }

  private static boolean isHuge(JsonNode value) {
    return value.isIntegralNumber() && Double.isInfinite(value.doubleValue());
  }

  private double numberIn(String field, JsonNode value) {
    Double number = Numbers.decimal(value.textValue());
    if (number == null) {
      problems.add(
          "float_parsing",
          at(field),
          "Input should be a valid number, unable to parse string as a number",
          value);
      return Double.NaN;
    }
    return number;
  }

  /** A whole number that must be there; text and 1.0 are taken, 1.5 is not. */
  int integer(String field) {
    JsonNode value = required(field);
    if (value == null) {
      return 0;
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    if (value.isIntegralNumber()) {
      return saturated(value.bigIntegerValue());
    }
    if (value.isNumber()) {
      return wholeNumber(field, value);
    }
    if (value.isTextual()) {
      return integerIn(field, value);
    }
    problems.add("int_type", at(field), "Input should be a valid integer", value);
    return 0;
  }

  private int wholeNumber(String field, JsonNode value) {
    double number = value.doubleValue();
    if (!Double.isFinite(number)) {
      problems.add("finite_number", at(field), "Input should be a finite number", value);
    } else if (number != Math.rint(number)) {
      problems.add(
          "int_from_float",
          at(field),
          "Input should be a valid integer, got a number with a fractional part",
          value);
    } else if (Math.abs(number) >= LONGS) {
      tooLong(problems, at(field), value);
    }
    return (int) number;
  }

  private int integerIn(String field, JsonNode value) {
    BigInteger number = Numbers.integer(value.textValue());
    if (number != null) {
      return saturated(number);
    }
    if (Numbers.isTooLong(value.textValue())) {
      tooLong(problems, at(field), value);
    } else {
      problems.add(
          "int_parsing",
          at(field),
          "Input should be a valid integer, unable to parse string as an integer",
          value);
    }
    return 0;
  }

  static void tooLong(Problems problems, List<Object> location, JsonNode value) {
    problems.add(
        "int_parsing_size",
        location,
        "Unable to parse input string as an integer, exceeded maximum size",
        value);
  }

  /** No use of it is as large. */
  private static int saturated(BigInteger number) {
    return number.bitLength() < 32
        ? number.intValue()
        : number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  /** One of the given words, exactly as written. */
  String oneOf(String field, String type, String... words) {
    JsonNode value = required(field);
    return value == null ? words[0] : oneOf(value, field, type, words);
  }

  @Nullable String oneOfOrNull(String field, String type, String... words) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : oneOf(value, field, type, words);
  }

  private String oneOf(JsonNode value, String field, String type, String... words) {
    if (value.isTextual() && List.of(words).contains(value.textValue())) {
      return value.textValue();
    }
    String expected = Expected.oneOf(words);
    problems.add(
        type, at(field), "Input should be " + expected, value, Map.of("expected", expected));
    return words[0];
  }

  /** An object, or null when absent or null. */
  @Nullable JsonNode objectOrNull(String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : object(value, field);
  }

  /** An object that may be left out but not be null. */
  JsonNode object(String field) {
    JsonNode value = node.get(field);
    return value == null ? Json.NODES.objectNode() : object(value, field);
  }

  private JsonNode object(JsonNode value, String field) {
    if (!value.isObject()) {
      problems.add("dict_type", at(field), "Input should be a valid dictionary", value);
      return Json.NODES.objectNode();
    }
    return value;
  }

  /** A time with an offset. */
  Instant awareTime(String field) {
    JsonNode value = required(field);
    if (value == null) {
      return Instant.EPOCH;
    }
    String text = value.isTextual() ? value.textValue() : plainNumber(value);
    Instant time = Timestamps.parseAware(text);
    if (time == null) {
      if (Timestamps.parse(text) == null) {
        problems.add(
            "datetime_from_date_parsing",
            at(field),
            "Input should be a valid datetime or date",
            value);
      } else {
        problems.add("value_error", location, "Value error, " + field + " needs an offset", node);
      }
      return Instant.EPOCH;
    }
    return time;
  }

  /** Without an exponent, which a text may not have. */
  private static String plainNumber(JsonNode value) {
    boolean finite = value.isNumber() && Double.isFinite(value.doubleValue());
    return finite ? value.decimalValue().toPlainString() : "";
  }

  /** The nested object of a required field. */
  Fields nested(String field) {
    JsonNode value = required(field);
    return value == null
        ? new Fields(Json.NODES.objectNode(), at(field), new Problems())
        : model(value, field);
  }

  /** The nested object of a field that may be left out or null. */
  Fields nestedOrEmpty(String field) {
    JsonNode value = node.get(field);
    return model(value == null || value.isNull() ? Json.NODES.objectNode() : value, field);
  }

  /** Nothing is said about the fields of what is no object. */
  private Fields model(JsonNode value, String field) {
    return value.isObject()
        ? new Fields(value, at(field), problems)
        : new Fields(asModel(value, at(field)), at(field), new Problems());
  }

  /** Reads every element of a required list of objects. */
  void each(String field, BiConsumer<Integer, Fields> reader) {
    JsonNode list = required(field);
    if (list != null) {
      each(list, field, reader);
    }
  }

  /** Reads every element of a list of objects that may be left out. */
  void eachIfPresent(String field, BiConsumer<Integer, Fields> reader) {
    if (has(field)) {
      each(node.get(field), field, reader);
    }
  }

  private void each(JsonNode list, String field, BiConsumer<Integer, Fields> reader) {
    if (!list.isArray()) {
      problems.add("list_type", at(field), "Input should be a valid list", list);
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      List<Object> where = at(field, i);
      JsonNode item = list.get(i);
      if (item.isObject()) {
        reader.accept(i, new Fields(item, where, problems));
      } else {
        asModel(item, where);
      }
    }
  }

  /** A required list of strings. */
  List<String> texts(String field) {
    List<String> found = new ArrayList<>();
    JsonNode list = required(field);
    if (list == null) {
      return found;
    }
    if (!list.isArray()) {
      problems.add("list_type", at(field), "Input should be a valid list", list);
      return found;
    }
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      if (item.isTextual()) {
        found.add(item.textValue());
      } else {
        problems.add("string_type", at(field, i), "Input should be a valid string", item);
      }
    }
    return found;
  }

  private JsonNode asModel(JsonNode value, List<Object> where) {
    if (!value.isObject()) {
      problems.add("model_type", where, "Input should be a valid dictionary or object", value);
      return Json.NODES.objectNode();
    }
    return value;
  }

  List<Object> at(Object... steps) {
    List<Object> path = new ArrayList<>(location);
    path.addAll(List.of(steps));
    return path;
  }
}
