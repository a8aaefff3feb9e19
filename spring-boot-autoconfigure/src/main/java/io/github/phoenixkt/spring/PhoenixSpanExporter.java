package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.ExportLedger;
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
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Sends spans to Phoenix. OpenTelemetry's exporter is created with the first spans. It is no bean,
 * because Spring Boot would then not create the exporter that the application has configured.
 */
final class PhoenixSpanExporter implements SpanExporter, SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixSpanExporter.class);

  /** Of Spring Boot 3.5, and of 4. */
  private static final List<String> OWN_ENDPOINTS_OF_BOOT =
      List.of(
          "management.otlp.tracing.endpoint",
          "management.opentelemetry.tracing.export.otlp.endpoint");

  private final @Nullable Supplier<PhoenixSettings> settings;
  private final ExportLedger ledger;
  private volatile boolean running;
  private @Nullable SpanExporter exporter;
  private boolean shutDown;

  /**
   * @param settings null if nothing is to be sent
   */
  private PhoenixSpanExporter(@Nullable Supplier<PhoenixSettings> settings, ExportLedger ledger) {
    this.settings = settings;
    this.ledger = ledger;
  }

  static PhoenixSpanExporter of(
      Destination destination,
      PhoenixConnectionDetails connection,
      Environment environment,
      Supplier<PhoenixSettings> settings,
      ExportLedger ledger) {
    if (!connection.takesSpans()) {
      return new PhoenixSpanExporter(null, ledger);
    }
    if (!destination.isGiven()) {
      logger.info(
          "No spans are sent to Phoenix, because no endpoint is set. Set phoenix.endpoint to the address of Phoenix.");
      return new PhoenixSpanExporter(null, ledger);
    }
    String endpoint = destination.endpoint() + "/v1/traces";
    if (ownEndpoints(environment).anyMatch(endpoint::equals)) {
      logger.info("Spring Boot's own exporter already sends the spans to {}.", endpoint);
      return new PhoenixSpanExporter(null, ledger);
    }
    return new PhoenixSpanExporter(settings, ledger);
  }

  private static Stream<String> ownEndpoints(Environment environment) {
    return OWN_ENDPOINTS_OF_BOOT.stream()
        .flatMap(name -> Stream.ofNullable(environment.getProperty(name)));
  }

  boolean sends() {
    return settings != null;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return sends() ? ledger.export(spans, this::send) : CompletableResultCode.ofSuccess();
  }

  private CompletableResultCode send(Collection<SpanData> spans) {
    SpanExporter target = exporter(true);
    return target == null ? CompletableResultCode.ofFailure() : target.export(spans);
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
    ledger.logTheRest();
    return target == null ? CompletableResultCode.ofSuccess() : target.shutdown();
  }

  private synchronized @Nullable SpanExporter exporter(boolean make) {
    if (exporter == null && settings != null && make && !shutDown) {
      exporter = PhoenixTracing.spanExporter(settings.get());
    }
    return exporter;
  }

  @Override
  public void start() {
    running = true;
  }

  /** The first spans may be sent when beans are destroyed, and Spring creates no bean then. */
  @Override
  public void stop() {
    running = false;
    if (settings != null) {
      settings.get();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE;
  }

  @Override
  public String toString() {
    return "PhoenixSpanExporter";
  }
}
