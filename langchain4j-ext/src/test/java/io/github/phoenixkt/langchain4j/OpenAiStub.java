package io.github.phoenixkt.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The part of OpenAI's API that a chat needs, on a loopback port. It answers "Echo: …"; a question
 * that begins with "weather" first asks for the tool {@code weather}, and one that begins with
 * "fail" is refused. The users' build with LangChain4j has it, too.
 */
public final class OpenAiStub implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  public OpenAiStub() {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      requests.add(request);
      JsonNode messages = request.get("messages");
      JsonNode last = messages.get(messages.size() - 1);
      String said = last.path("content").asText();
      if (said.startsWith("fail")) {
        send(exchange, 400, "application/json", "{\"error\":{\"message\":\"refused\"}}");
        return;
      }
      boolean asksForTool = said.startsWith("weather");
      if (request.path("stream").asBoolean()) {
        send(exchange, 200, "text/event-stream", asksForTool ? streamedCall() : streamed(said));
      } else {
        send(exchange, 200, "application/json", asksForTool ? call() : complete(said));
      }
    }
  }

  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}";
  private static final String CALL =
      "[{\"index\":0,\"id\":\"call-1\",\"type\":\"function\",\"function\":"
          + "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Oslo\\\"}\"}}]";

  private static String complete(String said) throws IOException {
    return choice("\"content\":" + JSON.writeValueAsString("Echo: " + said), "stop");
  }

  private static String call() {
    return choice("\"content\":null,\"tool_calls\":" + CALL, "tool_calls");
  }

  private static String choice(String message, String finishReason) {
    return "{\"id\":\"chat-1\",\"object\":\"chat.completion\",\"model\":\"stub-model-2026\",\"choices\":[{\"index\":0,"
        + "\"message\":{\"role\":\"assistant\","
        + message
        + "},\"finish_reason\":\""
        + finishReason
        + "\"}],"
        + USAGE
        + "}";
  }

  private static String streamed(String said) throws IOException {
    return chunk("\"content\":\"Echo: \"", "null", "")
        + chunk("\"content\":" + JSON.writeValueAsString(said), "null", "")
        + chunk("", "\"stop\"", "," + USAGE)
        + "data: [DONE]\n\n";
  }

  private static String streamedCall() {
    return chunk("\"tool_calls\":" + CALL, "null", "")
        + chunk("", "\"tool_calls\"", "," + USAGE)
        + "data: [DONE]\n\n";
  }

  private static String chunk(String delta, String finishReason, String usage) {
    return "data: {\"id\":\"chat-1\",\"object\":\"chat.completion.chunk\",\"model\":\"stub-model-2026\",\"choices\":"
        + "[{\"index\":0,\"delta\":{"
        + delta
        + "},\"finish_reason\":"
        + finishReason
        + "}]"
        + usage
        + "}\n\n";
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
