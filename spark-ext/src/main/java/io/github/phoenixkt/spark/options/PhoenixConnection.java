package io.github.phoenixkt.spark.options;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.TimeoutSettings;
import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where Phoenix is, and with which credentials it is called. It is looked up on the driver and sent
 * to the executors, whose own environment does not count.
 */
@InternalPhoenixApi
public final class PhoenixConnection implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(PhoenixConnection.class);

  private final String endpoint;
  private final String project;
  private final TreeMap<String, String> headers;
  private final Duration timeout;

  private PhoenixConnection(PhoenixSettings settings) {
    endpoint = settings.getEndpoint();
    project = settings.getProject();
    headers = new TreeMap<>(settings.requestHeaders(Map.of()));
    timeout = settings.getTimeouts().getRequest();
  }

  /**
   * Looks up on the driver what the options leave out.
   *
   * @param options the options of the call
   * @return the connection
   * @throws IllegalArgumentException if a setting cannot be used
   */
  public static PhoenixConnection resolve(Options options) {
    TimeoutSettings.Builder timeouts = TimeoutSettings.builder();
    options.duration(Option.TIMEOUT).ifPresent(timeouts::request);
    return new PhoenixConnection(
        PhoenixSettings.builder()
            .endpoint(options.text(Option.ENDPOINT).orElse(null))
            .apiKey(options.text(Option.TOKEN).orElse(null))
            .project(options.text(Option.PROJECT).orElse(null))
            .headers(options.headers())
            .timeouts(timeouts.build())
            .build());
  }

  /**
   * Opens a client, on the driver or on an executor.
   *
   * @return a client, which the caller closes
   */
  public PhoenixBlockingClient open() {
    return PhoenixBlockingClient.create(
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(endpoint)
            .project(project)
            .headers(headers)
            .timeouts(TimeoutSettings.builder().request(timeout).build())
            .build());
  }

  /**
   * Asks Phoenix something harmless from the driver, so that wrong credentials fail before a job
   * starts. A driver may stand where it cannot reach Phoenix although the executors can: that is
   * only logged.
   *
   * @throws IllegalArgumentException if Phoenix answers, and refuses
   */
  public void requireAccess() {
    try (PhoenixBlockingClient client = open()) {
      client.projects().listPage(null, null, 1);
    } catch (PhoenixException.Unauthorized
        | PhoenixException.Forbidden
        | PhoenixException.ServerTooOld e) {
      throw new IllegalArgumentException(
          "Phoenix refuses this job before it begins: "
              + e.getMessage()
              + " In Spark, the API key is the option token, or PHOENIX_API_KEY in the environment of the driver.",
          e);
    } catch (PhoenixException e) {
      LOG.warn("The driver does not reach Phoenix; the tasks will try. {}", e.getMessage());
    }
  }

  /**
   * Returns the base URL of Phoenix.
   *
   * @return the base URL
   */
  public String endpoint() {
    return endpoint;
  }

  /**
   * Returns the project.
   *
   * @return its name or id
   */
  public String project() {
    return project;
  }

  @Override
  public String toString() {
    return "PhoenixConnection(endpoint=" + endpoint + ", project=" + project + ")";
  }
}
