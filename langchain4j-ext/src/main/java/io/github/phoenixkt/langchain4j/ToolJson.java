package io.github.phoenixkt.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools that a model may call, as OpenTelemetry's {@code gen_ai} conventions write them. */
final class ToolJson {
  private ToolJson() {}

  static @Nullable String definitions(@Nullable List<ToolSpecification> tools) {
    return tools == null || tools.isEmpty()
        ? null
        : Json.encode(tools.stream().map(ToolJson::definition).toList());
  }

  private static Map<String, Object> definition(ToolSpecification tool) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("type", "function");
    definition.put("name", tool.name());
    if (tool.description() != null) {
      definition.put("description", tool.description());
    }
    if (tool.parameters() != null) {
      Map<String, Object> schema = schema(tool);
      if (schema != null) {
        definition.put("parameters", schema);
      }
    }
    return definition;
  }

  /** Every model of LangChain4j writes it by this function, which is not of its public API. */
  private static @Nullable Map<String, Object> schema(ToolSpecification tool) {
    try {
      return JsonSchemaElementUtils.toMap(tool.parameters());
    } catch (LinkageError e) {
      return null;
    }
  }
}
