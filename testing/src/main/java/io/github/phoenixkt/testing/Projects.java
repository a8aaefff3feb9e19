package io.github.phoenixkt.testing;

import java.util.Locale;

/** {@code /v1/projects}. */
final class Projects {
  private final ServerState state;
  private final Store store;
  private final Lookup lookup;

  Projects(ServerState state) {
    this.state = state;
    this.store = state.store;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    String since = "8.23.0";
    dispatcher.add(new Route("GET", "/v1/projects", since, this::list));
    dispatcher.add(new Route("GET", "/v1/projects/{}", since, this::get));
    dispatcher.add(
        new Route("POST", "/v1/projects", since, this::create, Route.Flag.BODY, Route.Flag.LOCK));
    dispatcher.add(
        new Route(
            "PUT",
            "/v1/projects/{}",
            since,
            this::update,
            Route.Flag.BODY,
            Route.Flag.LOCK,
            Route.Flag.ADMIN));
    dispatcher.add(new Route("DELETE", "/v1/projects/{}", since, this::delete, Route.Flag.ADMIN));
  }

  private Reply list(Call call) {
    Query query = call.query();
    long limit = query.limit(100, 0);
    query.flag("include_experiment_projects");
    query.flag("include_dataset_evaluator_projects");
    call.check();
    String contained = state.has("17.16.0") ? query.last("name_contains") : null;
    String part = contained == null ? "" : contained.toLowerCase(Locale.ROOT);
    Long cursor =
        Page.cursorRow(
            state.database, query.cursor(), 422, "Invalid cursor format: " + query.cursor());
    return Page.of(
        store.projects.descendingMap().values().stream()
            .filter(project -> project.name.toLowerCase(Locale.ROOT).contains(part))
            .filter(project -> cursor == null || project.id <= cursor),
        limit,
        ProjectRow::toJson,
        ProjectRow::globalId);
  }

  private Reply get(Call call) {
    return Reply.data(lookup.project(call.pathArgument(0)).toJson());
  }

  private Reply create(Call call) {
    Fields body = call.fields();
    String name = body.nonEmptyText("name");
    String description = body.textOrNull("description");
    call.check();
    // A real server has no better answer to a name that is taken.
    if (store.projectNamed(name) != null || state.database.refusesText(name)) {
      throw ApiError.internal();
    }
    return Reply.data(store.addProject(name, description).toJson());
  }

  private Reply update(Call call) {
    String description = call.fields().textOrNull("description");
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    // Null leaves the description as it is: it cannot be cleared.
    if (description != null) {
      project.description = description;
    }
    return Reply.data(project.toJson());
  }

  private Reply delete(Call call) {
    ProjectRow project = lookup.project(call.pathArgument(0));
    if (project.name.equals(ProjectRow.DEFAULT)) {
      throw new ApiError(403, "The default project cannot be deleted");
    }
    store.removeProject(project);
    return Reply.noContent();
  }
}
