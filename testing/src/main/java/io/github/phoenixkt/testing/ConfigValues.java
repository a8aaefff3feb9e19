package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a client says about a config: the body is the bare object, told apart by its {@code type}.
 */
record ConfigValues(String name, ConfigType type, ObjectNode fields) {
  private static final String[] DIRECTIONS = {"MINIMIZE", "MAXIMIZE", "NONE"};

  static ConfigValues read(Call call, boolean freeformHasBounds) {
    Fields untyped = call.fields();
    call.check();
    ConfigType type = type(call, untyped);
    Fields body = new Fields(untyped.node(), untyped.at(type.name()), call.problems());
    String name = body.text("name");
    ObjectNode fields = Json.NODES.objectNode().put("description", body.textOrNull("description"));
    switch (type) {
      case CATEGORICAL -> {
        fields.put(
            "optimization_direction", body.oneOf("optimization_direction", "enum", DIRECTIONS));
        readValues(body, fields.putArray("values"));
      }
      case CONTINUOUS -> {
        fields.put(
            "optimization_direction", body.oneOf("optimization_direction", "enum", DIRECTIONS));
        readBounds(body, fields);
      }
      default -> {
        if (freeformHasBounds) {
          fields.put(
              "optimization_direction",
              body.oneOfOrNull("optimization_direction", "enum", DIRECTIONS));
          fields.put("threshold", body.numberOrNull("threshold"));
          readBounds(body, fields);
        }
      }
    }
    call.check();
    checkValues(type, fields);
    return new ConfigValues(name, type, fields);
  }

  private static ConfigType type(Call call, Fields body) {
    JsonNode tag = body.node().get("type");
    if (tag == null) {
      call.problems()
          .add(
              "union_tag_not_found",
              List.of("body"),
              "Unable to extract tag using discriminator 'type'",
              body.node(),
              Map.of("discriminator", "'type'"));
      call.check();
    }
    for (ConfigType type : ConfigType.values()) {
      if (tag != null && type.name().equals(tag.asText())) {
        return type;
      }
    }
    call.problems()
        .add(
            "union_tag_invalid",
            List.of("body"),
            "Input tag does not match any of the expected tags: 'CATEGORICAL', 'CONTINUOUS', 'FREEFORM'",
            body.node(),
            Map.of("discriminator", "'type'"));
    call.check();
    throw new IllegalStateException("unreachable");
  }

  private static void readBounds(Fields body, ObjectNode fields) {
    fields.put("lower_bound", body.numberOrNull("lower_bound"));
    fields.put("upper_bound", body.numberOrNull("upper_bound"));
  }

  private static void readValues(Fields body, ArrayNode values) {
    body.each(
        "values",
        (i, value) ->
            values
                .addObject()
                .put("label", value.text("label"))
                .put("score", value.numberOrNull("score")));
  }

  /** What the second validator of the real server finds, which answers 400 with a text. */
  private static void checkValues(ConfigType type, ObjectNode fields) {
    if (type == ConfigType.CATEGORICAL) {
      JsonNode values = fields.get("values");
      Set<String> labels = new HashSet<>();
      for (JsonNode value : values) {
        String label = value.get("label").asText();
        if (label.isEmpty() || !labels.add(label)) {
          throw invalid(type, "Values must have unique, non-empty labels");
        }
      }
      if (labels.isEmpty()) {
        throw invalid(type, "Values must be non-empty");
      }
    }
    JsonNode lower = fields.path("lower_bound");
    JsonNode upper = fields.path("upper_bound");
    if (lower.isNumber() && upper.isNumber() && lower.doubleValue() >= upper.doubleValue()) {
      throw invalid(type, "Lower bound must be strictly less than upper bound");
    }
  }

  private static ApiError invalid(ConfigType type, String reason) {
    return new ApiError(
        400, "1 validation error for " + type.globalIdType + "\n  Value error, " + reason);
  }
}
