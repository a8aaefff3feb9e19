package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A project and the configs assigned to it. */
final class ProjectRow {
  static final String TYPE = "Project";
  static final String DEFAULT = "default";

  final long id;
  final String name;
  final NavigableMap<Long, ConfigRow> configs = new TreeMap<>();
  @Nullable String description;

  ProjectRow(long id, String name, @Nullable String description) {
    this.id = id;
    this.name = name;
    this.description = description;
  }

  String globalId() {
    return GlobalId.encode(TYPE, id);
  }

  ObjectNode toJson() {
    return Json.NODES
        .objectNode()
        .put("name", name)
        .put("description", description)
        .put("id", globalId());
  }
}
