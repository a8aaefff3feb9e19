package io.github.phoenixkt.testing;

import java.util.List;
import java.util.TreeMap;

/** Which configs are assigned to a project. */
final class ProjectConfigs {
  private final ConfigTable configs;
  private final Lookup lookup;

  ProjectConfigs(ServerState state) {
    this.configs = state.store.configs;
    this.lookup = new Lookup(state);
  }

  void addTo(Dispatcher dispatcher) {
    String since = "17.16.0";
    String all = "/v1/projects/{}/annotation_configs";
    dispatcher.add(new Route("GET", all, since, this::list));
    dispatcher.add(new Route("PUT", all, since, this::replace, Route.Flag.BODY, Route.Flag.LOCK));
    dispatcher.add(new Route("PUT", all + "/{}", since, this::assign, Route.Flag.LOCK));
    dispatcher.add(new Route("DELETE", all + "/{}", since, this::unassign));
  }

  private Reply list(Call call) {
    long limit = call.query().limit(100, 0);
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    Long cursor = Configs.cursor(lookup, call.query());
    return Page.of(
        project.configs.descendingMap().values().stream()
            .filter(config -> cursor == null || config.id <= cursor),
        limit,
        ConfigRow::toJson,
        ConfigRow::globalId);
  }

  private Reply assign(Call call) {
    ProjectRow project = lookup.project(call.pathArgument(0));
    ConfigRow config = lookup.config(call.pathArgument(1));
    project.configs.put(config.id, config);
    return Reply.data(config.toJson());
  }

  private Reply unassign(Call call) {
    ProjectRow project = lookup.project(call.pathArgument(0));
    ConfigRow config = lookup.config(call.pathArgument(1));
    project.configs.remove(config.id);
    return Reply.noContent();
  }

  /** Replaces the whole set. Ids only: a name is as wrong as an unknown id. */
  private Reply replace(Call call) {
    List<String> ids = call.fields().texts("annotation_config_ids");
    call.check();
    ProjectRow project = lookup.project(call.pathArgument(0));
    TreeMap<Long, ConfigRow> wanted = new TreeMap<>();
    for (String id : ids) {
      Long row = lookup.configRow(id);
      if (row == null) {
        throw ApiError.unprocessable("Invalid annotation configuration ID: " + id);
      }
      ConfigRow config = configs.rows.get(row);
      if (config == null) {
        throw ApiError.unprocessable("One or more annotation configurations were not found");
      }
      wanted.put(row, config);
    }
    project.configs.clear();
    project.configs.putAll(wanted);
    return Page.whole(List.copyOf(project.configs.descendingMap().values()), ConfigRow::toJson);
  }
}
