package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;

/** Reading and deleting sessions. */
final class Sessions {
  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  Sessions(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    dispatcher.add(new Route("GET", "/v1/sessions/{}", "13.5.0", this::get));
    dispatcher.add(new Route("GET", "/v1/projects/{}/sessions", "13.5.0", this::list));
    dispatcher.add(
        new Route("DELETE", "/v1/sessions/{}", "13.13.0", this::delete, Route.Flag.LOCK));
    dispatcher.add(
        new Route(
            "POST",
            "/v1/sessions/delete",
            "13.13.0",
            this::deleteMany,
            Route.Flag.BODY,
            Route.Flag.LOCK));
  }

  private Reply get(Call call) {
    String identifier = call.pathArgument(0);
    SessionRow session = lookup.session(identifier);
    if (session == null) {
      throw ApiError.notFound("Session with session_id " + identifier + " not found");
    }
    return Reply.data(json(session));
  }

  private Reply list(Call call) {
    Query query = call.query();
    long limit = query.limit(100, 0);
    boolean descending = "desc".equals(query.oneOf("order", "asc", "desc"));
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    NotSimulated.refuseFilter(query, state.has("20.11.0"));
    Long cursor =
        Page.cursorRow(
            state.database, query.cursor(), 422, "Invalid cursor format: " + query.cursor());
    Comparator<SessionRow> order = Comparator.comparingLong(session -> session.id);
    return Page.of(
        store.sessions.values().stream()
            .filter(session -> session.project == project)
            .filter(
                session ->
                    cursor == null || (descending ? session.id <= cursor : session.id >= cursor))
            .sorted(descending ? order.reversed() : order),
        limit,
        this::json,
        session -> GlobalId.encode(SessionRow.TYPE, session.id));
  }

  private JsonNode json(SessionRow session) {
    ObjectNode json = session.toJson();
    if (state.has("15.4.0")) {
      Tokens.of(session.traces.values().stream()).addTo(json);
    }
    return json;
  }

  private Reply delete(Call call) {
    String identifier = call.pathArgument(0);
    SessionRow session = lookup.session(identifier);
    if (session == null) {
      throw ApiError.notFound("Session with session_id '" + identifier + "' not found");
    }
    store.remove(session);
    return Reply.noContent();
  }

  private Reply deleteMany(Call call) {
    List<String> identifiers = call.fields().texts("session_identifiers");
    call.check();
    if (identifiers.isEmpty()) {
      throw ApiError.unprocessable("Session identifier list must not be empty.");
    }
    long globalIds =
        identifiers.stream().filter(id -> lookup.row(SessionRow.TYPE, id) != null).count();
    if (globalIds != 0 && globalIds != identifiers.size()) {
      throw ApiError.unprocessable(
          "All identifiers must be the same type: either all GlobalIDs or all session_id strings.");
    }
    for (String identifier : identifiers) {
      SessionRow session = lookup.session(identifier);
      if (session != null) {
        store.remove(session);
      }
    }
    return Reply.noContent();
  }
}
