package io.github.phoenixkt.testing;

import org.jspecify.annotations.Nullable;

/** Finds what a path segment names: a GlobalID of the right type, else a name or raw id. */
final class Lookup {
  private final Store store;

  Lookup(Store store) {
    this.store = store;
  }

  ProjectRow project(String identifier) {
    Long row = GlobalId.row(ProjectRow.TYPE, identifier);
    ProjectRow found = row == null ? store.projectNamed(identifier) : store.projects.get(row);
    if (found == null) {
      throw ApiError.notFound(
          "Project with " + (row == null ? "name " : "ID ") + identifier + " not found");
    }
    return found;
  }

  @Nullable SessionRow session(String identifier) {
    Long row = GlobalId.row(SessionRow.TYPE, identifier);
    return row == null ? store.session(identifier) : store.sessions.get(row);
  }

  @Nullable TraceRow trace(String identifier) {
    Long row = GlobalId.row(TraceRow.TYPE, identifier);
    return row == null ? store.trace(identifier) : store.traces.get(row);
  }

  @Nullable SpanRow span(String identifier) {
    Long row = GlobalId.row(SpanRow.TYPE, identifier);
    return row == null ? store.span(identifier) : store.spans.get(row);
  }

  /** A config by id of any config type, else by name. */
  ConfigRow config(String identifier) {
    Long row = ConfigType.row(GlobalId.decode(identifier));
    ConfigRow found = row == null ? store.configs.named(identifier) : store.configs.rows.get(row);
    if (found == null) {
      throw ApiError.notFound("Annotation configuration not found");
    }
    return found;
  }
}
