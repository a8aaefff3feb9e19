package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;

/**
 * Changes what the properties make of the settings of the client: a bean of this type sets what has
 * no property, such as a supplier of API keys or a proxy. Beans are called in their order.
 *
 * <pre>{@code
 * @Bean
 * PhoenixSettingsCustomizer currentKey(Vault vault) {
 *   return settings -> settings.apiKey(vault::currentKey);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface PhoenixSettingsCustomizer {
  /**
   * Changes the settings.
   *
   * @param settings has what the properties say
   */
  void customize(PhoenixSettings.Builder settings);
}
