package io.github.phoenixkt.spring;

import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.observation.ChatClientObservationContext;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/** What was asked and answered in the observations of Spring AI, as Phoenix shows it. */
final class SpringAiContent {
  private static final AttributeKey<String> INPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.input.messages");
  private static final AttributeKey<String> OUTPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.output.messages");
  private static final String TEXT = "text/plain";

  private SpringAiContent() {}

  static Attributes of(Observation.Context observation) {
    AttributesBuilder attributes = Attributes.builder();
    if (observation instanceof ChatModelObservationContext chat) {
      if (chat.getRequest() != null) {
        List<Message> prompt = chat.getRequest().getInstructions();
        put(attributes, INPUT_MESSAGES, SpringAiMessages.input(prompt));
        putQuestion(attributes, chat.getRequest());
      }
      if (isAnswered(chat.getResponse())) {
        String answers = SpringAiMessages.output(chat.getResponse().getResults());
        put(attributes, OUTPUT_MESSAGES, answers);
        putAnswer(attributes, chat.getResponse());
      }
    } else if (observation instanceof ChatClientObservationContext client) {
      putQuestion(attributes, client.getRequest().prompt());
      if (client.getResponse() != null && isAnswered(client.getResponse().chatResponse())) {
        putAnswer(attributes, client.getResponse().chatResponse());
      }
    } else if (observation instanceof ToolCallingObservationContext tool) {
      put(attributes, OpenInferenceAttributes.TOOL_NAME, tool.getToolDefinition().name());
      put(attributes, OpenInferenceAttributes.INPUT_VALUE, tool.getToolCallArguments());
      put(attributes, OpenInferenceAttributes.OUTPUT_VALUE, tool.getToolCallResult());
    } else if (observation instanceof EmbeddingModelObservationContext embedding) {
      putTexts(attributes, embedding.getRequest().getInstructions());
    }
    return attributes.build();
  }

  private static boolean isAnswered(@Nullable ChatResponse response) {
    return response != null && !response.getResults().isEmpty();
  }

  /** The last words of the user: what Phoenix shows for a turn of a session. */
  private static void putQuestion(AttributesBuilder attributes, Prompt prompt) {
    for (Message message : prompt.getInstructions()) {
      if (message.getMessageType() == MessageType.USER) {
        put(attributes, OpenInferenceAttributes.INPUT_VALUE, message.getText());
        attributes.put(OpenInferenceAttributes.INPUT_MIME_TYPE, TEXT);
      }
    }
  }

  private static void putAnswer(AttributesBuilder attributes, ChatResponse response) {
    String shown = SpringAiMessages.shown(response.getResults().get(0).getOutput());
    put(attributes, OpenInferenceAttributes.OUTPUT_VALUE, shown);
    // Phoenix takes the output for JSON otherwise, because it would show the response's id there.
    attributes.put(OpenInferenceAttributes.OUTPUT_MIME_TYPE, TEXT);
  }

  /** In one attribute: the SDK drops those beyond 128. */
  private static void putTexts(AttributesBuilder attributes, List<String> texts) {
    boolean isOne = texts.size() == 1;
    put(
        attributes,
        OpenInferenceAttributes.INPUT_VALUE,
        isOne ? texts.get(0) : SpringAiMessages.array(texts));
    attributes.put(OpenInferenceAttributes.INPUT_MIME_TYPE, isOne ? TEXT : "application/json");
  }

  private static void put(
      AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      attributes.put(key, BestEffortJson.storable(value));
    }
  }
}
