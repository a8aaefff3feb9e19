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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A model on a loopback port that counts words. It speaks the chat completions protocol, without an
 * account, and in tests of what goes wrong: it judges for {@link LlmJudge}, and who asks for a
 * stream has a chat with it.
 */
public final class StubModel implements AutoCloseable {
  public static final String KEY = "stub-key";
  static final String MODEL = "word-counter";
  private static final Duration BETWEEN_WORDS = Duration.ofMillis(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Reply> next = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();

  /** How the model answers one request. */
  public interface Reply {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private StubModel(HttpServer server) {
    this.server = server;
    server.createContext("/v1/chat/completions", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public static StubModel start() {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      return new StubModel(HttpServer.create(new InetSocketAddress(loopback, 0), 0));
    } catch (IOException e) {
      throw new IllegalStateException("No port could be opened for the stub of a model.", e);
    }
  }

  public LlmJudge.Settings settings() {
    return settings(Duration.ofSeconds(60));
  }

  public LlmJudge.Settings settings(Duration timeout) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    URI baseUrl = URI.create("http://" + host + ":" + server.getAddress().getPort() + "/v1/");
    return new LlmJudge.Settings(baseUrl, KEY, MODEL, timeout);
  }

  /** The next requests are answered so, one each; those after them as usual. */
  public void answerNext(Reply... replies) {
    next.addAll(List.of(replies));
  }

  /** How many requests have been read to their end. */
  public int asked() {
    return asked.get();
  }

  /** Too many requests: to be tried again after that time. */
  static Reply busy(Duration retryAfter) {
    return exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "" + retryAfter.toSeconds());
      send(exchange, 429, error("Rate limit reached."));
    };
  }

  public static Reply status(int status) {
    return exchange -> send(exchange, status, error("So it is."));
  }

  /** The model says this and nothing else. */
  static Reply says(String content) {
    return exchange -> send(exchange, 200, completion(content));
  }

  /** The model says these pieces one after the other, each when it comes, and is done then. */
  public static Reply streams(Iterable<String> pieces) {
    return streams(pieces, null);
  }

  private static Reply streams(Iterable<String> pieces, JsonNode askedWith) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      int count = 0;
      for (String piece : pieces) {
        event(exchange, chunk(List.of(choice(Map.of("content", piece), null)), null));
        count++;
      }
      event(exchange, chunk(List.of(choice(Map.of(), "stop")), null));
      if (askedWith != null) {
        int prompt = words(askedWith.path("messages").findValuesAsText("content"));
        event(exchange, chunk(List.of(), usage(prompt, count)));
      }
      event(exchange, "[DONE]");
    };
  }

  /** The model says these pieces, and the connection ends in the middle of it. */
  public static Reply breaksOffAfter(String... pieces) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      for (String piece : pieces) {
        event(exchange, chunk(List.of(choice(Map.of("content", piece), null)), null));
      }
    };
  }

  /** The endpoint answers with this body. */
  public static Reply body(String text) {
    return exchange -> send(exchange, 200, text);
  }

  /** No answer before {@link #close()}. */
  public Reply silence() {
    return exchange -> closed.await();
  }

  /** An answer that begins and does not end, before {@link #close()} or the caller has gone. */
  public Reply endless() {
    return exchange -> {
      try {
        exchange.sendResponseHeaders(200, 0);
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
  public int abandoned() {
    return abandoned.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      asked.incrementAndGet();
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
    if (request.path("stream").asBoolean()) {
      boolean counts = request.path("stream_options").path("include_usage").asBoolean();
      return streams(slowly(chat(messages)), counts ? request : null);
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

  private static String chat(JsonNode messages) {
    List<String> said = new ArrayList<>();
    for (JsonNode message : messages) {
      if (message.path("role").asText().equals("user")) {
        said.add(message.path("content").asText());
      }
    }
    String last = said.get(said.size() - 1);
    return "You said \u201c"
        + last
        + "\u201d. I am a stub of a model: I count "
        + words(List.of(last))
        + " words in that, which is your message no. "
        + said.size()
        + ".";
  }

  /** Word by word, as models do, and as fast as one can read. */
  private static Iterable<String> slowly(String text) {
    return () ->
        Pattern.compile("(?<=\\s)")
            .splitAsStream(text)
            .peek(word -> LockSupport.parkNanos(BETWEEN_WORDS.toNanos()))
            .iterator();
  }

  private static int words(List<String> texts) {
    return texts.stream().mapToInt(text -> text.strip().split("\\s+").length).sum();
  }

  private static Map<String, Object> choice(Map<String, String> delta, String finishReason) {
    Map<String, Object> choice = new LinkedHashMap<>();
    choice.put("index", 0);
    choice.put("delta", delta);
    choice.put("finish_reason", finishReason);
    return choice;
  }

  private static Map<String, Object> usage(int prompt, int completion) {
    return Map.of(
        "prompt_tokens",
        prompt,
        "completion_tokens",
        completion,
        "total_tokens",
        prompt + completion);
  }

  private static String chunk(List<?> choices, Map<String, Object> usage) throws IOException {
    Map<String, Object> chunk = new LinkedHashMap<>();
    chunk.put("object", "chat.completion.chunk");
    chunk.put("model", MODEL);
    chunk.put("choices", choices);
    chunk.put("usage", usage);
    return JSON.writeValueAsString(chunk);
  }

  private static void event(HttpExchange exchange, String data) throws IOException {
    exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
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
