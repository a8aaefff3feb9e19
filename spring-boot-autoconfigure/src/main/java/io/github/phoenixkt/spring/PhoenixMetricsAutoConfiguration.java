package io.github.phoenixkt.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters of the client and of the queues. */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, io.github.phoenixkt.PhoenixListener.class})
@ConditionalOnBean(Queues.class)
public class PhoenixMetricsAutoConfiguration {
  /** For Spring. */
  public PhoenixMetricsAutoConfiguration() {}

  @Bean
  PhoenixMetrics phoenixMetrics(Queues queues) {
    return new PhoenixMetrics(queues);
  }
}
