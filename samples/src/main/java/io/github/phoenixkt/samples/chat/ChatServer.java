package io.github.phoenixkt.samples.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.samples.chat.Answer.Thumb;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The chat's page, and what it calls. On the loopback interface: it knows users by a cookie, and no
 * passwords.
 *
 * <table>
 * <caption>Routes</caption>
 * <tr><td>{@code GET /}</td><td>the page, and its two other files</td></tr>
 * <tr><td>{@code GET /conversation}</td><td>what was said and rated so far</td></tr>
 * <tr><td>{@code POST /conversation}</td><td>begins a new one</td></tr>
 * <tr><td>{@code POST /chat}</td><td>{@code {"message"}}; streams lines of JSON: {@code {"text"}}
 *     many times, then {@code {"answer": id}} or {@code {"error"}}</td></tr>
 * <tr><td>{@code POST /feedback}</td><td>{@code {"answer": id, "thumb": "up" or "down", "comment"}}
 *     </td></tr>
 * </table>
 */
final class ChatServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BODY = 1 << 16;
  private static final int LONGEST_MESSAGE = 4_000;
  private static final int LONGEST_COMMENT = 1_000;
  private static final String COOKIE = "phoenix-kt-chat";
  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  static {
    // Without it, small answers on kept connections are 40 ms late. It is read once, so set early.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Visitors visitors;
  private final HttpServer server;
  private final TracedChat chat;
  private final BlockingSpanFeedback feedback;
  private final Duration grace;
  // Answers take seconds, and keep no page waiting.
  private final ExecutorService requests = pool(4, 200);
  private final ExecutorService answering = pool(8, 16);

  /**
   * Serves at once.
   *
   * @param port 0 for any that is free
   * @param clock by which conversations are over
   * @param chat makes a chat whose answers are written on the given threads
   * @param feedback takes thumbs, without waiting for Phoenix
   * @param grace how long {@link #close} lets answers go on
   */
  ChatServer(
      int port,
      Clock clock,
      Function<Executor, TracedChat> chat,
      BlockingSpanFeedback feedback,
      Duration grace)
      throws IOException {
    this.chat = chat.apply(answering);
    this.feedback = feedback;
    this.grace = grace;
    visitors = new Visitors(clock);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.setExecutor(requests);
    server.start();
  }

  private static ExecutorService pool(int threads, int waiting) {
    return new ThreadPoolExecutor(
        threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting));
  }

  URI uri() {
    InetSocketAddress address = server.getAddress();
    return URI.create(
        "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
  }

  private void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    // Were a text ever taken for markup, it still could load and run nothing.
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
    try {
      route(exchange);
    } catch (Refusal e) {
      refuse(exchange, e);
    } catch (RuntimeException e) {
      e.printStackTrace();
      refuse(exchange, new Refusal(500, "Something went wrong. Please try again."));
    }
  }

  private void route(HttpExchange exchange) throws IOException, Refusal {
    switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
      case "GET /" -> page(exchange);
      case "GET /chat.css" -> file(exchange, "chat.css", "text/css");
      case "GET /chat.js" -> file(exchange, "chat.js", "text/javascript");
      case "GET /conversation" -> conversation(exchange, user(exchange));
      case "POST /conversation" -> newConversation(exchange);
      case "POST /chat" -> chat(exchange);
      case "POST /feedback" -> rate(exchange);
      default -> throw new Refusal(404, "There is no such page.");
    }
  }

  private void page(HttpExchange exchange) throws IOException {
    if (visitors.user(cookie(exchange)).isEmpty()) {
      exchange
          .getResponseHeaders()
          .set("Set-Cookie", COOKIE + "=" + visitors.add() + "; Path=/; HttpOnly; SameSite=Strict");
    }
    file(exchange, "chat.html", "text/html");
  }

  private static void file(HttpExchange exchange, String name, String type) throws IOException {
    try (InputStream file = ChatServer.class.getResourceAsStream(name)) {
      send(exchange, 200, type, file.readAllBytes());
    }
  }

  private void conversation(HttpExchange exchange, String user) throws IOException {
    List<Map<String, String>> answers =
        visitors.conversation(user).answers().stream().map(ChatServer::shown).toList();
    send(exchange, 200, Map.of("answers", answers));
  }

  private static Map<String, String> shown(Answer answer) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("id", answer.id());
    shown.put("question", answer.question());
    shown.put("text", answer.text());
    shown.put(
        "thumb", answer.thumb() == null ? null : answer.thumb().name().toLowerCase(Locale.ROOT));
    shown.put("comment", answer.comment());
    return shown;
  }

  private void newConversation(HttpExchange exchange) throws IOException, Refusal {
    String user = user(exchange);
    body(exchange);
    visitors.endConversation(user);
    conversation(exchange, user);
  }

  private void chat(HttpExchange exchange) throws IOException, Refusal {
    String user = user(exchange);
    String message = text(body(exchange), "message", LONGEST_MESSAGE);
    if (message.isEmpty()) {
      throw new Refusal(400, "Please write a message first.");
    }
    chat.answer(visitors.conversation(user), message, new StreamedAnswer(exchange));
  }

  private void rate(HttpExchange exchange) throws IOException, Refusal {
    String user = user(exchange);
    JsonNode body = body(exchange);
    Thumb thumb =
        switch (body.path("thumb").asText()) {
          case "up" -> Thumb.UP;
          case "down" -> Thumb.DOWN;
          default -> throw new Refusal(400, "thumb must be \"up\" or \"down\".");
        };
    String comment = text(body, "comment", LONGEST_COMMENT);
    Answer answer =
        visitors
            .conversation(user)
            .answer(body.path("answer").asText())
            .orElseThrow(() -> new Refusal(404, "This answer is not of your conversation."));
    try {
      answer.rate(thumb, comment, user, feedback);
    } catch (PhoenixException e) {
      // The queue is full or closed. The user need not know why.
      System.err.println("Feedback was not accepted. " + e.getMessage());
      throw new Refusal(503, "Your feedback could not be saved. Please try again.");
    }
    send(exchange, 200, shown(answer));
  }

  private String user(HttpExchange exchange) throws Refusal {
    return visitors
        .user(cookie(exchange))
        .orElseThrow(() -> new Refusal(410, "This conversation is over. Please reload the page."));
  }

  private static String cookie(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().get("Cookie")).stream()
        .flatMap(List::stream)
        .flatMap(header -> Stream.of(header.split(";")))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(COOKIE + "="))
        .map(cookie -> cookie.substring(COOKIE.length() + 1))
        .findFirst()
        .orElse("");
  }

  /** Another site's form cannot send this type, and its script may not without being asked. */
  private static JsonNode body(HttpExchange exchange) throws IOException, Refusal {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.startsWith("application/json")) {
      throw new Refusal(415, "The body must be JSON.");
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (bytes.length > LARGEST_BODY) {
      throw new Refusal(413, "That is too long.");
    }
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "The body is no JSON.");
    }
  }

  private static String text(JsonNode body, String field, int longest) throws Refusal {
    String text = body.path(field).asText("").strip();
    if (text.length() > longest) {
      throw new Refusal(413, "Please write no more than " + longest + " characters.");
    }
    // Half a surrogate pair, or the character 0: Phoenix could not store it.
    if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new Refusal(400, "The text has characters that are no text.");
    }
    return text;
  }

  private static void refuse(HttpExchange exchange, Refusal refusal) {
    try {
      send(exchange, refusal.status(), Map.of("error", refusal.getMessage()));
    } catch (IOException e) {
      exchange.close(); // gone, or it has part of an answer already
    }
  }

  private static void send(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /** An answer on its way to the page, line by line. */
  private static final class StreamedAnswer implements TracedChat.Reader {
    private final HttpExchange exchange;
    private boolean begun;

    StreamedAnswer(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void text(String piece) throws IOException {
      line(Map.of("text", piece));
    }

    @Override
    public void complete(Answer answer) throws IOException {
      try (exchange) {
        line(Map.of("answer", answer.id()));
      }
    }

    @Override
    public void failed(Exception e) {
      System.err.println("A turn failed. " + e.getMessage());
      String message =
          begun
              ? "The answer broke off. Please try again."
              : "The model is not available at the moment. Please try again.";
      if (!begun) {
        refuse(exchange, new Refusal(502, message));
        return;
      }
      try (exchange) {
        line(Map.of("error", message));
      } catch (IOException gone) {
        // Nobody is there to read it.
      }
    }

    private void line(Map<String, String> event) throws IOException {
      if (!begun) {
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        begun = true;
      }
      String line = JSON.writeValueAsString(event) + "\n";
      exchange.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
  }

  /**
   * Lets what has begun go on for a while. Answers that take longer end with an error, and their
   * spans have ended when this returns.
   */
  @Override
  public void close() {
    answering.shutdown();
    try {
      if (!awaitAnswers(grace)) {
        chat.close();
        // No interrupt before: it would close connections that are just being told of the error.
        awaitAnswers(LONGEST_END);
      }
    } catch (InterruptedException e) {
      chat.close();
      Thread.currentThread().interrupt();
    } finally {
      answering.shutdownNow();
      server.stop(0);
      requests.shutdown();
    }
  }

  private boolean awaitAnswers(Duration longest) throws InterruptedException {
    return answering.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
  }
}
