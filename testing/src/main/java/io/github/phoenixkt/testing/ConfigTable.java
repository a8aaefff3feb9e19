package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All annotation configs. */
final class ConfigTable {
  final NavigableMap<Long, ConfigRow> rows = new TreeMap<>();
  private long lastId;

  ConfigRow add(String name, ConfigType type, ObjectNode fields) {
    ConfigRow row = new ConfigRow(++lastId, name, type, fields);
    rows.put(row.id, row);
    return row;
  }

  @Nullable ConfigRow named(String name) {
    return rows.values().stream().filter(row -> row.name.equals(name)).findFirst().orElse(null);
  }

  /** The config every server since 15.7 starts with. */
  void seed() {
    ObjectNode fields = Json.NODES.objectNode();
    fields.put("description", "User feedback labels for traces.");
    fields.put("optimization_direction", "MAXIMIZE");
    var values = fields.putArray("values");
    values.addObject().put("label", "positive").put("score", 1.0);
    values.addObject().put("label", "negative").put("score", 0.0);
    add("user_feedback", ConfigType.CATEGORICAL, fields);
  }
}
