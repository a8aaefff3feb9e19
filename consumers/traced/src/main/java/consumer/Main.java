package consumer;

import com.sun.net.httpserver.HttpServer;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.context.Scope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Traces by OpenTelemetry as its host has it, and calls Phoenix as all do. */
public final class Main {
  private Main() {}

  @SuppressWarnings("try") // A scope is opened for what it does.
  public static void main(String[] args) throws Exception {
    Queue<String> exports = new ConcurrentLinkedQueue<>();
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          exports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    var settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    try (PhoenixTracing tracing = PhoenixTracing.builder().settings(settings).project("traced").register();
        SpanCapture capture = SpanCapture.start()) {
      try (Scope session = PhoenixContext.session("chat-7").makeCurrent()) {
        GlobalOpenTelemetry.getTracer("consumer").spanBuilder("answer").startSpan().end();
      }
      check(capture.spans().size() == 1, capture.spans());
      check(tracing.flush(Duration.ofSeconds(30)), "flush");
      String exported = String.join("\n", exports);
      check(exported.contains("chat-7") && exported.contains("traced"), exported);
    } finally {
      server.stop(0);
    }
    System.out.println(HostCheck.run());
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
