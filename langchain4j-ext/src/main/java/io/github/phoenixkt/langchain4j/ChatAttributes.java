package io.github.phoenixkt.langchain4j;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of a model as attributes of a span.
 *
 * <p>Messages are one JSON attribute of OpenTelemetry's {@code gen_ai} names, which Phoenix
 * expands: an SDK drops attributes beyond 128, and a long chat in OpenInference's form has more.
 * What Phoenix filters and counts by, such as the kind and tokens, has OpenInference's names as
 * well, for servers that do not know {@code gen_ai} yet.
 *
 * @param withContent whether messages, tools and the words of errors are recorded
 */
record ChatAttributes(boolean withContent) {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixChatModelListener.class);
  private static final AttributeKey<String> OPERATION = stringKey("gen_ai.operation.name");
  private static final AttributeKey<String> PROVIDER = stringKey("gen_ai.provider.name");
  private static final AttributeKey<String> REQUEST_MODEL = stringKey("gen_ai.request.model");
  private static final AttributeKey<String> RESPONSE_MODEL = stringKey("gen_ai.response.model");
  private static final AttributeKey<String> RESPONSE_ID = stringKey("gen_ai.response.id");
  private static final AttributeKey<List<String>> FINISH_REASONS =
      stringArrayKey("gen_ai.response.finish_reasons");
  private static final AttributeKey<String> INPUT_MESSAGES = stringKey("gen_ai.input.messages");
  private static final AttributeKey<String> OUTPUT_MESSAGES = stringKey("gen_ai.output.messages");
  private static final AttributeKey<String> TOOLS = stringKey("gen_ai.tool.definitions");
  private static final AttributeKey<String> EXCEPTION_TYPE = stringKey("exception.type");
  private static final AttributeKey<String> EXCEPTION_MESSAGE = stringKey("exception.message");
  private static final AttributeKey<String> EXCEPTION_STACK_TRACE =
      stringKey("exception.stacktrace");
  private static final AttributeKey<Long> INPUT_TOKENS = longKey("gen_ai.usage.input_tokens");
  private static final AttributeKey<Long> OUTPUT_TOKENS = longKey("gen_ai.usage.output_tokens");

  /** By OpenTelemetry's names; those that differ from LangChain4j's own in lower case. */
  private static final Map<String, String> PROVIDERS =
      Map.of(
          "OPEN_AI", "openai",
          "AMAZON_BEDROCK", "aws.bedrock",
          "AZURE_OPEN_AI", "azure.ai.openai",
          "MICROSOFT_FOUNDRY", "azure.ai.inference",
          "GOOGLE_AI_GEMINI", "gcp.gemini",
          "GOOGLE_GENAI", "gcp.gen_ai",
          "GOOGLE_VERTEX_AI_GEMINI", "gcp.vertex_ai",
          "GOOGLE_VERTEX_AI_ANTHROPIC", "gcp.vertex_ai",
          "WATSONX", "ibm.watsonx.ai");

  String spanName(ChatRequest request) {
    String model = request.modelName();
    return isBlank(model) ? "chat" : "chat " + BestEffortJson.storable(model);
  }

  Attributes ofRequest(ChatRequest request, @Nullable ModelProvider provider) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put(OpenInferenceAttributes.SPAN_KIND, OpenInferenceSpanKind.LLM.name())
            .put(OPERATION, "chat");
    put(attributes, PROVIDER, nameOf(provider));
    put(attributes, REQUEST_MODEL, request.modelName());
    put(attributes, OpenInferenceAttributes.LLM_MODEL_NAME, request.modelName());
    put(attributes, doubleKey("gen_ai.request.temperature"), request.temperature());
    put(attributes, doubleKey("gen_ai.request.top_p"), request.topP());
    put(attributes, longKey("gen_ai.request.top_k"), asLong(request.topK()));
    put(attributes, longKey("gen_ai.request.max_tokens"), asLong(request.maxOutputTokens()));
    put(attributes, doubleKey("gen_ai.request.frequency_penalty"), request.frequencyPenalty());
    put(attributes, doubleKey("gen_ai.request.presence_penalty"), request.presencePenalty());
    List<String> stop = request.stopSequences();
    if (stop != null && !stop.isEmpty()) {
      attributes.put(
          stringArrayKey("gen_ai.request.stop_sequences"),
          stop.stream().map(BestEffortJson::storable).toList());
    }
    if (withContent) {
      record(() -> putRequest(attributes, request));
    }
    return attributes.build();
  }

  private static void putRequest(AttributesBuilder attributes, ChatRequest request) {
    List<ChatMessage> messages = request.messages();
    put(attributes, INPUT_MESSAGES, MessageJson.input(messages));
    put(attributes, TOOLS, ToolJson.definitions(request.toolSpecifications()));
    ChatMessage last = messages.get(messages.size() - 1);
    put(attributes, OpenInferenceAttributes.INPUT_VALUE, MessageJson.shown(last));
    put(attributes, OpenInferenceAttributes.INPUT_MIME_TYPE, "text/plain");
  }

  /**
   * A message of the application's own may fail to show itself; the call is recorded without it.
   */
  private static void record(Runnable content) {
    try {
      content.run();
    } catch (RuntimeException e) {
      logger.warn("The messages of a chat are not recorded on its span: {}", e.toString());
    }
  }

  Attributes ofResponse(ChatRequest request, ChatResponse response) {
    AttributesBuilder attributes = Attributes.builder();
    put(attributes, RESPONSE_ID, response.id());
    put(attributes, RESPONSE_MODEL, response.modelName());
    if (isBlank(request.modelName())) {
      put(attributes, OpenInferenceAttributes.LLM_MODEL_NAME, response.modelName());
    }
    String finishReason = nameOf(response.finishReason());
    if (!finishReason.isEmpty()) {
      attributes.put(FINISH_REASONS, List.of(finishReason));
    }
    putTokens(attributes, response.tokenUsage());
    // Without an output, Phoenix would show id and model in its place.
    put(
        attributes,
        OpenInferenceAttributes.OUTPUT_VALUE,
        withContent ? "(no text)" : "(not recorded)");
    put(attributes, OpenInferenceAttributes.OUTPUT_MIME_TYPE, "text/plain");
    if (withContent) {
      AiMessage answer = response.aiMessage();
      record(
          () -> {
            put(attributes, OUTPUT_MESSAGES, MessageJson.output(answer, finishReason));
            put(attributes, OpenInferenceAttributes.OUTPUT_VALUE, MessageJson.shown(answer));
          });
    }
    return attributes.build();
  }

  private static void putTokens(AttributesBuilder attributes, @Nullable TokenUsage usage) {
    if (usage != null) {
      put(attributes, INPUT_TOKENS, asLong(usage.inputTokenCount()));
      put(attributes, OUTPUT_TOKENS, asLong(usage.outputTokenCount()));
      put(
          attributes,
          OpenInferenceAttributes.LLM_TOKEN_COUNT_PROMPT,
          asLong(usage.inputTokenCount()));
      put(
          attributes,
          OpenInferenceAttributes.LLM_TOKEN_COUNT_COMPLETION,
          asLong(usage.outputTokenCount()));
      put(
          attributes,
          OpenInferenceAttributes.LLM_TOKEN_COUNT_TOTAL,
          asLong(usage.totalTokenCount()));
    }
  }

  /** As {@code Span.recordException} has it, which would write what Phoenix cannot store. */
  static Attributes ofException(Throwable error) {
    StringWriter stackTrace = new StringWriter();
    error.printStackTrace(new PrintWriter(stackTrace));
    AttributesBuilder attributes = Attributes.builder();
    put(attributes, EXCEPTION_TYPE, error.getClass().getName());
    put(attributes, EXCEPTION_MESSAGE, error.getMessage());
    put(attributes, EXCEPTION_STACK_TRACE, stackTrace.toString());
    return attributes.build();
  }

  String description(Throwable error) {
    String name = error.getClass().getName();
    return withContent && error.getMessage() != null
        ? name + ": " + BestEffortJson.storable(error.getMessage())
        : name;
  }

  private static @Nullable String nameOf(@Nullable ModelProvider provider) {
    // By name: newer releases know providers that this was not compiled with.
    return provider == null || provider == ModelProvider.OTHER
        ? null
        : PROVIDERS.getOrDefault(provider.name(), provider.name().toLowerCase(Locale.ROOT));
  }

  /** Empty where the model did not say. */
  private static String nameOf(@Nullable FinishReason reason) {
    if (reason == null) {
      return "";
    }
    return reason == FinishReason.TOOL_EXECUTION
        ? "tool_call"
        : reason.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Long asLong(@Nullable Integer value) {
    return value == null ? null : value.longValue();
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  private static void put(
      AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
    if (!isBlank(value)) {
      attributes.put(key, BestEffortJson.storable(value));
    }
  }

  private static <T extends Number> void put(
      AttributesBuilder attributes, AttributeKey<T> key, @Nullable T value) {
    if (value != null) {
      attributes.put(key, value);
    }
  }
}
