package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** One stored span. */
final class SpanRow {
  static final String TYPE = "Span";

  final long id;
  final TraceRow trace;
  final SpanValues values;

  SpanRow(long id, TraceRow trace, SpanValues values) {
    this.id = id;
    this.trace = trace;
    this.values = values;
  }

  String globalId() {
    return GlobalId.encode(TYPE, id);
  }

  Instant start() {
    return values.start();
  }

  /** Zero unless it is a call of a model: the spans around one may repeat its counts. */
  long tokens(String kind) {
    if (!values.kind().equalsIgnoreCase("LLM")) {
      return 0;
    }
    JsonNode count = values.attributes().get("llm.token_count." + kind);
    return count == null ? 0 : count.asLong();
  }

  /** How many documents can be annotated. */
  int documentCount() {
    boolean reranker = values.kind().equalsIgnoreCase("RERANKER");
    String prefix = reranker ? "reranker.output_documents." : "retrieval.documents.";
    return (int)
        values.attributes().keySet().stream()
            .filter(key -> key.startsWith(prefix))
            .map(key -> key.substring(prefix.length()).split("\\.", 2)[0])
            .distinct()
            .count();
  }

  ObjectNode toJson() {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", globalId());
    json.put("name", values.name());
    json.putObject("context").put("trace_id", values.traceId()).put("span_id", values.spanId());
    json.put("span_kind", values.kind());
    json.put("parent_id", values.parentId());
    json.put("start_time", Timestamps.format(values.start()));
    json.put("end_time", Timestamps.format(values.end()));
    json.put("status_code", values.statusCode());
    json.put("status_message", values.statusMessage());
    ObjectNode attributes = json.putObject("attributes");
    for (Map.Entry<String, JsonNode> attribute : values.attributes().entrySet()) {
      attributes.set(attribute.getKey(), attribute.getValue());
    }
    ArrayNode events = json.putArray("events");
    for (SpanValues.Event event : values.events()) {
      events
          .addObject()
          .put("name", event.name())
          .put("timestamp", Timestamps.format(event.time()))
          .set("attributes", event.attributes());
    }
    return json;
  }

  ObjectNode toShortJson() {
    return Json.NODES
        .objectNode()
        .put("id", globalId())
        .put("span_id", values.spanId())
        .put("parent_id", values.parentId())
        .put("name", values.name())
        .put("span_kind", values.knownKind())
        .put("status_code", values.statusCode())
        .put("start_time", Timestamps.format(values.start()))
        .put("end_time", Timestamps.format(values.end()));
  }
}
