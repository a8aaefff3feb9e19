package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Shows the settings of the client and their sources in Actuator's info, with secrets masked. To
 * turn it off, set {@code management.info.phoenix.enabled=false}.
 */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, PhoenixSettings.class})
@ConditionalOnBean(PhoenixSettings.class)
public class PhoenixInfoAutoConfiguration {
  /** For Spring. */
  public PhoenixInfoAutoConfiguration() {}

  @Bean
  @ConditionalOnEnabledInfoContributor("phoenix")
  InfoContributor phoenixInfoContributor(ObjectProvider<PhoenixSettings> provider) {
    return info -> {
      PhoenixSettings settings = provider.getObject();
      info.withDetail(
          "phoenix",
          Map.of(
              "endpoint", settings.getEndpoint(),
              "project", settings.getProject(),
              "settings", List.of(settings.describe().split("\n"))));
    };
  }
}
