package io.github.phoenixkt.testing;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Listing, deleting and moving traces. */
final class Traces {
  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  Traces(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    dispatcher.add(new Route("GET", "/v1/projects/{}/traces", "13.15.0", this::list));
    dispatcher.add(new Route("DELETE", "/v1/projects/{}/traces", "20.6.0", this::deleteWindow));
    dispatcher.add(new Route("DELETE", "/v1/traces/{}", "11.18.0", this::delete));
    dispatcher.add(
        new Route(
            "POST",
            "/v1/traces/transfer",
            "20.1.0",
            this::transfer,
            Route.Flag.BODY,
            Route.Flag.LOCK));
  }

  private Reply list(Call call) {
    Query query = call.query();
    long limit = query.limit(100, 1000);
    Instant start = query.time("start_time");
    Instant end = query.time("end_time");
    String sort = query.oneOf("sort", "start_time", "latency_ms");
    boolean ascending = "asc".equals(query.oneOf("order", "asc", "desc"));
    boolean includeSpans = query.flag("include_spans");
    TraceFilter filter = TraceFilter.read(query, state.has("20.8.0"));
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    NotSimulated.refuseFilter(query, state.has("20.11.0"));
    List<String> sessionIds = query.all("session_identifier");
    Set<SessionRow> sessions =
        sessionIds.stream().map(lookup::session).filter(Objects::nonNull).collect(toSet());
    Stream<TraceRow> traces =
        store.traces.values().stream()
            .filter(trace -> trace.project == project)
            .filter(filter)
            .filter(trace -> start == null || !trace.start.isBefore(start))
            .filter(trace -> end == null || trace.start.isBefore(end))
            .filter(trace -> sessionIds.isEmpty() || sessions.contains(trace.session));
    Sorting<TraceRow> sorting =
        "latency_ms".equals(sort)
            ? new Sorting<>("latency", ascending, TraceRow::latencyMillis, trace -> trace.id)
            : new Sorting<>("start", ascending, trace -> Sorting.key(trace.start), t -> t.id);
    if (state.has("20.5.0")) {
      return sorting.page(traces, query.cursor(), limit, trace -> json(trace, includeSpans));
    }
    // Older servers sort by time and compare the cursor with row numbers: pages repeat or skip.
    Long cursor = Page.cursorRow(state.database, query.cursor(), 422, "Invalid cursor");
    return Page.of(
        sorting.sorted(
            traces.filter(
                trace -> cursor == null || (ascending ? trace.id >= cursor : trace.id <= cursor))),
        limit,
        trace -> json(trace, includeSpans),
        TraceRow::globalId);
  }

  private JsonNode json(TraceRow trace, boolean includeSpans) {
    ObjectNode json = trace.toJson(includeSpans);
    if (state.has("15.4.0")) {
      Tokens.of(Stream.of(trace)).addTo(json);
    }
    return json;
  }

  /** Any member may; sessions that lose their last trace go too. */
  private Reply deleteWindow(Call call) {
    Instant start = call.query().requiredTime("start_time");
    Instant end = call.query().requiredTime("end_time");
    call.check();
    if (!start.isBefore(end)) {
      throw ApiError.unprocessable("`start_time` must be strictly earlier than `end_time`.");
    }
    ProjectRow project = lookup.project(call.pathArgument(0));
    Set<SessionRow> touched = new LinkedHashSet<>();
    for (TraceRow trace : List.copyOf(store.traces.values())) {
      if (trace.project == project && !trace.start.isBefore(start) && trace.start.isBefore(end)) {
        if (trace.session != null) {
          touched.add(trace.session);
        }
        store.remove(trace);
      }
    }
    touched.stream().filter(session -> session.traces.isEmpty()).forEach(store::remove);
    return Reply.noContent();
  }

  private Reply delete(Call call) {
    String identifier = call.pathArgument(0);
    TraceRow trace = lookup.trace(identifier);
    if (trace == null) {
      throw ApiError.notFound("Trace with trace_id '" + identifier + "' not found");
    }
    store.remove(trace);
    return Reply.noContent();
  }

  private Reply transfer(Call call) {
    Fields body = call.fields();
    List<String> identifiers = body.texts("trace_identifiers");
    String destination = body.text("destination_project_identifier");
    JsonNode sent = body.node().get("trace_identifiers");
    if (sent != null && sent.isArray() && sent.isEmpty()) {
      call.problems()
          .add(
              "too_short",
              body.at("trace_identifiers"),
              "List should have at least 1 item after validation, not 0",
              sent);
    }
    call.check();
    ProjectRow project = lookup.project(destination);
    List<TraceRow> traces = new ArrayList<>();
    for (String identifier : new LinkedHashSet<>(identifiers)) {
      TraceRow trace = lookup.trace(identifier);
      if (trace == null) {
        throw ApiError.notFound("One or more traces not found");
      }
      traces.add(trace);
    }
    if (traces.stream().map(trace -> trace.project).distinct().count() > 1) {
      throw ApiError.unprocessable("Cannot transfer traces from multiple projects");
    }
    traces.forEach(trace -> trace.project = Objects.requireNonNull(project));
    return Reply.data(
        Json.NODES
            .objectNode()
            .put("transferred_trace_count", traces.size())
            .put("destination_project_id", project.globalId()));
  }
}
