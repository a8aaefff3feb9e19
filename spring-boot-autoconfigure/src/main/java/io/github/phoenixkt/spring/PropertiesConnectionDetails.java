package io.github.phoenixkt.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of the properties. The client looks up the others in the environment. */
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
