package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request on its way to its handler. */
record Call(
    ReceivedRequest request,
    List<String> pathArguments,
    @Nullable JsonNode body,
    Caller caller,
    Problems problems,
    Query query) {

  String pathArgument(int index) {
    return pathArguments.get(index);
  }

  /** The fields of the body, which must be an object. */
  Fields fields() {
    if (body == null) {
      problems.missing(List.of("body"), null);
    } else if (!body.isObject()) {
      problems.add(
          "model_attributes_type",
          List.of("body"),
          "Input should be a valid dictionary or object to extract fields from",
          body);
    }
    // Without an object there is nothing to say about its fields.
    return body == null || !body.isObject()
        ? new Fields(Json.NODES.objectNode(), List.of("body"), new Problems())
        : new Fields(body, List.of("body"), problems);
  }

  /** Ends the call with a 422 when schema validation found anything so far. */
  void check() {
    problems.throwIfAny();
  }
}
