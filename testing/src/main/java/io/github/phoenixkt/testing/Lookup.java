package io.github.phoenixkt.testing;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Finds what a path segment names: a GlobalID of the right type, else a name or raw id. */
final class Lookup {
  private final Store store;
  private final Database database;

  Lookup(ServerState state) {
    this.store = state.store;
    this.database = state.database;
  }

  /** The row number when the text is an id of this type, else null. */
  @Nullable Long row(String type, String identifier) {
    GlobalId id = GlobalId.decode(identifier);
    BigInteger number = id == null || !id.type().equals(type) ? null : id.number();
    return number == null ? null : database.rowNumber(number);
  }

  /** The row number when the id is that of a config of any type, else null. */
  @Nullable Long configRow(String identifier) {
    GlobalId id = GlobalId.decode(identifier);
    BigInteger number = id == null || !ConfigType.isConfig(id) ? null : id.number();
    return number == null ? null : database.rowNumber(number);
  }

  /** As {@link #configRow}, where the real server does not catch that the id holds no number. */
  @Nullable Long configRowOrFail(String identifier) {
    GlobalId id = GlobalId.decode(identifier);
    if (id == null || !ConfigType.isConfig(id)) {
      return null;
    }
    Long row = configRow(identifier);
    if (row == null) {
      throw ApiError.internal();
    }
    return row;
  }

  ProjectRow project(String identifier) {
    Long row = row(ProjectRow.TYPE, identifier);
    ProjectRow found = row == null ? store.projectNamed(identifier) : store.projects.get(row);
    if (found == null) {
      throw ApiError.notFound(
          "Project with " + (row == null ? "name " : "ID ") + identifier + " not found");
    }
    return found;
  }

  @Nullable SessionRow session(String identifier) {
    Long row = row(SessionRow.TYPE, identifier);
    return row == null ? store.session(identifier) : store.sessions.get(row);
  }

  @Nullable TraceRow trace(String identifier) {
    Long row = row(TraceRow.TYPE, identifier);
    return row == null ? store.trace(identifier) : store.traces.get(row);
  }

  @Nullable SpanRow span(String identifier) {
    Long row = row(SpanRow.TYPE, identifier);
    return row == null ? store.span(identifier) : store.spans.get(row);
  }

  /** A config by id of any config type, else by name. */
  ConfigRow config(String identifier) {
    Long row = configRow(identifier);
    ConfigRow found = row == null ? store.configs.named(identifier) : store.configs.rows.get(row);
    if (found == null) {
      throw ApiError.notFound("Annotation configuration not found");
    }
    return found;
  }
}
