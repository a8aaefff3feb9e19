package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.ExportLedger;
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Tracing to Phoenix, and feedback on spans. It extends the OpenTelemetry SDK that Spring Boot
 * creates, and replaces nothing of it.
 */
@AutoConfiguration(
    after = PhoenixClientAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.tracing.OpenTelemetryTracingAutoConfiguration",
      "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration"
    })
@ConditionalOnClass({BlockingSpanFeedback.class, SdkTracerProvider.class})
@ConditionalOnBean(PhoenixSettings.class)
public class PhoenixTracingAutoConfiguration {
  /** The properties with which Spring Boot 3.5 and 4 turn the export off. */
  private static final String ENABLED_IN_3 = "management.tracing.enabled";

  private static final String ENABLED_IN_4 = "management.tracing.export.enabled";

  /** For Spring. */
  public PhoenixTracingAutoConfiguration() {}

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixBlockingClient.class)
  BlockingSpanFeedback phoenixSpanFeedback(
      PhoenixBlockingClient client, PhoenixProperties properties) {
    BlockingSpanFeedback feedback = BlockingSpanFeedback.of(client);
    var awaitTarget = properties.getFeedback().getAwaitTarget();
    return awaitTarget == null ? feedback : feedback.withAwaitTarget(awaitTarget);
  }

  @Bean
  @Lazy
  @ConditionalOnMissingBean
  @ConditionalOnSingleCandidate(PhoenixAsyncClient.class)
  SpanFeedback phoenixAsyncSpanFeedback(PhoenixAsyncClient client, PhoenixProperties properties) {
    SpanFeedback feedback = SpanFeedback.of(client);
    var awaitTarget = properties.getFeedback().getAwaitTarget();
    return awaitTarget == null ? feedback : feedback.withAwaitTarget(awaitTarget);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBooleanProperty(name = "phoenix.tracing.enabled", matchIfMissing = true)
  static class Spans {
    @Bean
    @ConditionalOnMissingBean
    PhoenixContextSpanProcessor phoenixContextSpanProcessor() {
      return new PhoenixContextSpanProcessor();
    }

    @Bean
    SpanFlush phoenixSpanFlush(ObjectProvider<SdkTracerProvider> tracers) {
      return () -> tracers.ifAvailable(it -> it.forceFlush().join(5, TimeUnit.SECONDS));
    }

    @Bean
    static ProjectOfResource phoenixProjectOfResource(ObjectProvider<Destination> destination) {
      return new ProjectOfResource(destination);
    }

    @Bean
    TracingAdvice phoenixTracingAdvice(
        Destination destination, ConfigurableListableBeanFactory beans) {
      return new TracingAdvice(destination, beans);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(OtlpHttpSpanExporter.class)
  @ConditionalOnBean(SdkTracerProvider.class)
  @ConditionalOnBooleanProperty(
      name = {
        "phoenix.tracing.enabled",
        "phoenix.tracing.export.enabled",
        ENABLED_IN_3,
        ENABLED_IN_4
      },
      matchIfMissing = true)
  static class Export {
    @Bean
    ExportLedger phoenixExportLedger() {
      return new ExportLedger(
          "To make it larger, set management.opentelemetry.tracing.export.max-queue-size"
              + " (Spring Boot 3.5: management.tracing.opentelemetry.export.max-queue-size).");
    }

    @Bean
    @ConditionalOnMissingBean
    PhoenixSpanExporter phoenixSpanExporter(
        Destination destination,
        PhoenixConnectionDetails connection,
        Environment environment,
        ExportLedger ledger) {
      return PhoenixSpanExporter.of(
          destination, connection, environment, destination::settings, ledger);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Meters {
      @Bean
      SpanMeters phoenixSpanMeters(ExportLedger ledger) {
        return new SpanMeters(ledger);
      }
    }

    /** Only Micrometer's exporter tells which spans leave the queue. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpanExportingPredicate.class)
    static class QueueOfExport {
      @Bean
      @Order(Ordered.HIGHEST_PRECEDENCE)
      SpanProcessor phoenixBeforeSpanQueue(ExportLedger ledger) {
        return ledger.beforeQueue();
      }

      @Bean
      @Order(Ordered.LOWEST_PRECEDENCE)
      SpanProcessor phoenixAfterSpanQueue(ExportLedger ledger) {
        return ledger.afterQueue();
      }

      @Bean
      SpanQueueExit phoenixSpanQueueExit(PhoenixSpanExporter exporter, ExportLedger ledger) {
        return new SpanQueueExit(exporter.sends() ? ledger::leave : spanId -> {});
      }
    }
  }
}
