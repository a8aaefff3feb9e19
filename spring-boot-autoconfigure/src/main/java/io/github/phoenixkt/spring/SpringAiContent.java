package io.github.phoenixkt.spring;

import io.github.phoenixkt.internal.BestEffortJson;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.observation.ChatClientObservationContext;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/** What was asked and answered in the observations of Spring AI, as Phoenix shows it. */
final class SpringAiContent {
  private static final AttributeKey<String> INPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.input.messages");
  private static final AttributeKey<String> OUTPUT_MESSAGES =
      AttributeKey.stringKey("gen_ai.output.messages");

  private SpringAiContent() {}

  static Attributes of(Observation.Context observation) {
    AttributesBuilder attributes = Attributes.builder();
    if (observation instanceof ChatModelObservationContext chat) {
      putPrompt(attributes, chat.getRequest());
      putMessages(attributes, OUTPUT_MESSAGES, answers(chat.getResponse()));
      putAnswer(attributes, chat.getResponse());
    } else if (observation instanceof ChatClientObservationContext client) {
      putQuestion(attributes, client.getRequest().prompt());
      if (client.getResponse() != null) {
        putAnswer(attributes, client.getResponse().chatResponse());
      }
    } else if (observation instanceof ToolCallingObservationContext tool) {
      put(attributes, OpenInferenceAttributes.TOOL_NAME, tool.getToolDefinition().name());
      put(attributes, OpenInferenceAttributes.INPUT_VALUE, tool.getToolCallArguments());
      put(attributes, OpenInferenceAttributes.OUTPUT_VALUE, tool.getToolCallResult());
    }
    return attributes.build();
  }

  private static void putPrompt(AttributesBuilder attributes, @Nullable Prompt prompt) {
    if (prompt != null) {
      putMessages(attributes, INPUT_MESSAGES, prompt.getInstructions());
      putQuestion(attributes, prompt);
    }
  }

  /** The last words of the user: what Phoenix shows for a turn of a session. */
  private static void putQuestion(AttributesBuilder attributes, Prompt prompt) {
    for (Message message : prompt.getInstructions()) {
      if (message.getMessageType() == MessageType.USER) {
        put(attributes, OpenInferenceAttributes.INPUT_VALUE, message.getText());
      }
    }
  }

  private static void putAnswer(AttributesBuilder attributes, @Nullable ChatResponse response) {
    List<Message> answers = answers(response);
    if (!answers.isEmpty()) {
      put(attributes, OpenInferenceAttributes.OUTPUT_VALUE, answers.get(0).getText());
    }
  }

  private static List<Message> answers(@Nullable ChatResponse response) {
    List<Message> answers = new ArrayList<>();
    if (response != null) {
      for (Generation generation : response.getResults()) {
        answers.add(generation.getOutput());
      }
    }
    return answers;
  }

  private static void put(
      AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      attributes.put(key, value);
    }
  }

  /** An array, which the encoder of objects gives as the value of a field. */
  private static void putMessages(
      AttributesBuilder attributes, AttributeKey<String> key, List<Message> messages) {
    if (!messages.isEmpty()) {
      List<String> encoded =
          messages.stream().map(message -> BestEffortJson.encode(encodable(message))).toList();
      attributes.put(key, "[" + String.join(",", encoded) + "]");
    }
  }

  private static Map<String, Object> encodable(Message message) {
    List<Map<String, Object>> parts = new ArrayList<>();
    if (message.getText() != null && !message.getText().isEmpty()) {
      parts.add(part("text", "content", message.getText()));
    }
    if (message instanceof AssistantMessage assistant) {
      assistant.getToolCalls().forEach(call -> parts.add(toolCall(call)));
    }
    if (message instanceof ToolResponseMessage tool) {
      tool.getResponses().forEach(response -> parts.add(toolResponse(response)));
    }
    return Map.of("role", message.getMessageType().getValue(), "parts", parts);
  }

  private static Map<String, Object> toolCall(AssistantMessage.ToolCall call) {
    Map<String, Object> part = part("tool_call", "id", call.id());
    part.put("name", call.name());
    part.put("arguments", call.arguments());
    return part;
  }

  private static Map<String, Object> toolResponse(ToolResponseMessage.ToolResponse response) {
    Map<String, Object> part = part("tool_call_response", "id", response.id());
    part.put("response", response.responseData());
    return part;
  }

  private static Map<String, Object> part(String type, String name, @Nullable Object value) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    part.put(name, value);
    return part;
  }
}
