package consumer;

import static consumer.Main.check;
import static io.github.phoenixkt.opentelemetry.OpenInferenceAttributes.SESSION_ID;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.CapturedSpan;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.ktor.client.engine.java.Java;
import io.opentelemetry.api.internal.InstrumentationUtil;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.javahttpclient.JavaHttpClientTelemetry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import kotlin.Unit;

/** Spans of an instrumentation by OpenTelemetry carry the session and are captured. */
final class InstrumentedClient {
  private static final String SPAN = "00000000000000a1";

  private InstrumentedClient() {}

  @SuppressWarnings("try") // A scope is opened for what it does.
  static void run() throws Exception {
    try (var server = new Server();
        var phoenix = FakePhoenix.start();
        var tracing =
            PhoenixTracing.builder()
                .settings(settings(server.uri("").toString()).build())
                .project("instrumented")
                .build()) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      HttpClient http =
          JavaHttpClientTelemetry.builder(tracing.openTelemetry())
              .build()
              .newHttpClient(HttpClient.newHttpClient());
      SpanCapture capture = SpanCapture.start();
      try (capture;
          Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
        http.send(HttpRequest.newBuilder(server.uri("/sync")).build(), BodyHandlers.discarding());
        http.sendAsync(HttpRequest.newBuilder(server.uri("/async")).build(), BodyHandlers.discarding())
            .join();
        ownRequest(phoenix);
      }

      List<CapturedSpan> captured = capture.spans();
      check(captured.size() == 2, captured);
      for (CapturedSpan span : captured) {
        check(span.name().equals("GET"), span);
        check("chat-7".equals(span.attribute(SESSION_ID)), span.attributes());
      }
      check(tracing.flush(Duration.ofSeconds(30)), "flush");
      String exported = server.exported();
      for (String text : List.of("/sync", "/async", "chat-7", "instrumented")) {
        check(exported.contains(text), text + " in " + exported);
      }
      System.out.println("OpenTelemetry's HTTP client: " + captured);
    }
  }

  /** A client's own requests tell instrumentations of this release, too, to be quiet. */
  private static void ownRequest(FakePhoenix phoenix) throws Exception {
    Queue<Boolean> suppressed = new ConcurrentLinkedQueue<>();
    var engine =
        Java.INSTANCE.create(
            config -> {
              config.config(
                  builder -> {
                    builder.executor(
                        task -> {
                          suppressed.add(
                              InstrumentationUtil.shouldSuppressInstrumentation(Context.current()));
                          new Thread(task).start();
                        });
                    return Unit.INSTANCE;
                  });
              return Unit.INSTANCE;
            });
    try (engine;
        var client =
            PhoenixBlockingClient.create(
                settings(phoenix.endpoint().toString()).engine(engine).build())) {
      client.spans().addSpanAnnotationSync(SpanAnnotationData.builder(SPAN, "vote").score(1).build());
    }
    // The first is asked where the request begins.
    check(Boolean.TRUE.equals(suppressed.peek()), suppressed);
    check(!InstrumentationUtil.shouldSuppressInstrumentation(Context.current()), "after the call");
  }

  private static PhoenixSettings.Builder settings(String endpoint) {
    return PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).endpoint(endpoint);
  }
}
