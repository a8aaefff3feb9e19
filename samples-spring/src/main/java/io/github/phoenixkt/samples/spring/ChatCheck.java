package io.github.phoenixkt.samples.spring;

import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Component;

/**
 * With {@code --chat.check=true}: asks and judges as the page does, looks at what Phoenix has of
 * it, and ends the application.
 */
@Component
@ConditionalOnBooleanProperty("chat.check")
class ChatCheck implements ApplicationRunner {
  private final ConfigurableApplicationContext application;
  private final HttpClient visitor =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  ChatCheck(ConfigurableApplicationContext application) {
    this.application = application;
  }

  @Override
  public void run(ApplicationArguments arguments) throws Exception {
    String answer = post("/answers?question=Why%3F").body();
    check(answer.contains("event:words"), answer);
    if (System.getenv("PHOENIX_ENDPOINT") != null) {
      checkFeedback(answer.substring(answer.lastIndexOf("data:") + 5).strip());
    }
    System.out.println("OK on Java " + Runtime.version().feature() + ", the chat answers");
    application.close();
  }

  private void checkFeedback(String span) throws Exception {
    check(post("/feedback?up=true&span=" + span).statusCode() == 202, span);
    check(post("/feedback?up=true&span=0123456789abcdef").statusCode() == 403, "another's span");
    application.getBean(SdkTracerProvider.class).forceFlush().join(30, TimeUnit.SECONDS);
    check(application.getBean(BlockingAnnotationQueue.class).flush(Duration.ofMinutes(1)), "flush");
    var phoenix = application.getBean(PhoenixBlockingClient.class);
    try (var stored = phoenix.spans().getSpanAnnotations(List.of(span))) {
      List<String> labels = stored.map(StoredAnnotation::getLabel).toList();
      check(labels.equals(List.of("thumbs-up")), labels);
    }
    try (var spans = phoenix.spans().getSpans()) {
      boolean isModel =
          spans.anyMatch(it -> it.getSpanId().equals(span) && it.getSpanKind().equals("LLM"));
      check(isModel, "the span of the model");
    }
  }

  private HttpResponse<String> post(String path) throws Exception {
    String port = application.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return visitor.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
