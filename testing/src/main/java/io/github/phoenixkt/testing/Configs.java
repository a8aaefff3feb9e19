package io.github.phoenixkt.testing;

import org.jspecify.annotations.Nullable;

/** {@code /v1/annotation_configs}. */
final class Configs {
  private final ServerState state;
  private final ConfigTable configs;
  private final Lookup lookup;

  Configs(ServerState state) {
    this.state = state;
    this.configs = state.store.configs;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    String since = "9.0.0";
    String one = "/v1/annotation_configs/{}";
    dispatcher.add(new Route("GET", "/v1/annotation_configs", since, this::list));
    dispatcher.add(new Route("GET", one, since, this::get));
    dispatcher.add(
        new Route(
            "POST",
            "/v1/annotation_configs",
            since,
            this::create,
            Route.Flag.BODY,
            Route.Flag.LOCK));
    dispatcher.add(new Route("PUT", one, since, this::replace, Route.Flag.BODY, Route.Flag.LOCK));
    dispatcher.add(new Route("DELETE", one, since, this::delete));
  }

  private Reply list(Call call) {
    Query query = call.query();
    long limit = query.limit(100, 0);
    call.check();
    Long cursor = cursor(lookup, query);
    return Page.of(
        configs.rows.descendingMap().values().stream()
            .filter(config -> cursor == null || config.id <= cursor),
        limit,
        ConfigRow::toJson,
        ConfigRow::globalId);
  }

  /** Unlike other cursors this one must be of the right type, and is a 400 when it is not. */
  static @Nullable Long cursor(Lookup lookup, Query query) {
    String cursor = query.cursor();
    if (cursor == null) {
      return null;
    }
    Long row = lookup.configRowOrFail(cursor);
    if (row == null) {
      throw new ApiError(400, "Invalid cursor: " + cursor);
    }
    return row;
  }

  private Reply get(Call call) {
    return Reply.data(lookup.config(call.pathArgument(0)).toJson());
  }

  private Reply create(Call call) {
    ConfigValues values = ConfigValues.read(call, state.has("16.0.0"));
    refuseName(values.name(), null);
    return Reply.data(configs.add(values.name(), values.type(), values.fields()).toJson());
  }

  /** Replaces everything, the type included; only an id will do. */
  private Reply replace(Call call) {
    String identifier = call.pathArgument(0);
    ConfigValues values = ConfigValues.read(call, state.has("16.0.0"));
    if (GlobalId.decode(identifier) == null) {
      // The real server does not catch the failing decode.
      throw ApiError.internal();
    }
    ConfigRow config = byId(identifier);
    refuseName(values.name(), config);
    config.name = values.name();
    config.type = values.type();
    config.fields = values.fields();
    return Reply.data(config.toJson());
  }

  private Reply delete(Call call) {
    String identifier = call.pathArgument(0);
    if (GlobalId.decode(identifier) == null) {
      throw ApiError.unprocessable("Invalid annotation configuration ID format: " + identifier);
    }
    ConfigRow config = byId(identifier);
    configs.rows.remove(config.id);
    state.store.projects.values().forEach(project -> project.configs.remove(config.id));
    return Reply.data(config.toJson());
  }

  private ConfigRow byId(String identifier) {
    Long row = lookup.configRowOrFail(identifier);
    if (row == null) {
      throw new ApiError(400, "Invalid annotation configuration ID");
    }
    ConfigRow config = configs.rows.get(row);
    if (config == null) {
      throw ApiError.notFound("Annotation configuration not found");
    }
    return config;
  }

  private void refuseName(String name, @Nullable ConfigRow renamed) {
    if (name.equals("note")) {
      throw new ApiError(
          409,
          "The name 'note' is reserved for trace and span notes and cannot be used for annotation"
              + " configs.");
    }
    ConfigRow other = configs.named(name);
    if (other != null && other != renamed) {
      throw new ApiError(409, "The name of the annotation configuration is already taken");
    }
  }
}
