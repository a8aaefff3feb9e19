package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/** Builds the settings that the properties describe. */
final class SettingsSource {
  private final PhoenixProperties properties;
  private final PhoenixConnectionDetails connection;
  private final ObjectProvider<PhoenixListener> listeners;
  private final ObjectProvider<SslBundles> sslBundles;
  private final ObjectProvider<PhoenixSettingsCustomizer> customizers;

  SettingsSource(
      PhoenixProperties properties,
      PhoenixConnectionDetails connection,
      ObjectProvider<PhoenixListener> listeners,
      ObjectProvider<SslBundles> sslBundles,
      ObjectProvider<PhoenixSettingsCustomizer> customizers) {
    this.properties = properties;
    this.connection = connection;
    this.listeners = listeners;
    this.sslBundles = sslBundles;
    this.customizers = customizers;
  }

  PhoenixSettings build() {
    PhoenixSettings.Builder settings = SettingsMapping.settings(properties, connection);
    settings.listener(Listeners.of(listeners.orderedStream().toList()));
    String bundle = properties.getSsl().getBundle();
    if (StringUtils.hasText(bundle)) {
      settings.sslContext(sslBundles.getObject().getBundle(bundle).createSslContext());
    }
    customizers.orderedStream().forEach(customizer -> customizer.customize(settings));
    return settings.build();
  }
}
