package io.github.phoenixkt.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model on a loopback port that judges by counting words: it speaks the chat completions
 * protocol, for {@link LlmJudge} without an account, and for tests of what goes wrong.
 */
final class StubModel implements AutoCloseable {
  static final String KEY = "stub-key";
  static final String MODEL = "word-counter";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Reply> next = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();

  /** How the model answers one request. */
  interface Reply {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private StubModel(HttpServer server) {
    this.server = server;
    server.createContext("/v1/chat/completions", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static StubModel start() {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      return new StubModel(HttpServer.create(new InetSocketAddress(loopback, 0), 0));
    } catch (IOException e) {
      throw new IllegalStateException("No port could be opened for the stub of a model.", e);
    }
  }

  LlmJudge.Settings settings() {
    return settings(Duration.ofSeconds(60));
  }

  LlmJudge.Settings settings(Duration timeout) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    URI baseUrl = URI.create("http://" + host + ":" + server.getAddress().getPort() + "/v1/");
    return new LlmJudge.Settings(baseUrl, KEY, MODEL, timeout);
  }

  /** The next requests are answered so, one each; those after them as usual. */
  void answerNext(Reply... replies) {
    next.addAll(List.of(replies));
  }

  /** How many requests there were. */
  int asked() {
    return asked.get();
  }

  /** Too many requests: to be tried again after that time. */
  static Reply busy(Duration retryAfter) {
    return exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "" + retryAfter.toSeconds());
      send(exchange, 429, error("Rate limit reached."));
    };
  }

  static Reply status(int status) {
    return exchange -> send(exchange, status, error("So it is."));
  }

  /** The model says this and nothing else. */
  static Reply says(String content) {
    return exchange -> send(exchange, 200, completion(content));
  }

  /** The endpoint answers with this body. */
  static Reply body(String text) {
    return exchange -> send(exchange, 200, text);
  }

  /** No answer before {@link #close()}. */
  Reply silence() {
    return exchange -> closed.await();
  }

  /** An answer that begins and does not end, before {@link #close()} or the caller has gone. */
  Reply endless() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try {
        while (!closed.await(10, TimeUnit.MILLISECONDS)) {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
        }
      } catch (IOException e) {
        abandoned.incrementAndGet();
      }
    };
  }

  /** How many callers have gone during an {@link #endless()} answer. */
  int abandoned() {
    return abandoned.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      Reply reply = next.poll();
      if (reply == null) {
        reply = usual(exchange, request);
      }
      reply.to(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As strict as the real ones. */
  private static Reply usual(HttpExchange exchange, JsonNode request) throws IOException {
    if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      return status(401);
    }
    JsonNode messages = request.path("messages");
    if (!exchange.getRequestMethod().equals("POST")
        || !request.path("model").asText().equals(MODEL)
        || !messages.path(0).path("role").asText().equals("system")
        || !messages.path(1).path("role").asText().equals("user")) {
      return status(400);
    }
    return says(judge(JSON.readTree(messages.path(1).path("content").asText())));
  }

  /** In the manner of models: with a fence around the JSON. */
  private static String judge(JsonNode asked) throws IOException {
    int words = asked.path("answer").asText().split("\\s+").length;
    boolean enough = words >= 6;
    Map<String, Object> verdict =
        Map.of(
            "label", enough ? "correct" : "incorrect",
            "score", enough ? 0.9 : 0.2,
            "explanation", "It has " + words + " words.");
    return "```json\n" + JSON.writeValueAsString(verdict) + "\n```";
  }

  private static String completion(String content) throws IOException {
    Map<String, Object> message = Map.of("role", "assistant", "content", content);
    return JSON.writeValueAsString(
        Map.of(
            "object",
            "chat.completion",
            "model",
            MODEL,
            "choices",
            List.of(Map.of("index", 0, "finish_reason", "stop", "message", message))));
  }

  private static String error(String message) throws IOException {
    return JSON.writeValueAsString(Map.of("error", Map.of("message", message)));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
