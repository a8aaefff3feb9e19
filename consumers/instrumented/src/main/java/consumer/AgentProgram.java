package consumer;

import static consumer.Main.check;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** What a program can do under OpenTelemetry's Java agent, and what not. */
@SuppressWarnings("try") // Scopes are opened for what they do.
final class AgentProgram {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private AgentProgram() {}

  public static void main(String[] args) throws Exception {
    URI uri = URI.create(args[0]);
    try {
      PhoenixTracing.register("mine");
      check(false, "registered over the agent");
    } catch (IllegalStateException e) {
      check(e.getMessage().contains("agent"), e);
    }

    PhoenixContext context =
        PhoenixContext.builder().sessionId("chat-7").userId("user-42").build().withBaggage();
    String feedbackOn;
    try (SpanCapture capture = SpanCapture.start();
        Scope scope = context.makeCurrent()) {
      get(uri);
      try (Scope turn = PhoenixContext.session("chat-8").makeCurrent()) {
        feedbackOn = byHand();
      }
      check(capture.spans().isEmpty(), "The agent's spans can be captured: tell so in docs/tracing.md");
    }
    try (Scope scope = PhoenixContext.session("unseen-session").makeCurrent()) {
      get(uri);
    }
    System.out.println("seen: feedback on " + feedbackOn + ", which has a session");
  }

  private static void get(URI uri) throws Exception {
    HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
  }

  /** Within a span of the agent, feedback goes to that span, and leaves it as it is. */
  private static String byHand() {
    Span span = GlobalOpenTelemetry.getTracer("program").spanBuilder("by-hand").startSpan();
    try (Scope scope = span.makeCurrent();
        FakePhoenix phoenix = FakePhoenix.start();
        var client =
            PhoenixBlockingClient.create(
                PhoenixSettings.builder()
                    .environment(PhoenixEnvironment.empty())
                    .endpoint(phoenix.endpoint().toString())
                    .build())) {
      String id = Span.current().getSpanContext().getSpanId();
      phoenix.addSpan(FakeSpan.of(id));
      var vote = SpanAnnotationData.builder(id, "vote").score(1).build();
      client.spans().addSpanAnnotationSync(vote);
      client.async().spans().addSpanAnnotationSync(vote).join();
      check(Span.current().getSpanContext().getSpanId().equals(id), "another span is current");
      List<String> traced =
          phoenix.requests().stream()
              .filter(request -> request.headers().keySet().stream().anyMatch("traceparent"::equalsIgnoreCase))
              .map(Object::toString)
              .toList();
      check(traced.isEmpty(), traced);
      return id;
    } finally {
      span.end();
    }
  }
}
