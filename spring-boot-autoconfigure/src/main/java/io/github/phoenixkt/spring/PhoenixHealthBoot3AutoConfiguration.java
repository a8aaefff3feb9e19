package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Health indicators of Phoenix and of the queues, for Spring Boot 3.5. */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, PhoenixBlockingClient.class})
@ConditionalOnBean(Queues.class)
public class PhoenixHealthBoot3AutoConfiguration {
  /** For Spring. */
  public PhoenixHealthBoot3AutoConfiguration() {}

  @Bean
  @ConditionalOnEnabledHealthIndicator("phoenix")
  HealthIndicator phoenixHealthIndicator(
      Destination destination,
      ListableBeanFactory beans,
      ObjectProvider<PhoenixBlockingClient> client,
      PhoenixProperties properties) {
    Destination ofStarter = ClientConfigurations.isClientOfStarter(beans) ? destination : null;
    return () ->
        health(
            HealthCheck.ofServer(
                ofStarter, client::getIfUnique, properties.getHealth().getTimeout()));
  }

  @Bean
  @ConditionalOnEnabledHealthIndicator("phoenix-queue")
  HealthIndicator phoenixQueueHealthIndicator(Queues queues) {
    return () -> health(HealthCheck.ofQueues(queues));
  }

  private static Health health(HealthCheck.Finding finding) {
    return Health.status(finding.verdict.name()).withDetails(finding.details).build();
  }
}
