package io.github.phoenixkt.opentelemetry;

import static io.github.phoenixkt.internal.IndexLimit.MOST_INDEXED_BYTES;
import static java.util.stream.Collectors.joining;

import io.opentelemetry.api.common.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The attributes that Phoenix has in an index. PostgreSQL cannot index long values: Phoenix accepts
 * a span with one, and loses it.
 */
final class IndexedIds {
  private static final int MOST_BYTES_OF_A_CHARACTER = 3;

  /** Phoenix takes the conversation for the session of a span that names none. */
  private static final Set<String> NAMES =
      Set.of("session.id", "user.id", "gen_ai.conversation.id");

  private IndexedIds() {}

  static boolean isTooLong(String name, Object value) {
    return characters(value) > MOST_INDEXED_BYTES / MOST_BYTES_OF_A_CHARACTER
        && NAMES.contains(cleaned(name))
        && bytes(value) > MOST_INDEXED_BYTES;
  }

  static boolean hasTooLong(Attributes attributes) {
    return attributes.asMap().entrySet().stream()
        .anyMatch(entry -> isTooLong(entry.getKey().getKey(), entry.getValue()));
  }

  static Attributes withoutTooLong(Attributes attributes) {
    return hasTooLong(attributes)
        ? attributes.toBuilder()
            .removeIf(key -> isTooLong(key.getKey(), attributes.asMap().get(key)))
            .build()
        : attributes;
  }

  /** As Phoenix cleans names. */
  private static String cleaned(String name) {
    return Arrays.stream(name.split("\\.", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .collect(joining("."));
  }

  private static int characters(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().mapToInt(IndexedIds::characters).sum();
    }
    return value instanceof String text ? text.length() : 0;
  }

  private static int bytes(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().mapToInt(IndexedIds::bytes).sum();
    }
    return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8).length : 0;
  }
}
