package io.github.phoenixkt.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The span filter {@code attribute=dotted.key:value}. */
final class AttributeFilter {
  private AttributeFilter() {}

  static Predicate<SpanRow> parse(String text, Database database) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw ApiError.unprocessable("Invalid attribute '" + text + "': expected format 'key:value'");
    }
    String key = text.substring(0, colon);
    String value = text.substring(colon + 1);
    if (key.isEmpty()) {
      throw ApiError.unprocessable("Invalid attribute: key must not be empty");
    }
    if (value.isEmpty()) {
      throw ApiError.unprocessable("Invalid attribute: value must not be empty");
    }
    JsonNode wanted = wanted(value);
    // What was flattened from a list cannot be reached by a filter.
    return span ->
        !key.matches(".*\\.\\d+(\\..*)?")
            && matches(span.values.attributes().get(key), wanted, database);
  }

  /** The value is read as JSON where it is JSON, else as text. */
  private static JsonNode wanted(String value) {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(value);
    } catch (JsonProcessingException e) {
      return Json.NODES.textNode(value);
    }
    if (!node.isValueNode() || node.isNull()) {
      throw ApiError.unprocessable(
          "Invalid attribute value '"
              + value
              + "': must be a string, integer, float, or boolean. To match a string that looks like"
              + " a number or boolean, JSON-quote the value: `key:\"12345\"`.");
    }
    return node;
  }

  private static boolean matches(@Nullable JsonNode stored, JsonNode wanted, Database database) {
    if (stored == null) {
      return false;
    }
    // A fraction does not look for whole numbers, though a whole number finds 2.0.
    if (wanted.isFloatingPointNumber() && stored.isIntegralNumber()) {
      return false;
    }
    // SQLite has no booleans: true is 1 there.
    if (database == Database.SQLITE && isNumeric(wanted) && isNumeric(stored)) {
      return stored.asDouble() == wanted.asDouble();
    }
    if (wanted.isNumber()) {
      return stored.isNumber() && stored.doubleValue() == wanted.doubleValue();
    }
    if (wanted.isTextual()) {
      // Text outside of ASCII never matches on a real server.
      return stored.isTextual()
          && StandardCharsets.US_ASCII.newEncoder().canEncode(wanted.textValue())
          && stored.textValue().equals(wanted.textValue());
    }
    return stored.equals(wanted);
  }

  private static boolean isNumeric(JsonNode node) {
    return node.isNumber() || node.isBoolean();
  }
}
