package io.github.phoenixkt.samples.spring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * A model that needs no key: it speaks OpenAI's protocol on a loopback port, whole or streamed, and
 * repeats what it is told. Asked about the weather, it first calls a tool, if it was given one.
 */
public final class StubModel implements AutoCloseable {
  private final HttpServer server;

  private StubModel(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a free port. */
  public static StubModel start() {
    // Without it, the JDK's server answers on a connection that is used again 40 ms late.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
      server.setExecutor(Executors.newCachedThreadPool(StubModel::daemon));
      StubModel model = new StubModel(server);
      server.createContext("/", model::answer);
      // By a daemon, so that the server's own thread is one, too, and the application can end.
      CompletableFuture.runAsync(server::start, task -> daemon(task).start()).join();
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "stub-model");
    thread.setDaemon(true);
    // Spring looks for JSON libraries with the thread's class loader. Threads of newer JDKs' HTTP server have one that
    // does not see the libraries in Spring Boot's jar.
    thread.setContextClassLoader(StubModel.class.getClassLoader());
    return thread;
  }

  /** The base URL, without {@code /v1}. */
  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Object> request = JsonParserFactory.getJsonParser().parseMap(body);
      if (exchange.getRequestURI().getPath().endsWith("/embeddings")) {
        send(exchange, "application/json", List.of(json(embeddings(request))));
      } else if (Boolean.TRUE.equals(request.get("stream"))) {
        List<String> events = new ArrayList<>();
        chunks(request).forEach(chunk -> events.add("data: " + json(chunk) + "\n\n"));
        events.add("data: [DONE]\n\n");
        send(exchange, "text/event-stream", events);
      } else {
        send(exchange, "application/json", List.of(json(whole(request))));
      }
    }
  }

  private static void send(HttpExchange exchange, String type, List<String> parts)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (String part : parts) {
        out.write(part.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
  }

  private static Map<String, Object> whole(Map<String, Object> request) {
    boolean callsTool = callsTool(request);
    Map<String, Object> message =
        callsTool
            ? Map.of("role", "assistant", "content", "", "tool_calls", List.of(toolCall()))
            : Map.of("role", "assistant", "content", reply(request));
    Map<String, Object> choice =
        Map.of("index", 0, "message", message, "finish_reason", callsTool ? "tool_calls" : "stop");
    return completion("chat.completion", request, List.of(choice), usage(request));
  }

  private static List<Map<String, Object>> chunks(Map<String, Object> request) {
    List<Map<String, Object>> chunks = new ArrayList<>();
    if (callsTool(request)) {
      chunks.add(chunk(request, Map.of("role", "assistant", "tool_calls", List.of(toolCall())), ""));
      chunks.add(chunk(request, Map.of(), "tool_calls"));
    } else {
      for (String word : reply(request).split("(?<= )")) {
        chunks.add(chunk(request, Map.of("role", "assistant", "content", word), ""));
      }
      chunks.add(chunk(request, Map.of(), "stop"));
    }
    chunks.add(completion("chat.completion.chunk", request, List.of(), usage(request)));
    return chunks;
  }

  private static Map<String, Object> chunk(
      Map<String, Object> request, Map<String, Object> delta, String finish) {
    Map<String, Object> choice =
        finish.isEmpty()
            ? Map.of("index", 0, "delta", delta)
            : Map.of("index", 0, "delta", delta, "finish_reason", finish);
    return completion("chat.completion.chunk", request, List.of(choice), Map.of());
  }

  private static Map<String, Object> completion(
      String type, Map<String, Object> request, List<?> choices, Map<String, Object> usage) {
    Map<String, Object> all =
        Map.of("id", "stub", "object", type, "created", 1, "model", request.get("model"), "choices", choices);
    if (usage.isEmpty()) {
      return all;
    }
    Map<String, Object> withUsage = new java.util.LinkedHashMap<>(all);
    withUsage.put("usage", usage);
    return withUsage;
  }

  private static Map<String, Object> usage(Map<String, Object> request) {
    int asked = lastText(request).length() / 4 + 1;
    int answered = reply(request).length() / 4 + 1;
    return Map.of(
        "prompt_tokens", asked, "completion_tokens", answered, "total_tokens", asked + answered);
  }

  private static Map<String, Object> toolCall() {
    return Map.of(
        "index", 0,
        "id", "call_1",
        "type", "function",
        "function", Map.of("name", "weather", "arguments", "{\"city\":\"Vienna\"}"));
  }

  private static boolean callsTool(Map<String, Object> request) {
    return request.get("tools") instanceof List<?> tools
        && !tools.isEmpty()
        && "user".equals(last(request).get("role"))
        && lastText(request).contains("weather");
  }

  private static String reply(Map<String, Object> request) {
    return "tool".equals(last(request).get("role"))
        ? "The tool says: " + lastText(request)
        : "You said: " + lastText(request);
  }

  private static Map<?, ?> last(Map<String, Object> request) {
    List<?> messages = (List<?>) request.get("messages");
    return (Map<?, ?>) messages.get(messages.size() - 1);
  }

  /** Of one text, or of a list of parts. */
  private static String lastText(Map<String, Object> request) {
    Object content = last(request).get("content");
    if (content instanceof List<?> parts) {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(((Map<?, ?>) part).get("text")));
      return text.toString();
    }
    return String.valueOf(content);
  }

  private static Map<String, Object> embeddings(Map<String, Object> request) {
    Object input = request.get("input");
    List<?> texts = input instanceof List<?> list ? list : List.of(input);
    List<Map<String, Object>> data = new ArrayList<>();
    for (Object text : texts) {
      int hash = text.hashCode();
      List<Double> vector = List.of((hash & 255) / 255.0, (hash >> 8 & 255) / 255.0, 0.5);
      data.add(Map.of("object", "embedding", "index", data.size(), "embedding", vector));
    }
    return Map.of(
        "object", "list",
        "model", request.get("model"),
        "data", data,
        "usage", Map.of("prompt_tokens", 1, "total_tokens", 1));
  }

  private static String json(Map<String, Object> value) {
    return JsonWriter.standard().writeToString(value);
  }
}
