package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A session: the traces that share a {@code session.id}. */
final class SessionRow {
  static final String TYPE = "ProjectSession";

  final long id;
  final String sessionId;
  final ProjectRow project;
  final NavigableMap<Long, TraceRow> traces = new TreeMap<>();
  Instant start;
  Instant end;

  SessionRow(long id, String sessionId, ProjectRow project, Instant start, Instant end) {
    this.id = id;
    this.sessionId = sessionId;
    this.project = project;
    this.start = start;
    this.end = end;
  }

  ObjectNode toJson() {
    ObjectNode json = Json.NODES.objectNode();
    json.put("id", GlobalId.encode(TYPE, id));
    json.put("session_id", sessionId);
    json.put("project_id", project.globalId());
    json.put("start_time", Timestamps.format(start));
    json.put("end_time", Timestamps.format(end));
    ArrayNode list = json.putArray("traces");
    traces.values().stream()
        .sorted(Comparator.comparing(trace -> trace.start))
        .forEach(
            trace ->
                list.addObject()
                    .put("id", trace.globalId())
                    .put("trace_id", trace.traceId)
                    .put("start_time", Timestamps.format(trace.start))
                    .put("end_time", Timestamps.format(trace.end)));
    return json;
  }
}
