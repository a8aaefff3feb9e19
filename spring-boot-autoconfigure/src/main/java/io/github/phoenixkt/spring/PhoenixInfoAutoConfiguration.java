package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Shows the settings of the client and their sources in Actuator's info, with secrets masked. If a
 * setting comes from a property, the info says which file or variable sets that property. To turn
 * it off, set {@code management.info.phoenix.enabled=false}.
 */
@AutoConfiguration(after = PhoenixClientAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, PhoenixSettings.class})
@ConditionalOnBean(PhoenixSettings.class)
public class PhoenixInfoAutoConfiguration {
  /** For Spring. */
  public PhoenixInfoAutoConfiguration() {}

  @Bean
  @ConditionalOnEnabledInfoContributor("phoenix")
  InfoContributor phoenixInfoContributor(
      ListableBeanFactory beans,
      ObjectProvider<PhoenixClientAutoConfiguration.Settings> ofProperties,
      ObjectProvider<PhoenixConnectionDetails> connection,
      ConfigurableEnvironment environment) {
    return info -> {
      PhoenixSettings only = beans.getBeanProvider(PhoenixSettings.class).getIfUnique();
      Map<String, Object> details = only == null ? ofAll(beans) : details(only);
      if (only != null && ClientConfigurations.isClientOfApplication(beans)) {
        details.put(
            "client", "The application defines its own client, which may have other settings.");
      }
      if (ofProperties.getIfAvailable() != null) {
        details.put("properties", new PropertyOrigins(environment).of(connection.getObject()));
      }
      info.withDetail("phoenix", details);
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
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("endpoint", settings.getEndpoint());
    details.put("project", settings.getProject());
    details.put("settings", List.of(settings.describe().split("\n")));
    return details;
  }
}
