package io.github.phoenixkt.samples.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.samples.LlmJudge;
import io.github.phoenixkt.samples.StubModel;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A chat in the browser whose turns are traced over OpenTelemetry, and whose users put a thumb on
 * the very answer that they mean. It needs a Phoenix that takes spans over OTLP:
 *
 * <pre>
 * scripts/phoenix start --port 6006
 * mvn -q -pl samples -am compile exec:java -Dexec.mainClass=io.github.phoenixkt.samples.chat.ChatService -Dexec.args=8080
 * </pre>
 *
 * <p>Phoenix is that of the environment, the model that of {@code OPENAI_BASE_URL}, {@code
 * OPENAI_API_KEY} and {@code OPENAI_MODEL}; where none is named, a stub answers. With a port as its
 * argument it serves until it is stopped; without, it has a short chat with itself and ends.
 * Feedback goes through an annotation queue, whose spool may be named as a second argument.
 */
public final class ChatService implements AutoCloseable {
  static final String PROJECT = "phoenix-kt-chat";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PhoenixTracing tracing;
  private final PhoenixBlockingClient phoenix;
  private final BlockingAnnotationQueue queue;
  private final ChatServer server;

  /**
   * Serves at once.
   *
   * @param settings where spans and feedback go
   * @param project of Phoenix
   * @param model answers
   * @param port 0 for any that is free
   * @param spool the folder where feedback is kept if the process is killed, or null
   * @throws PhoenixException if Phoenix cannot be reached
   */
  ChatService(
      PhoenixSettings settings, String project, LlmJudge.Settings model, int port, Path spool)
      throws IOException {
    phoenix = PhoenixBlockingClient.create(settings);
    queue = phoenix.annotationQueue(AnnotationQueueOptions.builder().spool(spool).build());
    // Short, because people look at Phoenix while they try it. Feedback waits for its span anyway.
    tracing =
        PhoenixTracing.builder()
            .settings(settings)
            .project(project)
            .exportDelay(Duration.ofSeconds(1))
            .build();
    try {
      phoenix.projects().ensure(project);
      server =
          new ChatServer(
              port,
              Clock.systemUTC(),
              threads ->
                  new TracedChat(tracing.tracer("phoenix-kt-chat"), new ChatModel(model), threads),
              BlockingSpanFeedback.of(queue),
              Duration.ofSeconds(5));
    } catch (IOException | RuntimeException e) {
      tracing.close();
      phoenix.close();
      throw e;
    }
  }

  public static void main(String[] args) throws Exception {
    try (Model model = Model.ofEnvironment();
        ChatService service =
            new ChatService(
                PhoenixSettings.fromEnvironment(),
                PROJECT,
                model.settings(),
                args.length > 0 ? Integer.parseInt(args[0]) : 0,
                args.length > 1 ? Path.of(args[1]) : null)) {
      System.out.println("Chat with " + model.settings().model() + " at " + service.uri() + ".");
      if (args.length > 0) {
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        Thread.currentThread().join(); // until the process is stopped
      }
      service.showARound();
    } catch (PhoenixException | IllegalArgumentException | IllegalStateException | IOException e) {
      System.err.println("The sample failed. " + e.getMessage());
      System.exit(1);
    }
    // Maven unloads our classes when main returns, and the client's last threads still need them.
    System.exit(0);
  }

  /** The model of the environment, else the stub. */
  private record Model(LlmJudge.Settings settings, StubModel stub) implements AutoCloseable {
    static Model ofEnvironment() {
      Optional<LlmJudge.Settings> named = LlmJudge.Settings.of(System.getenv());
      if (named.isPresent()) {
        return new Model(named.get(), null);
      }
      System.out.println("Neither OPENAI_BASE_URL nor OPENAI_API_KEY is set: a stub answers.");
      StubModel stub = StubModel.start();
      return new Model(stub.settings(), stub);
    }

    @Override
    public void close() {
      if (stub != null) {
        stub.close();
      }
    }
  }

  URI uri() {
    return server.uri();
  }

  /** What the page does, without a browser. */
  private void showARound() throws IOException, InterruptedException {
    HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    checked(browser.send(HttpRequest.newBuilder(uri()).build(), text()));
    String answer = null;
    for (String message : new String[] {"What is a span?", "And a session?"}) {
      System.out.println("> " + message);
      String lines = post(browser, "chat", Map.of("message", message));
      for (String line : lines.split("\n")) {
        JsonNode event = JSON.readTree(line);
        System.out.print(event.path("text").asText());
        answer = event.path("answer").asText(answer);
      }
      System.out.println();
    }
    if (answer == null) {
      throw new IllegalStateException("The answer broke off.");
    }
    post(browser, "feedback", Map.of("answer", answer, "thumb", "up", "comment", "Well said."));
    if (!queue.flush(Duration.ofSeconds(30))) {
      throw new IllegalStateException("Phoenix did not store the feedback: " + queue.state());
    }
    System.out.println(
        "The last answer has a thumbs-up now: see project " + PROJECT + " in Phoenix.");
  }

  private String post(HttpClient browser, String path, Map<String, String> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri().resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    return checked(browser.send(request, text()));
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static String checked(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.uri() + " answered " + response.body());
    }
    return response.body();
  }

  /**
   * Ends what goes on, and sends the last spans and the feedback on them, in this order. Closing it
   * again does nothing.
   */
  @Override
  public void close() {
    server.close();
    tracing.close();
    QueueReport left = queue.close(Duration.ofSeconds(10));
    if (!left.getDrained()) {
      System.err.println("Some feedback has not reached Phoenix: " + left);
    }
    phoenix.close();
  }
}
