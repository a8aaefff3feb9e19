package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What a client says about a span. Attributes have flat, dotted keys. */
record SpanValues(
    String projectName,
    String spanId,
    String traceId,
    @Nullable String parentId,
    String name,
    String kind,
    Instant start,
    Instant end,
    String statusCode,
    String statusMessage,
    Map<String, JsonNode> attributes,
    List<Event> events) {

  /** The kinds that Phoenix knows. */
  static final List<String> KINDS =
      List.of(
          "LLM",
          "CHAIN",
          "TOOL",
          "RETRIEVER",
          "EMBEDDING",
          "AGENT",
          "RERANKER",
          "GUARDRAIL",
          "EVALUATOR",
          "PROMPT",
          "DECISION",
          "UNKNOWN");

  record Event(String name, Instant time, JsonNode attributes) {}

  SpanValues inProject(String name) {
    return new SpanValues(
        name,
        spanId,
        traceId,
        parentId,
        this.name,
        kind,
        start,
        end,
        statusCode,
        statusMessage,
        attributes,
        events);
  }

  /** What traces have, and what filters search. Spans come back with the kind that was sent. */
  String knownKind() {
    String upper = kind.toUpperCase(Locale.ROOT);
    return KINDS.contains(upper) ? upper : "UNKNOWN";
  }

  @Nullable String sessionId() {
    JsonNode session = attributes.get("session.id");
    return session == null || session.asText().isBlank() ? null : session.asText();
  }

  /**
   * Flattens attributes the way they come back: nested objects get dotted keys, lists of objects
   * get indices, lists of plain values stay lists, nulls vanish.
   */
  static Map<String, JsonNode> flatten(JsonNode attributes) {
    Map<String, JsonNode> flat = new LinkedHashMap<>();
    flatten("", attributes, flat);
    return flat;
  }

  private static void flatten(String key, JsonNode value, Map<String, JsonNode> flat) {
    String prefix = key.isEmpty() ? "" : key + ".";
    if (value.isObject()) {
      value.properties().forEach(field -> flatten(prefix + field.getKey(), field.getValue(), flat));
    } else if (value.isArray()
        && StreamSupport.stream(value.spliterator(), false).anyMatch(JsonNode::isObject)) {
      for (int i = 0; i < value.size(); i++) {
        // Plain values among objects are lost on a real server, too.
        if (value.get(i).isObject()) {
          flatten(prefix + i, value.get(i), flat);
        }
      }
    } else if (!value.isNull()) {
      flat.put(key, Json.withoutNaN(value));
    }
  }
}
