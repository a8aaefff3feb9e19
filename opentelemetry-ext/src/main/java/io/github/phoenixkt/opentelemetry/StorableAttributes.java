package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.booleanArrayKey;
import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleArrayKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longArrayKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.github.phoenixkt.internal.BestEffortJson;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.util.List;
import java.util.regex.Pattern;

/** Attributes whose keys and values Phoenix can store in every database. */
final class StorableAttributes {
  /** Phoenix parses the JSON of attributes whose keys end like this, and stores what it says. */
  private static final List<String> JSON_KEYS =
      List.of("metadata", "llm.prompt_template.variables", "tool.parameters");

  /** So it does with messages, tools and others of these. */
  private static final String JSON_KEYS_BEGIN = "gen_ai.";

  /** An escape in JSON; in group 1 those of characters that cannot be stored. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:u[dD][89abAB]\\p{XDigit}{2}\\\\u[dD][c-fC-F]\\p{XDigit}{2}"
              + "|(u0000|u[dD][89a-fA-F]\\p{XDigit}{2})|.)",
          Pattern.DOTALL);

  private StorableAttributes() {}

  static boolean areStorable(Attributes attributes) {
    return attributes.asMap().entrySet().stream()
        .allMatch(it -> isStorable(it.getKey().getKey(), it.getValue()));
  }

  private static boolean isStorable(String key, Object value) {
    return BestEffortJson.isStorable(key)
        && (value instanceof Boolean
            || value instanceof Number
            || value.equals(storableValue(key, value)));
  }

  static Attributes storable(Attributes attributes) {
    AttributesBuilder storable = Attributes.builder();
    attributes.forEach((key, value) -> put(storable, storableKey(key), key.getKey(), value));
    return storable.build();
  }

  @SuppressWarnings("unchecked") // Attributes hold values of the types of their keys.
  private static <T> void put(
      AttributesBuilder attributes, AttributeKey<T> key, String name, Object value) {
    attributes.put(key, (T) storableValue(name, value));
  }

  private static AttributeKey<?> storableKey(AttributeKey<?> key) {
    if (BestEffortJson.isStorable(key.getKey())) {
      return key;
    }
    String name = BestEffortJson.storable(key.getKey());
    return switch (key.getType()) {
      case STRING -> stringKey(name);
      case BOOLEAN -> booleanKey(name);
      case LONG -> longKey(name);
      case DOUBLE -> doubleKey(name);
      case STRING_ARRAY -> stringArrayKey(name);
      case BOOLEAN_ARRAY -> booleanArrayKey(name);
      case LONG_ARRAY -> longArrayKey(name);
      case DOUBLE_ARRAY -> doubleArrayKey(name);
      // Newer versions of OpenTelemetry have one for nested values.
      default -> new OtherKey<>(name, key.getType());
    };
  }

  private static Object storableValue(String key, Object value) {
    if (value instanceof String text) {
      return storableText(key, text);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(element -> storableValue(key, element)).toList();
    }
    return value instanceof Value<?> nested ? storableValue(key, nested) : value;
  }

  private static Value<?> storableValue(String key, Value<?> nested) {
    return switch (nested.getType()) {
      case STRING -> Value.of(storableText(key, (String) nested.getValue()));
      case ARRAY ->
          Value.of(
              ((List<?>) nested.getValue())
                  .stream().<Value<?>>map(it -> storableValue(key, (Value<?>) it)).toList());
      case KEY_VALUE_LIST ->
          Value.of(
              ((List<?>) nested.getValue())
                  .stream().map(it -> storableEntry((KeyValue) it)).toArray(KeyValue[]::new));
      default -> nested;
    };
  }

  private static KeyValue storableEntry(KeyValue entry) {
    return KeyValue.of(
        BestEffortJson.storable(entry.getKey()), storableValue(entry.getKey(), entry.getValue()));
  }

  private static String storableText(String key, String text) {
    String storable = BestEffortJson.storable(text);
    return storable.contains("\\u") && isJson(key)
        ? ESCAPE.matcher(storable).replaceAll(it -> it.group(1) == null ? "$0" : "\\\\uFFFD")
        : storable;
  }

  private static boolean isJson(String key) {
    return key.startsWith(JSON_KEYS_BEGIN) || JSON_KEYS.stream().anyMatch(key::endsWith);
  }

  /** A key of a type that this version of OpenTelemetry does not have yet. */
  private record OtherKey<T>(String getKey, AttributeType getType) implements AttributeKey<T> {
    @Override
    public String toString() {
      return getKey;
    }
  }
}
