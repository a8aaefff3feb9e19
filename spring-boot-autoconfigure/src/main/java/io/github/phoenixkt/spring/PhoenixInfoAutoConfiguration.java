package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
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
  InfoContributor phoenixInfoContributor(ListableBeanFactory beans) {
    return info -> {
      PhoenixSettings only = beans.getBeanProvider(PhoenixSettings.class).getIfUnique();
      info.withDetail("phoenix", only == null ? ofAll(beans) : details(only));
    };
  }

  /** By the names of the beans. */
  private static Map<String, Object> ofAll(ListableBeanFactory beans) {
    Map<String, Object> all = new LinkedHashMap<>();
    beans
        .getBeansOfType(PhoenixSettings.class)
        .forEach((name, settings) -> all.put(name, details(settings)));
    return all;
  }

  private static Map<String, Object> details(PhoenixSettings settings) {
    return Map.of(
        "endpoint", settings.getEndpoint(),
        "project", settings.getProject(),
        "settings", List.of(settings.describe().split("\n")));
  }
}
