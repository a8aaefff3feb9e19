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

  private static final String AUTHORIZATION = "authorization";
  private static final String IN_DRIVER = " in the environment of the driver.";

  private final String endpoint;
  private final String project;
  private final TreeMap<String, String> headers;
  private final Duration timeout;

  /** Where the key comes from, if there is one. */
  private final String keySource;

  private PhoenixConnection(PhoenixSettings settings, String keySource) {
    endpoint = settings.getEndpoint();
    project = settings.getProject();
    headers = new TreeMap<>(settings.requestHeaders(Map.of()));
    timeout = settings.getTimeouts().getRequest();
    this.keySource = keySource;
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
    options.duration(Option.TIMEOUT, "1ms", "24h").ifPresent(timeouts::request);
    PhoenixSettings.Builder settings =
        PhoenixSettings.builder()
            .endpoint(options.text(Option.ENDPOINT).orElse(null))
            .project(options.text(Option.PROJECT).orElse(null))
            .headers(options.headers())
            .timeouts(timeouts.build());
    try {
      settings.apiKey(options.text(Option.TOKEN).orElse(null));
      return new PhoenixConnection(settings.build(), keySource(options));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(SparkWords.of(e.getMessage()), e);
    }
  }

  private static String keySource(Options options) {
    if (options.text(Option.TOKEN).isPresent()) {
      return "the option token";
    }
    return options.headers().containsKey(AUTHORIZATION)
        ? "the option secretHeader.authorization"
        : "the environment of the driver";
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
   * @throws IllegalArgumentException if Phoenix refuses the key
   * @throws UnsupportedOperationException if Phoenix is too old
   */
  public void requireAccess() {
    try (PhoenixBlockingClient client = open()) {
      client.projects().listPage(null, null, 1);
    } catch (PhoenixException.Unauthorized
        | PhoenixException.Forbidden
        | PhoenixException.ServerTooOld e) {
      throw failure(e);
    } catch (PhoenixException e) {
      LOG.warn(
          "The driver cannot reach Phoenix. The tasks will try. {}", SparkWords.of(e.getMessage()));
    }
  }

  /**
   * Says why a job cannot begin, and which option to change.
   *
   * @param e why Phoenix cannot be asked
   * @return the exception to throw
   */
  public RuntimeException failure(PhoenixException e) {
    String said = SparkWords.of(e.getMessage());
    if (e instanceof PhoenixException.Unauthorized || e instanceof PhoenixException.Forbidden) {
      String source =
          headers.keySet().stream().anyMatch(AUTHORIZATION::equalsIgnoreCase)
              ? " The key comes from " + keySource + "."
              : "";
      return new IllegalArgumentException(
          "Phoenix rejected this job before it started: " + said + source, e);
    }
    if (e instanceof PhoenixException.NotFound) {
      return new IllegalArgumentException(
          said + " Check the option project, or PHOENIX_PROJECT" + IN_DRIVER, e);
    }
    if (e instanceof PhoenixException.ServerTooOld) {
      return new UnsupportedOperationException(said, e);
    }
    return new IllegalStateException(
        said + " Check the option endpoint, or PHOENIX_ENDPOINT" + IN_DRIVER, e);
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
