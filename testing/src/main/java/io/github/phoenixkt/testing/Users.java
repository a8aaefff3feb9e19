package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** {@code GET /v1/user}: who the caller is. */
final class Users {
  private final ServerState state;
  private final String startTime;

  Users(ServerState state) {
    this.state = state;
    this.startTime = Timestamps.format(state.store.now());
  }

  void addTo(Dispatcher dispatcher) {
    dispatcher.add(
        new Route("GET", "/v1/user", "13.16.0", call -> Reply.data(json(call.caller()))));
  }

  private ObjectNode json(Caller caller) {
    ObjectNode json = Json.NODES.objectNode();
    if (!state.keys.authenticationIsOn()) {
      return json.put("auth_method", "ANONYMOUS");
    }
    boolean system = Keys.SYSTEM_USER.equals(caller.userId());
    String name = (system ? Role.SYSTEM : caller.role()).name().toLowerCase(Locale.ROOT);
    return json.put("id", caller.userId())
        .put("created_at", startTime)
        .put("updated_at", startTime)
        .put("email", name + (system ? "@localhost" : "@example.com"))
        .put("username", name)
        .put("role", name.toUpperCase(Locale.ROOT))
        .put("auth_method", "LOCAL")
        .put("password_needs_reset", !system);
  }
}
