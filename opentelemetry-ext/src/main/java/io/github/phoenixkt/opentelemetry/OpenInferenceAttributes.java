package io.github.phoenixkt.opentelemetry;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The attributes of spans by which Phoenix understands an LLM application, as the OpenInference
 * specification names them; {@link AttributeKey#getKey()} is the name alone.
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
 * <p>Attributes that hold JSON say so; Phoenix shows what is no JSON as text.
 */
public final class OpenInferenceAttributes {
  /** What the span does: the name of an {@link OpenInferenceSpanKind}. */
  public static final AttributeKey<String> SPAN_KIND = stringKey("openinference.span.kind");

  /** The session that the span's trace belongs to. */
  public static final AttributeKey<String> SESSION_ID = stringKey("session.id");

  /** The session by OpenTelemetry's name. Phoenix uses it for spans without {@link #SESSION_ID}. */
  public static final AttributeKey<String> CONVERSATION_ID = stringKey("gen_ai.conversation.id");

  /** Who used the application. */
  public static final AttributeKey<String> USER_ID = stringKey("user.id");

  /** Anything else about the span: a JSON object. */
  public static final AttributeKey<String> METADATA = stringKey("metadata");

  /** Words to find the span by. */
  public static final AttributeKey<List<String>> TAGS = stringArrayKey("tag.tags");

  /** What went in. */
  public static final AttributeKey<String> INPUT_VALUE = stringKey("input.value");

  /** {@code text/plain} or {@code application/json}. */
  public static final AttributeKey<String> INPUT_MIME_TYPE = stringKey("input.mime_type");

  /** What came out. */
  public static final AttributeKey<String> OUTPUT_VALUE = stringKey("output.value");

  /** {@code text/plain} or {@code application/json}. */
  public static final AttributeKey<String> OUTPUT_MIME_TYPE = stringKey("output.mime_type");

  /** The model by name, for instance {@code gpt-4o-mini}. */
  public static final AttributeKey<String> LLM_MODEL_NAME = stringKey("llm.model_name");

  /** Who hosts the model, for instance {@code azure}. */
  public static final AttributeKey<String> LLM_PROVIDER = stringKey("llm.provider");

  /** Whose protocol the model speaks, for instance {@code openai}. */
  public static final AttributeKey<String> LLM_SYSTEM = stringKey("llm.system");

  /** Temperature and the like: a JSON object. */
  public static final AttributeKey<String> LLM_INVOCATION_PARAMETERS =
      stringKey("llm.invocation_parameters");

  /** Tokens of the prompt. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_PROMPT = longKey("llm.token_count.prompt");

  /** Tokens of the answer. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_COMPLETION =
      longKey("llm.token_count.completion");

  /** Tokens of both. */
  public static final AttributeKey<Long> LLM_TOKEN_COUNT_TOTAL = longKey("llm.token_count.total");

  /** The prompt before its variables were filled in. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE =
      stringKey("llm.prompt_template.template");

  /** Which edition of the prompt template. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE_VERSION =
      stringKey("llm.prompt_template.version");

  /** What the variables of the prompt template were: a JSON object. */
  public static final AttributeKey<String> LLM_PROMPT_TEMPLATE_VARIABLES =
      stringKey("llm.prompt_template.variables");

  /** The agent by name. */
  public static final AttributeKey<String> AGENT_NAME = stringKey("agent.name");

  /** The tool by name. */
  public static final AttributeKey<String> TOOL_NAME = stringKey("tool.name");

  /** What the tool is for. */
  public static final AttributeKey<String> TOOL_DESCRIPTION = stringKey("tool.description");

  /** What the tool was called with: a JSON object. */
  public static final AttributeKey<String> TOOL_PARAMETERS = stringKey("tool.parameters");

  /** The embedding model by name. */
  public static final AttributeKey<String> EMBEDDING_MODEL_NAME = stringKey("embedding.model_name");

  /** The reranking model by name. */
  public static final AttributeKey<String> RERANKER_MODEL_NAME = stringKey("reranker.model_name");

  /** What documents were put in order for. */
  public static final AttributeKey<String> RERANKER_QUERY = stringKey("reranker.query");

  /** Of the OpenTelemetry resource, not of a span: which project of Phoenix the spans are for. */
  public static final AttributeKey<String> PROJECT_NAME = stringKey("openinference.project.name");

  private OpenInferenceAttributes() {}

  /**
   * Who said a message that the model was given: {@code system}, {@code user}, {@code assistant},
   * {@code tool}.
   *
   * @param index which message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmInputMessageRole(int index) {
    return stringKey("llm.input_messages." + index + ".message.role");
  }

  /**
   * A message that the model was given.
   *
   * @param index which message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmInputMessageContent(int index) {
    return stringKey("llm.input_messages." + index + ".message.content");
  }

  /**
   * Who said a message that the model gave; normally {@code assistant}.
   *
   * @param index which message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmOutputMessageRole(int index) {
    return stringKey("llm.output_messages." + index + ".message.role");
  }

  /**
   * A message that the model gave.
   *
   * @param index which message, from 0
   * @return the attribute
   */
  public static AttributeKey<String> llmOutputMessageContent(int index) {
    return stringKey("llm.output_messages." + index + ".message.content");
  }

  /**
   * The text of a document that was found. Its index is the position by which documents are
   * annotated.
   *
   * @param index which document, from 0
   * @return the attribute
   */
  public static AttributeKey<String> retrievalDocumentContent(int index) {
    return stringKey("retrieval.documents." + index + ".document.content");
  }

  /**
   * The id of a document that was found.
   *
   * @param index which document, from 0
   * @return the attribute
   */
  public static AttributeKey<String> retrievalDocumentId(int index) {
    return stringKey("retrieval.documents." + index + ".document.id");
  }

  /**
   * How well a document fits that was found.
   *
   * @param index which document, from 0
   * @return the attribute
   */
  public static AttributeKey<Double> retrievalDocumentScore(int index) {
    return doubleKey("retrieval.documents." + index + ".document.score");
  }
}
