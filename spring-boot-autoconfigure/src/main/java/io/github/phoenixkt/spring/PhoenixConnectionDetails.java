package io.github.phoenixkt.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * The address of Phoenix and the credentials. A bean of this type replaces the properties {@code
 * phoenix.endpoint}, {@code phoenix.api-key} and {@code phoenix.headers}, and everything that the
 * client looks up in the environment of the process. A key for one server is never sent to another.
 */
public interface PhoenixConnectionDetails extends ConnectionDetails {
  /**
   * Returns the base URL.
   *
   * @return the base URL; only the bean that reads the properties returns null, and the client then
   *     looks in the environment of the process
   */
  @Nullable String getEndpoint();

  /**
   * Returns the API key.
   *
   * @return the key, or null for none
   */
  default @Nullable String getApiKey() {
    return null;
  }

  /**
   * Returns extra headers of every request.
   *
   * @return the values by name
   */
  default Map<String, String> getHeaders() {
    return Map.of();
  }

  /**
   * Returns whether this server accepts spans. A fake Phoenix does not.
   *
   * @return false if the application must send no spans
   */
  default boolean takesSpans() {
    return true;
  }
}
