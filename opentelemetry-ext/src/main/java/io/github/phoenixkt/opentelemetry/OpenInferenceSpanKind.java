package io.github.phoenixkt.opentelemetry;

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
  PROMPT;

  /**
   * The kind of that name.
   *
   * @param text the value of an attribute, in any case
   * @return the kind, or null when there is none of that name
   */
  static @Nullable OpenInferenceSpanKind of(@Nullable String text) {
    for (OpenInferenceSpanKind kind : values()) {
      if (kind.name().equalsIgnoreCase(text)) {
        return kind;
      }
    }
    return null;
  }
}
