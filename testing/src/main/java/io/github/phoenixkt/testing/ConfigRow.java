package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One annotation config. The type is part of its id, and an update may change it. */
final class ConfigRow {
  final long id;
  String name;
  ConfigType type;
  ObjectNode fields;

  ConfigRow(long id, String name, ConfigType type, ObjectNode fields) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.fields = fields;
  }

  String globalId() {
    return GlobalId.encode(type.globalIdType, id);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.NODES.objectNode().put("name", name).put("type", type.name());
    json.setAll(fields);
    return json.put("id", globalId());
  }
}
