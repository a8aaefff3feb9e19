package io.github.phoenixkt.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where Phoenix is, and with which credentials. A bean of this type takes the place of the
 * properties {@code phoenix.endpoint}, {@code phoenix.api-key} and {@code phoenix.headers}, and of
 * everything that the client looks up in the environment of the process: a key that is meant for
 * one server is never sent to another.
 */
public interface PhoenixConnectionDetails extends ConnectionDetails {
  /**
   * The base URL.
   *
   * @return null if it is to be looked up in the environment of the process, which only the
   *     properties allow
   */
  @Nullable String getEndpoint();

  /**
   * The API key.
   *
   * @return null for none
   */
  default @Nullable String getApiKey() {
    return null;
  }

  /**
   * Extra headers of every request.
   *
   * @return by name
   */
  default Map<String, String> getHeaders() {
    return Map.of();
  }

  /**
   * Whether spans can be sent there. A fake that knows annotations alone refuses them.
   *
   * @return false if the application must not send any
   */
  default boolean takesSpans() {
    return true;
  }
}
