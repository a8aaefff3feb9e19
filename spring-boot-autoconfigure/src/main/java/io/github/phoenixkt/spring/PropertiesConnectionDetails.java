package io.github.phoenixkt.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the properties say; the rest is looked up in the environment of the process. */
final class PropertiesConnectionDetails implements PhoenixConnectionDetails {
  private final PhoenixProperties properties;

  PropertiesConnectionDetails(PhoenixProperties properties) {
    this.properties = properties;
  }

  @Override
  public @Nullable String getEndpoint() {
    return properties.getEndpoint();
  }

  @Override
  public @Nullable String getApiKey() {
    return properties.getApiKey();
  }

  @Override
  public Map<String, String> getHeaders() {
    return properties.getHeaders();
  }
}
