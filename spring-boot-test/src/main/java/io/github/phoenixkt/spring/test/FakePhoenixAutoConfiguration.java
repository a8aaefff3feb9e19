package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spring.PhoenixClientAutoConfiguration;
import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import io.github.phoenixkt.testing.FakePhoenix;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The fake and its connection. Only {@link AutoConfigureFakePhoenix} imports this. */
@AutoConfiguration(before = PhoenixClientAutoConfiguration.class)
public class FakePhoenixAutoConfiguration {
  /** For Spring. */
  public FakePhoenixAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  FakePhoenix fakePhoenix() {
    return FakePhoenix.start();
  }

  @Bean
  @ConditionalOnMissingBean(PhoenixConnectionDetails.class)
  FakeConnectionDetails fakePhoenixConnectionDetails(FakePhoenix phoenix) {
    return new FakeConnectionDetails(phoenix);
  }

  @Bean
  @ConditionalOnClass(PhoenixBlockingClient.class)
  OtherServerCheck fakePhoenixOtherServerCheck(
      FakePhoenix phoenix, ConfigurableListableBeanFactory beans) {
    return new OtherServerCheck(phoenix, beans);
  }

  /** Static, because it must exist before the beans that it changes. */
  @Bean
  @ConditionalOnClass(PhoenixBlockingClient.class)
  static QueueWithoutSpool fakePhoenixQueueWithoutSpool() {
    return new QueueWithoutSpool();
  }
}
