package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.opentelemetry.BlockingSpanFeedback;
import io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor;
import io.github.phoenixkt.opentelemetry.SpanFeedback;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
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
import org.springframework.core.env.Environment;

/**
 * Tracing to Phoenix, beside whatever else an application traces to, and feedback on spans. Spring
 * Boot makes the OpenTelemetry SDK; this adds to it, and replaces nothing.
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
  /** Boot's own switches: that of 3.5, and that of 4. */
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
    static ProjectOfResource phoenixProjectOfResource(ObjectProvider<PhoenixSettings> settings) {
      return new ProjectOfResource(settings);
    }

    @Bean
    TracingAdvice phoenixTracingAdvice(
        PhoenixSettings settings, ConfigurableListableBeanFactory beans) {
      return new TracingAdvice(settings, beans);
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
    SpanCounts phoenixSpanCounts() {
      return new SpanCounts();
    }

    @Bean
    @ConditionalOnMissingBean
    PhoenixSpanExporter phoenixSpanExporter(
        PhoenixSettings settings,
        PhoenixConnectionDetails connection,
        Environment environment,
        SpanCounts counts) {
      return PhoenixSpanExporter.of(settings, connection, environment, counts);
    }
  }

  /** The queue in front of the exporter, which is Micrometer's to look into. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(SpanExportingPredicate.class)
  @ConditionalOnBean(PhoenixSpanExporter.class)
  static class QueueOfExport {
    @Bean
    SpanQueueWatch phoenixSpanQueueWatch(PhoenixSpanExporter exporter, SpanCounts counts) {
      return new SpanQueueWatch(exporter.sends() ? counts::setDropped : spans -> {});
    }

    @Bean
    SpanQueueWatch.Before phoenixBeforeSpanQueue(SpanQueueWatch watch) {
      return new SpanQueueWatch.Before(watch);
    }

    @Bean
    SpanQueueWatch.After phoenixAfterSpanQueue(SpanQueueWatch watch) {
      return new SpanQueueWatch.After(watch);
    }

    @Bean
    SpanQueueWatch.Exit phoenixSpanQueueExit(SpanQueueWatch watch) {
      return new SpanQueueWatch.Exit(watch);
    }
  }
}
