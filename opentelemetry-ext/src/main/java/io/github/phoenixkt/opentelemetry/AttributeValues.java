package io.github.phoenixkt.opentelemetry;

import static io.github.phoenixkt.internal.IndexLimit.MOST_INDEXED_BYTES;

import io.github.phoenixkt.internal.BestEffortJson;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts values into attributes and never fails: absent values are ignored, and values that cannot be
 * stored are left out with a warning. Phoenix on PostgreSQL loses a span that has one.
 */
final class AttributeValues {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixContext.class);

  private AttributeValues() {}

  static <T> void put(AttributesBuilder attributes, AttributeKey<T> key, @Nullable T value) {
    if (value instanceof String text) {
      if (isUsable(key, text)) {
        attributes.put(key, value);
      }
    } else if (value instanceof List<?> list) {
      putList(attributes, key, list);
    } else if (value != null) {
      attributes.put(key, value);
    }
  }

  @SuppressWarnings("unchecked") // A part of a list is a list of the same type.
  private static <T> void putList(AttributesBuilder attributes, AttributeKey<T> key, List<?> list) {
    List<?> usable =
        list.stream()
            .filter(Objects::nonNull)
            .filter(element -> !(element instanceof String text) || isUsable(key, text))
            .toList();
    if (!usable.isEmpty()) {
      attributes.put(key, (T) usable);
    }
  }

  static void putJson(
      AttributesBuilder attributes,
      AttributeKey<String> key,
      @Nullable Map<String, ? extends @Nullable Object> values) {
    try {
      if (values != null && !values.isEmpty()) {
        attributes.put(key, BestEffortJson.encode(values));
      }
    } catch (IllegalArgumentException e) {
      logger.warn(
          "{} is left out, since it cannot be written as JSON: {}", key.getKey(), e.getMessage());
    }
  }

  private static boolean isUsable(AttributeKey<?> key, String text) {
    if (text.isBlank()) {
      return false;
    }
    if (IndexedIds.isTooLong(key.getKey(), text)) {
      logger.warn(
          "{} is left out: it takes more than {} bytes, and Phoenix on PostgreSQL would lose its spans",
          key.getKey(),
          MOST_INDEXED_BYTES);
      return false;
    }
    if (!BestEffortJson.isStorable(text)) {
      logger.warn(
          "{} is left out: it holds a NUL character or half a surrogate pair, which Phoenix cannot store",
          key.getKey());
      return false;
    }
    return true;
  }
}
