package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what schema validation finds; all of it goes into one 422 with a JSON body. */
final class Problems {
  private final ArrayNode detail = Json.NODES.arrayNode();

  /** The answer quotes the input, and a real server cannot write NaN. */
  private boolean unwritable;

  void add(String type, List<Object> location, String message, @Nullable JsonNode input) {
    add(type, location, message, input, Map.of());
  }

  void add(
      String type,
      List<Object> location,
      String message,
      @Nullable JsonNode input,
      Map<String, Object> context) {
    ObjectNode problem = detail.addObject();
    problem.put("type", type);
    ArrayNode loc = problem.putArray("loc");
    location.forEach(step -> loc.add(Json.MAPPER.<JsonNode>valueToTree(step)));
    problem.put("msg", message);
    problem.set("input", input == null ? Json.NODES.nullNode() : input);
    unwritable |= input != null && Json.hasNaN(input);
    if (!context.isEmpty()) {
      problem.set("ctx", Json.MAPPER.valueToTree(context));
    }
  }

  void missing(List<Object> location, @Nullable JsonNode parent) {
    add("missing", location, "Field required", parent);
  }

  void throwIfAny() {
    if (unwritable) {
      throw ApiError.internal();
    }
    if (!detail.isEmpty()) {
      throw new ApiError(Reply.json(422, Json.NODES.objectNode().set("detail", detail)));
    }
  }
}
