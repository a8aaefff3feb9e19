package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The span attributes that Phoenix understands, as the OpenInference specification names them.
 * {@link AttributeKey#getKey()} is the plain name.
 *
 * <pre>{@code
 * Span span = tracer.spanBuilder("answer")
 *     .setAttribute(SPAN_KIND, OpenInferenceSpanKind.LLM.name())
 *     .setAttribute(INPUT_VALUE, question)
 *     .setAttribute(llmInputMessageRole(0), "user")
 *     .setAttribute(llmInputMessageContent(0), question)
 *     .startSpan();
 * }</pre>
 *
 * <p>Attributes that hold JSON say so; Phoenix shows other values as text.
 */
public final class OpenInferenceAttributes {
  /** The kind of the span: the name of an {@link OpenInferenceSpanKind}. */
  public static final AttributeKey<String> SPAN_KIND = stringKey("openinference.span.kind");

  /** The id of the session that the span's trace belongs to. */
  public static final AttributeKey<String> SESSION_ID = stringKey("session.id");

  /** The session by OpenTelemetry's name. Phoenix uses it for spans without {@link #SESSION_ID}. */
  public static final AttributeKey<String> CONVERSATION_ID = stringKey("gen_ai.conversation.id");

  /** The id of the application's user. */
  public static final AttributeKey<String> USER_ID = stringKey("user.id");

  /** Metadata of the span: a JSON object. */
  public static final AttributeKey<String> METADATA = stringKey("metadata");

  /** Tags of the span. */
  public static final AttributeKey<List<String>> TAGS = stringArrayKey("tag.tags");

  /** The input. */
  public static final AttributeKey<String> INPUT_VALUE = stringKey("input.value");

  /** {@code text/plain} or {@code application/json}. */
  public static final AttributeKey<String> INPUT_MIME_TYPE = stringKey("input.mime_type");

  /** The output. */
  public static final AttributeKey<String> OUTPUT_VALUE = stringKey("output.value");

  /** {@code text/plain} or {@code application/json}. */
  public static final AttributeKey<String> OUTPUT_MIME_TYPE = stringKey("output.mime_type");

  /** The name of the model, for instance {@code gpt-4o-mini}. */
  public static final AttributeKey<String> LLM_MODEL_NAME = stringKey("llm.model_name");

  /** The host of the model, for instance {@code azure}. */
  public static final AttributeKey<String> LLM_PROVIDER = stringKey("llm.provider");

  /** The vendor of the model, for instance {@code openai}. */
  public static final AttributeKey<String> LLM_SYSTEM = stringKey("llm.system");

  /** Temperature and the like: a JSON object. */
  public static final AttributeKey<String> LLM_INVOCATION_PARAMETERS =
      stringKey("llm.invocation_parameters");

  /** The number of tokens in the prompt. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_PROMPT = longKey("llm.token_count.prompt");

  /** The number of tokens in the answer. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_COMPLETION =
      longKey("llm.token_count.completion");

  /** The number of tokens in both. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_TOTAL = longKey("llm.token_count.total");

  /** The prompt before its variables were filled in. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE =
      stringKey("llm.prompt_template.template");

  /** The version of the prompt template. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE_VERSION =
      stringKey("llm.prompt_template.version");

  /** The values of the prompt template's variables: a JSON object. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE_VARIABLES =
      stringKey("llm.prompt_template.variables");

  /** The name of the agent. */
  public static final AttributeKey<String> AGENT_NAME = stringKey("agent.name");

  /** The name of the tool. */
  public static final AttributeKey<String> TOOL_NAME = stringKey("tool.name");

  /** What the tool does. */
  public static final AttributeKey<String> TOOL_DESCRIPTION = stringKey("tool.description");

  /** The arguments that the tool was called with: a JSON object. */
  public static final AttributeKey<String> TOOL_PARAMETERS = stringKey("tool.parameters");

  /** The name of the embedding model. */
  public static final AttributeKey<String> EMBEDDING_MODEL_NAME = stringKey("embedding.model_name");

  /** The name of the reranking model. */
  public static final AttributeKey<String> RERANKER_MODEL_NAME = stringKey("reranker.model_name");

  /** The query that the documents were reranked for. */
  public static final AttributeKey<String> RERANKER_QUERY = stringKey("reranker.query");

  /** An attribute of the OpenTelemetry resource, not of a span: the spans' project in Phoenix. */
  public static final AttributeKey<String> PROJECT_NAME = stringKey("openinference.project.name");

  private OpenInferenceAttributes() {}

  /**
   * The role of an input message: {@code system}, {@code user}, {@code assistant} or {@code tool}.
   *
   * @param index the index of the message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmInputMessageRole(int index) {
    return stringKey("llm.input_messages." + index + ".message.role");
  }

  /**
   * The content of an input message.
   *
   * @param index the index of the message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmInputMessageContent(int index) {
    return stringKey("llm.input_messages." + index + ".message.content");
  }

  /**
   * The role of an output message; normally {@code assistant}.
   *
   * @param index the index of the message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmOutputMessageRole(int index) {
    return stringKey("llm.output_messages." + index + ".message.role");
  }

  /**
   * The content of an output message.
   *
   * @param index the index of the message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmOutputMessageContent(int index) {
    return stringKey("llm.output_messages." + index + ".message.content");
  }

  /**
   * The text of a retrieved document. Documents are annotated by the same index.
   *
   * @param index the index of the document, from 0
   * @return the attribute
   */
  public static AttributeKey<String> retrievalDocumentContent(int index) {
    return stringKey("retrieval.documents." + index + ".document.content");
  }

  /**
   * The id of a retrieved document.
   *
   * @param index the index of the document, from 0
   * @return the attribute
   */
  public static AttributeKey<String> retrievalDocumentId(int index) {
    return stringKey("retrieval.documents." + index + ".document.id");
  }

  /**
   * The relevance score of a retrieved document.
   *
   * @param index the index of the document, from 0
   * @return the attribute
   */
  public static AttributeKey<Double> retrievalDocumentScore(int index) {
    return doubleKey("retrieval.documents." + index + ".document.score");
  }
}
