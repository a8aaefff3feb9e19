package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * What a span does in an LLM application, by the names of OpenInference: the value of the attribute
 * {@link OpenInferenceAttributes#SPAN_KIND}. Phoenix shows a span of another kind, or of none, as
 * unknown.
 */
public enum OpenInferenceSpanKind {
  /** A call of a large language model. */
  LLM,
  /** A step that links others, such as the handling of a request. */
  CHAIN,
  /** A call of an outside tool or function that a model asked for. */
  TOOL,
  /** A search for documents. */
  RETRIEVER,
  /** Putting documents in order. */
  RERANKER,
  /** Computing embeddings. */
  EMBEDDING,
  /** Reasoning that goes through models and tools. */
  AGENT,
  /** A check that protects against bad input or output. */
  GUARDRAIL,
  /** An evaluation of another step's outcome. */
  EVALUATOR,
  /** Rendering a prompt template. */
  PROMPT,
  /** A call of a decision model, which answers typed questions about a state. */
  DECISION;

  /**
   * Returns the kind that Phoenix shows for a span with these attributes. {@link
   * OpenInferenceAttributes#SPAN_KIND} decides, in any case. Without it, Phoenix infers the kind
   * from OpenTelemetry's {@code gen_ai} attributes: {@code gen_ai.operation.name}, or else what the
   * span holds, such as messages or a tool.
   *
   * @param attributes the attributes of a span
   * @return the kind, or null if Phoenix shows it as unknown
   */
  public static @Nullable OpenInferenceSpanKind of(Attributes attributes) {
    return SpanKindRule.kindOf(requireNonNull(attributes, "attributes"));
  }
}
