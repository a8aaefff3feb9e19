package io.github.phoenixkt.samples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.spans.SpanData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A chat as a plain HTTP service: {@code POST /chat} answers with the id of the answer's span, and
 * {@code POST /feedback} puts the user's thumb on that span.
 *
 * <p>Feedback goes through an annotation queue, so that no request waits for Phoenix and nothing is
 * lost while it is down.
 *
 * <p>With a port as its argument it serves until it is stopped; without, it shows one round to
 * itself and ends. A second argument names the folder of the queue's spool, which keeps feedback if
 * the process is killed.
 */
public final class FeedbackService implements AutoCloseable {
  static final String PROJECT = "phoenix-kt-feedback";
  private static final int LARGEST_BODY = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PhoenixBlockingClient phoenix;
  private final BlockingAnnotationQueue queue;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FeedbackService(PhoenixBlockingClient phoenix, int port, Path spool) throws IOException {
    this.phoenix = phoenix;
    queue = phoenix.annotationQueue(AnnotationQueueOptions.builder().spool(spool).build());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/chat", exchange -> handle(exchange, this::chat));
    server.createContext("/feedback", exchange -> handle(exchange, this::feedback));
    server.setExecutor(threads);
    server.start();
  }

  public static void main(String[] args) throws Exception {
    try (SamplePhoenix phoenixServer = SamplePhoenix.start();
        PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(phoenixServer.settings());
        FeedbackService service =
            new FeedbackService(
                phoenix,
                args.length > 0 ? Integer.parseInt(args[0]) : 0,
                args.length > 1 ? Path.of(args[1]) : null)) {
      System.out.println("Chat and feedback at " + service.uri("/") + ".");
      if (args.length > 0) {
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        Thread.currentThread().join(); // until the process is stopped
      }
      service.showARound();
    } catch (PhoenixException | IllegalStateException e) {
      System.err.println("The sample failed. " + e.getMessage());
      System.exit(1);
    }
    // Maven unloads our classes when main returns, and the client's last threads still need them.
    System.exit(0);
  }

  URI uri(String path) {
    return URI.create(
        "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port() + path);
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private Reply chat(JsonNode body) {
    String question = body.path("question").asText();
    if (question.isBlank()) {
      return Reply.error(400, "question is missing");
    }
    String answer = "You asked: " + question; // here the model would be asked
    SpanData span = ChatSpans.answer(body.path("session").asText("anonymous"), question, answer);
    // In your service the tracer exports the span; the id comes from Span.current().
    phoenix.spans().logSpans(List.of(span), PROJECT);
    return new Reply(200, Map.of("answer", answer, "span_id", span.getSpanId()));
  }

  /**
   * The queue waits for a span that is not in Phoenix yet, so that no click is too early. If the
   * same user clicks again, the later click replaces the earlier one.
   */
  private Reply feedback(JsonNode body) {
    boolean up = body.path("thumbs_up").asBoolean();
    Offer offer =
        queue.offer(
            SpanAnnotationData.builder(body.path("span_id").asText(), "user_feedback")
                .label(up ? "thumbs-up" : "thumbs-down")
                .score(up ? 1.0 : 0.0)
                .explanation(body.path("comment").asText(null))
                .identifier(body.path("user").asText("anonymous"))
                .build());
    return offer.getAccepted()
        ? new Reply(202, Map.of("status", "accepted"))
        : Reply.error(503, "too much feedback at the moment, please try again");
  }

  private interface Handler {
    Reply answer(JsonNode body);
  }

  private record Reply(int status, Map<String, String> body) {
    static Reply error(int status, String message) {
      return new Reply(status, Map.of("error", message));
    }
  }

  private static void handle(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      Reply reply = replyTo(exchange, handler);
      byte[] bytes = JSON.writeValueAsBytes(reply.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static Reply replyTo(HttpExchange exchange, Handler handler) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return Reply.error(405, "POST only");
    }
    try {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readNBytes(LARGEST_BODY));
      return handler.answer(body);
    } catch (JsonProcessingException e) {
      return Reply.error(400, "the body is no JSON");
    } catch (IllegalArgumentException e) {
      // What this client refuses to send, for instance a blank span id: the caller's mistake.
      return Reply.error(400, e.getMessage());
    } catch (PhoenixException e) {
      // The caller need not know what Phoenix said.
      System.err.println(e.getMessage());
      return Reply.error(502, "Phoenix could not be reached or refused, please try again");
    }
  }

  void showARound() throws InterruptedException {
    JsonNode answer = post("/chat", Map.of("question", "What is a span?", "session", "demo"));
    System.out.println("/chat answered " + answer);
    String spanId = answer.path("span_id").asText();
    JsonNode thanks = post("/feedback", Map.of("span_id", spanId, "thumbs_up", true));
    System.out.println("/feedback answered " + thanks);
    if (!queue.flush(Duration.ofMinutes(1))) {
      throw new IllegalStateException("Phoenix did not store the feedback: " + queue.state());
    }
  }

  private JsonNode post(String path, Map<String, ?> body) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri(path))
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
              .build();
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(path + " answered " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes no more requests, and then sends the feedback that waits. */
  @Override
  public void close() {
    server.stop(1);
    threads.shutdown();
    QueueReport left = queue.close(Duration.ofSeconds(10));
    if (!left.getDrained()) {
      System.err.println("Some feedback has not reached Phoenix: " + left);
    }
  }
}
