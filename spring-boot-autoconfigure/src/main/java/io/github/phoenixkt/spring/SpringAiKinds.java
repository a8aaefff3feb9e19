package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the observations of Spring AI are to Phoenix, which does not know all of the names that
 * Spring AI has for what it does.
 */
final class SpringAiKinds {
  private SpringAiKinds() {}

  /** Empty for an observation that is not of Spring AI. */
  static Optional<OpenInferenceSpanKind> kindOf(Observation.Context observation) {
    String operation = value(observation, "gen_ai.operation.name");
    String part = value(observation, "spring.ai.kind");
    if (operation == null && part == null) {
      return Optional.empty();
    }
    return Optional.of(
        kindOf(operation == null ? "" : operation, part == null ? "" : part, observation));
  }

  private static OpenInferenceSpanKind kindOf(
      String operation, String part, Observation.Context observation) {
    return switch (operation) {
      case "chat", "text_completion" -> OpenInferenceSpanKind.LLM;
      case "embedding", "embeddings" -> OpenInferenceSpanKind.EMBEDDING;
      case "execute_tool" -> OpenInferenceSpanKind.TOOL;
      default ->
          switch (part) {
            case "tool_call" -> OpenInferenceSpanKind.TOOL;
            case "vector_store" ->
                "query".equals(value(observation, "db.operation.name"))
                    ? OpenInferenceSpanKind.RETRIEVER
                    : OpenInferenceSpanKind.CHAIN;
            default -> OpenInferenceSpanKind.CHAIN;
          };
    };
  }

  private static @Nullable String value(Observation.Context observation, String name) {
    KeyValue found = observation.getLowCardinalityKeyValue(name);
    return found == null ? null : found.getValue();
  }
}
