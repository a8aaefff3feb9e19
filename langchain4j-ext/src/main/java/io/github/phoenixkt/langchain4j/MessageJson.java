package io.github.phoenixkt.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Messages as OpenTelemetry's {@code gen_ai} conventions write them. Phoenix drops the whole list
 * if one message does not fit its schema.
 */
final class MessageJson {
  private MessageJson() {}

  static String input(List<ChatMessage> messages) {
    return Json.encode(messages.stream().map(MessageJson::message).toList());
  }

  static String output(AiMessage answer, String finishReason) {
    Map<String, Object> message = message(answer);
    message.put("finish_reason", finishReason);
    return Json.encode(List.of(message));
  }

  /** What a person reads of a message. */
  static String shown(ChatMessage message) {
    return parts(message).stream()
        .map(MessageJson::shown)
        .filter(text -> !text.isBlank())
        .collect(Collectors.joining("\n"));
  }

  private static String shown(Map<String, Object> part) {
    return switch ((String) part.get("type")) {
      case "text" -> (String) part.get("content");
      case "tool_call" -> part.get("name") + "(" + part.get("arguments") + ")";
      case "tool_call_response" -> (String) part.get("response");
      case "uri" -> (String) part.get("uri");
      default -> "";
    };
  }

  private static Map<String, Object> message(ChatMessage message) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(
        "role",
        switch (message.type()) {
          case SYSTEM -> "system";
          case USER -> "user";
          case AI -> "assistant";
          case TOOL_EXECUTION_RESULT -> "tool";
          default -> message.type().name().toLowerCase(Locale.ROOT);
        });
    if (message instanceof UserMessage user && user.name() != null) {
      json.put("name", user.name());
    }
    json.put("parts", parts(message));
    return json;
  }

  private static List<Map<String, Object>> parts(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return List.of(text(system.text()));
    }
    if (message instanceof UserMessage user) {
      return user.contents().stream().map(MessageJson::content).toList();
    }
    if (message instanceof AiMessage answer) {
      return answer(answer);
    }
    return message instanceof ToolExecutionResultMessage result
        ? List.of(result(result))
        : List.of(text(message.toString()));
  }

  private static List<Map<String, Object>> answer(AiMessage answer) {
    List<Map<String, Object>> parts = new ArrayList<>();
    if (answer.thinking() != null) {
      parts.add(part("reasoning", "content", answer.thinking()));
    }
    if (answer.text() != null) {
      parts.add(text(answer.text()));
    }
    for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
      Map<String, Object> part = part("tool_call", "name", Objects.toString(call.name(), ""));
      putIfPresent(part, "id", call.id());
      part.put("arguments", Objects.toString(call.arguments(), ""));
      parts.add(part);
    }
    return parts;
  }

  private static Map<String, Object> result(ToolExecutionResultMessage result) {
    Map<String, Object> part = part("tool_call_response", "response", textOf(result));
    putIfPresent(part, "id", result.id());
    return part;
  }

  /** Newer releases have results of several contents, and refuse to give their text. */
  private static String textOf(ToolExecutionResultMessage result) {
    try {
      return Objects.toString(result.text(), "");
    } catch (RuntimeException e) {
      return result.toString();
    }
  }

  private static Map<String, Object> content(Content content) {
    if (content instanceof TextContent text) {
      return text(text.text());
    }
    String type = content.type().name().toLowerCase(Locale.ROOT);
    URI url = content instanceof ImageContent image ? image.image().url() : null;
    if (url == null || "data".equals(url.getScheme())) {
      // What is in the message itself may be megabytes.
      return text("(" + type + ", not recorded)");
    }
    Map<String, Object> part = part("uri", "uri", url.toString());
    part.put("modality", type);
    return part;
  }

  private static Map<String, Object> text(@Nullable String text) {
    return part("text", "content", Objects.toString(text, ""));
  }

  private static Map<String, Object> part(String type, String key, String value) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    part.put(key, value);
    return part;
  }

  private static void putIfPresent(Map<String, Object> part, String key, @Nullable String value) {
    if (value != null) {
      part.put(key, value);
    }
  }
}
