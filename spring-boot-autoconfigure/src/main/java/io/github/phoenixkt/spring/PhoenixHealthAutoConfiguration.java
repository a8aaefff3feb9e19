package io.github.phoenixkt.spring;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health indicators of Phoenix and of the queues, for Spring Boot 4. */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, PhoenixBlockingClient.class})
@ConditionalOnBean(Queues.class)
public class PhoenixHealthAutoConfiguration {
  /** For Spring. */
  public PhoenixHealthAutoConfiguration() {}

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
