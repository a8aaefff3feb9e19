package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A trace and its spans. */
final class TraceRow {
  static final String TYPE = "Trace";

  final long id;
  final String traceId;
  final NavigableMap<Long, SpanRow> spans = new TreeMap<>();
  ProjectRow project;
  @Nullable SessionRow session;
  Instant start;
  Instant end;

  TraceRow(long id, String traceId, ProjectRow project, Instant start, Instant end) {
    this.id = id;
    this.traceId = traceId;
    this.project = project;
    this.start = start;
    this.end = end;
  }

  String globalId() {
    return GlobalId.encode(TYPE, id);
  }

  double latencyMillis() {
    Duration latency = Duration.between(start, end);
    return latency.getSeconds() * 1e3 + latency.getNano() / 1e6;
  }

  long tokens(String kind) {
    return spans.values().stream().mapToLong(span -> span.tokens(kind)).sum();
  }

  ObjectNode toJson(boolean includeSpans) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", globalId());
    json.put("trace_id", traceId);
    json.put("project_id", project.globalId());
    json.put("start_time", Timestamps.format(start));
    json.put("end_time", Timestamps.format(end));
    if (includeSpans) {
      ArrayNode list = json.putArray("spans");
      spans.values().stream()
          .sorted(Comparator.comparing(SpanRow::start))
          .forEach(span -> list.add(span.toShortJson()));
    } else {
      json.putNull("spans");
    }
    return json;
  }
}
