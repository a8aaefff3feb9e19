package io.github.phoenixkt.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters of the client, the queue and the spans. */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, io.github.phoenixkt.PhoenixListener.class})
@ConditionalOnBean(QueueAtHand.class)
public class PhoenixMetricsAutoConfiguration {
  /** For Spring. */
  public PhoenixMetricsAutoConfiguration() {}

  @Bean
  PhoenixMetrics phoenixMetrics(QueueAtHand queue, ObjectProvider<SpanCounts> spans) {
    return new PhoenixMetrics(queue, spans);
  }
}
