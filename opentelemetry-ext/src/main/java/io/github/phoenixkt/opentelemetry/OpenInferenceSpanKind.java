package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a span in an LLM application, as OpenInference names it: the value of the attribute
 * {@link OpenInferenceAttributes#SPAN_KIND}. Phoenix shows spans of any other kind as unknown.
 */
public enum OpenInferenceSpanKind {
  /** A call to a large language model. */
  LLM,
  /** A step that links others, such as the handling of a request. */
  CHAIN,
  /** A call to a tool or function that a model asked for. */
  TOOL,
  /** A retrieval of documents. */
  RETRIEVER,
  /** A reranking of documents. */
  RERANKER,
  /** A computation of embeddings. */
  EMBEDDING,
  /** A reasoning step that calls models and tools. */
  AGENT,
  /** A check that guards against bad input or output. */
  GUARDRAIL,
  /** An evaluation of another step's output. */
  EVALUATOR,
  /** A rendering of a prompt template. */
  PROMPT,
  /** A call to a decision model, which answers typed questions about a state. */
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
