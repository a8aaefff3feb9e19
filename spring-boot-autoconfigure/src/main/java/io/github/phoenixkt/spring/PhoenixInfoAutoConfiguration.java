package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Where Phoenix is and which source said so, in Actuator's info, with secrets masked. Off with
 * {@code management.info.phoenix.enabled=false}.
 */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, PhoenixSettings.class})
@ConditionalOnBean(PhoenixSettings.class)
public class PhoenixInfoAutoConfiguration {
  /** For Spring. */
  public PhoenixInfoAutoConfiguration() {}

  @Bean
  @ConditionalOnEnabledInfoContributor("phoenix")
  InfoContributor phoenixInfoContributor(PhoenixSettings settings) {
    return info ->
        info.withDetail(
            "phoenix",
            Map.of(
                "endpoint", settings.getEndpoint(),
                "project", settings.getProject(),
                "settings", List.of(settings.describe().split("\n"))));
  }
}
