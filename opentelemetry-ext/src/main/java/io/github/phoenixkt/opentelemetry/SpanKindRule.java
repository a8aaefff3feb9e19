package io.github.phoenixkt.opentelemetry;

import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.AGENT;
import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.EMBEDDING;
import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM;
import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.RETRIEVER;
import static io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.TOOL;

import io.opentelemetry.api.common.Attributes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kind that Phoenix gives a span, by the rule of its server. It reads attributes by name,
 * whatever their type, as the server does: a value of another type than expected counts as well.
 */
final class SpanKindRule {
  private static final Map<String, OpenInferenceSpanKind> OPERATIONS =
      Map.of(
          "chat", LLM,
          "text_completion", LLM,
          "generate_content", LLM,
          "embeddings", EMBEDDING,
          "execute_tool", TOOL,
          "retrieval", RETRIEVER,
          "invoke_agent", AGENT,
          "create_agent", AGENT);

  private final Map<String, Object> values = new HashMap<>();

  private SpanKindRule(Attributes attributes) {
    attributes.forEach((key, value) -> values.put(key.getKey(), value));
  }

  static @Nullable OpenInferenceSpanKind kindOf(Attributes attributes) {
    SpanKindRule rule = new SpanKindRule(attributes);
    Object given = rule.values.get(OpenInferenceAttributes.SPAN_KIND.getKey());
    if (given != null) {
      return given instanceof String name ? named(name) : null;
    }
    Object operation = rule.values.get("gen_ai.operation.name");
    // The operations are text: a number or a list is another value, which has no kind.
    return operation == null ? rule.byContent() : OPERATIONS.get(operation.toString());
  }

  /** In any case, but of ASCII letters alone: {@code ı} is no {@code I} to the server. */
  private static @Nullable OpenInferenceSpanKind named(String text) {
    boolean ascii = text.chars().allMatch(character -> character < 128);
    String name = text.toUpperCase(Locale.ROOT);
    return Stream.of(OpenInferenceSpanKind.values())
        .filter(kind -> ascii && kind.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private @Nullable OpenInferenceSpanKind byContent() {
    if (hasAny("gen_ai.tool.call.id", "gen_ai.tool.name")) {
      return TOOL;
    }
    if (hasAny("gen_ai.retrieval.documents", "gen_ai.retrieval.query.text")) {
      return RETRIEVER;
    }
    if (values.containsKey("gen_ai.embeddings.dimension.count")) {
      return EMBEDDING;
    }
    return hasAny("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.request.model")
        ? LLM
        : null;
  }

  private boolean hasAny(String... names) {
    return Stream.of(names).map(values::get).anyMatch(SpanKindRule::isSomething);
  }

  /** As the server's language takes it: blank text is something, while 0 and false are nothing. */
  private static boolean isSomething(@Nullable Object value) {
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return value != null && !Boolean.FALSE.equals(value);
  }
}
