package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;

/**
 * Changes the settings of the client. Use a bean of this type for settings that have no property,
 * such as a supplier of API keys or a proxy. All beans of this type are called, in their order.
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
   * @param settings already has the values of the properties
   */
  void customize(PhoenixSettings.Builder settings);
}
