package io.github.phoenixkt.spring;

import io.github.phoenixkt.internal.BestEffortJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.boot.json.JsonWriter;

/**
 * Messages as OpenTelemetry's {@code gen_ai} conventions write them. Phoenix drops the whole list
 * if one message does not fit its schema.
 */
final class SpringAiMessages {
  private SpringAiMessages() {}

  static String input(List<Message> messages) {
    return array(messages.stream().flatMap(SpringAiMessages::messages).toList());
  }

  static String output(List<Generation> answers) {
    return array(answers.stream().map(SpringAiMessages::answer).toList());
  }

  /** What a person reads of an answer. */
  static String shown(AssistantMessage answer) {
    if (answer.getText() != null && !answer.getText().isBlank()) {
      return answer.getText();
    }
    return answer.getToolCalls().isEmpty()
        ? "(no text)"
        : answer.getToolCalls().stream()
            .map(call -> call.name() + "(" + call.arguments() + ")")
            .collect(Collectors.joining("\n"));
  }

  /** The JSON array of these values. */
  static String array(List<?> values) {
    return JsonWriter.standard().writeToString(storable(values));
  }

  private static @Nullable Object storable(@Nullable Object value) {
    if (value instanceof String text) {
      return BestEffortJson.storable(text);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SpringAiMessages::storable).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> storable = new LinkedHashMap<>();
      map.forEach((key, element) -> storable.put(key, storable(element)));
      return storable;
    }
    return value;
  }

  /** More than one for the results of several tools, because Phoenix keeps one of a message. */
  private static Stream<Map<String, Object>> messages(Message message) {
    String role = message.getMessageType().getValue();
    if (message instanceof ToolResponseMessage tools) {
      return tools.getResponses().stream().map(result -> message(role, List.of(result(result))));
    }
    return Stream.of(message(role, parts(message)));
  }

  private static Map<String, Object> answer(Generation generation) {
    AssistantMessage answer = generation.getOutput();
    Map<String, Object> message = message(answer.getMessageType().getValue(), parts(answer));
    message.put("finish_reason", finishReason(generation));
    return message;
  }

  /** Empty if the model gave none. */
  private static String finishReason(Generation generation) {
    String reason = generation.getMetadata().getFinishReason();
    String name = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    return name.equals("tool_calls") ? "tool_call" : name;
  }

  private static Map<String, Object> message(String role, List<Map<String, Object>> parts) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("parts", parts);
    return message;
  }

  private static List<Map<String, Object>> parts(Message message) {
    List<Map<String, Object>> parts = new ArrayList<>();
    if (message.getText() != null && !message.getText().isEmpty()) {
      parts.add(part("text", "content", message.getText()));
    }
    if (message instanceof MediaContent content && content.getMedia() != null) {
      content.getMedia().forEach(media -> parts.add(media(media)));
    }
    if (message instanceof AssistantMessage assistant) {
      assistant.getToolCalls().forEach(call -> parts.add(toolCall(call)));
    }
    return parts;
  }

  private static Map<String, Object> media(Media media) {
    String type = media.getMimeType().getType();
    if (!(media.getData() instanceof String address) || !address.startsWith("http")) {
      // What is in the message itself may be megabytes.
      return part("text", "content", "(" + type + ", not recorded)");
    }
    Map<String, Object> part = part("uri", "uri", address);
    part.put("modality", type);
    return part;
  }

  private static Map<String, Object> toolCall(AssistantMessage.ToolCall call) {
    Map<String, Object> part = part("tool_call", "id", call.id());
    part.put("name", call.name());
    part.put("arguments", call.arguments());
    return part;
  }

  private static Map<String, Object> result(ToolResponseMessage.ToolResponse result) {
    Map<String, Object> part = part("tool_call_response", "id", result.id());
    part.put("response", result.responseData());
    return part;
  }

  private static Map<String, Object> part(String type, String name, @Nullable Object value) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    part.put(name, value);
    return part;
  }
}
