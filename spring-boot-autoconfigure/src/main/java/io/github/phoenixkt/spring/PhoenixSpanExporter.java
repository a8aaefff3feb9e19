package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.PhoenixTracing;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/**
 * Sends spans to Phoenix. It is made with the first of them, and its type is not OpenTelemetry's:
 * an exporter of that type would take the place of the one that Spring Boot makes.
 */
final class PhoenixSpanExporter implements SpanExporter {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixSpanExporter.class);

  /** Of Spring Boot 3.5, and of 4. */
  private static final List<String> OWN_ENDPOINTS_OF_BOOT =
      List.of(
          "management.otlp.tracing.endpoint",
          "management.opentelemetry.tracing.export.otlp.endpoint");

  private final @Nullable Supplier<SpanExporter> maker;
  private final SpanCounts counts;
  private @Nullable SpanExporter exporter;
  private boolean shutDown;

  /**
   * @param maker null if nothing is to be sent
   */
  private PhoenixSpanExporter(@Nullable Supplier<SpanExporter> maker, SpanCounts counts) {
    this.maker = maker;
    this.counts = counts;
  }

  static PhoenixSpanExporter of(
      PhoenixSettings settings,
      PhoenixConnectionDetails connection,
      Environment environment,
      SpanCounts counts) {
    if (!connection.takesSpans()) {
      return new PhoenixSpanExporter(null, counts);
    }
    if (!settings.getEndpointGiven()) {
      logger.info(
          "Spans are not sent to Phoenix, because no endpoint is set. phoenix.endpoint says where Phoenix is.");
      return new PhoenixSpanExporter(null, counts);
    }
    String endpoint = settings.getEndpoint() + "/v1/traces";
    if (ownEndpoints(environment).anyMatch(endpoint::equals)) {
      logger.info("Spring Boot's own exporter sends the spans to {} already.", endpoint);
      return new PhoenixSpanExporter(null, counts);
    }
    return new PhoenixSpanExporter(() -> PhoenixTracing.spanExporter(settings), counts);
  }

  private static Stream<String> ownEndpoints(Environment environment) {
    return OWN_ENDPOINTS_OF_BOOT.stream()
        .flatMap(name -> Stream.ofNullable(environment.getProperty(name)));
  }

  boolean sends() {
    return maker != null;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    if (!sends()) {
      return CompletableResultCode.ofSuccess();
    }
    int count = spans.size(); // The queue uses the collection again.
    CompletableResultCode result = send(spans);
    result.whenComplete(
        () -> {
          if (result.isSuccess()) {
            counts.addSent(count);
          } else {
            counts.addFailed(count);
          }
        });
    return result;
  }

  private CompletableResultCode send(Collection<SpanData> spans) {
    try {
      SpanExporter target = exporter(true);
      return target == null ? CompletableResultCode.ofFailure() : target.export(spans);
    } catch (RuntimeException e) {
      // For instance from a key supplier. The application's other exporters must get their spans.
      logger.warn("Spans could not be sent to Phoenix: {}", e.toString());
      return CompletableResultCode.ofFailure();
    }
  }

  @Override
  public CompletableResultCode flush() {
    SpanExporter target = exporter(false);
    return target == null ? CompletableResultCode.ofSuccess() : target.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    SpanExporter target;
    synchronized (this) {
      shutDown = true;
      target = exporter;
    }
    counts.tellTheRest();
    return target == null ? CompletableResultCode.ofSuccess() : target.shutdown();
  }

  private synchronized @Nullable SpanExporter exporter(boolean make) {
    if (exporter == null && maker != null && make && !shutDown) {
      exporter = maker.get();
    }
    return exporter;
  }

  @Override
  public String toString() {
    return "PhoenixSpanExporter";
  }
}
