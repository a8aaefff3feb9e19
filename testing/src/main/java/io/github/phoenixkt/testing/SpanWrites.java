package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code POST /v1/projects/{}/spans} and {@code DELETE /v1/spans/{}}. */
final class SpanWrites {
  private static final Set<String> STATUS_CODES = Set.of("OK", "ERROR", "UNSET");

  private final Store store;
  private final Lookup lookup;
  private final WriteQueue queue;
  private final Runnable afterQueueing;

  SpanWrites(ServerState state, WriteQueue queue, Runnable afterQueueing) {
    this.store = state.store;
    this.lookup = new Lookup(state);
    this.queue = queue;
    this.afterQueueing = afterQueueing;
  }

  void addTo(Dispatcher dispatcher) {
    dispatcher.add(
        new Route(
            "POST",
            "/v1/projects/{}/spans",
            "10.12.0",
            this::create,
            Route.Flag.BODY,
            Route.Flag.LOCK));
    dispatcher.add(new Route("DELETE", "/v1/spans/{}", "11.19.0", this::delete, Route.Flag.LOCK));
  }

  private Reply create(Call call) {
    String project = call.pathArgument(0);
    List<SpanValues> spans = new ArrayList<>();
    call.fields().each("data", (i, item) -> spans.add(read(project, item)));
    call.check();
    // A name makes the project; an id must be known.
    String projectName =
        lookup.row(ProjectRow.TYPE, project) == null ? project : lookup.project(project).name;
    List<SpanValues> known =
        spans.stream().filter(span -> store.span(span.spanId()) != null).toList();
    if (!known.isEmpty()) {
      throw new ApiError(duplicates(spans.size(), known));
    }
    if (store.projectNamed(projectName) == null) {
      store.addProject(projectName, null);
    }
    queue.addSpans(spans.stream().map(span -> span.inProject(projectName)).toList());
    afterQueueing.run();
    return Reply.json(
        202,
        Json.NODES
            .objectNode()
            .put("total_received", spans.size())
            .put("total_queued", spans.size()));
  }

  private static SpanValues read(String project, Fields item) {
    Fields context = item.nested("context");
    List<SpanValues.Event> events = new ArrayList<>();
    item.eachIfPresent(
        "events",
        (i, event) ->
            events.add(
                new SpanValues.Event(
                    event.text("name"), event.awareTime("timestamp"), event.object("attributes"))));
    String status = item.text("status_code").toUpperCase(Locale.ROOT);
    return new SpanValues(
        project,
        context.text("span_id"),
        context.text("trace_id"),
        item.textOrNull("parent_id"),
        item.text("name"),
        item.text("span_kind"),
        item.awareTime("start_time"),
        item.awareTime("end_time"),
        STATUS_CODES.contains(status) ? status : "UNSET",
        item.text("status_message", ""),
        SpanValues.flatten(item.object("attributes")),
        events);
  }

  /** Says text and is JSON, as on a real server. */
  private static Reply duplicates(int received, List<SpanValues> known) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("error", "Request contains invalid or duplicate spans");
    json.put("total_received", received);
    json.put("total_queued", 0);
    json.put("total_duplicates", known.size());
    json.put("total_invalid", 0);
    ArrayNode list = json.putArray("duplicate_spans");
    for (SpanValues span : known) {
      list.addObject().put("span_id", span.spanId()).put("trace_id", span.traceId());
    }
    json.putArray("invalid_spans");
    return Reply.text(400, new String(Json.write(json), StandardCharsets.UTF_8));
  }

  private Reply delete(Call call) {
    String identifier = call.pathArgument(0);
    SpanRow span = lookup.span(identifier);
    if (span == null) {
      throw ApiError.notFound("Span with span_id '" + identifier + "' not found");
    }
    store.remove(span);
    return Reply.noContent();
  }
}
