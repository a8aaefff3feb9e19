package io.github.phoenixkt.spring;

import io.github.phoenixkt.upload.UploadOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** The properties {@code phoenix.*}. The library has the defaults. */
@ConfigurationProperties("phoenix")
class PhoenixProperties {
  /** Base URL of Phoenix, including its path if it has one. */
  private @Nullable String endpoint;

  /** API key, sent as "Authorization: Bearer". */
  private @Nullable String apiKey;

  /** Extra headers of every request. */
  private Map<String, String> headers = new LinkedHashMap<>();

  /** Project of the spans, and of calls that do not name one. */
  private @Nullable String project;

  /** How many requests may be under way at the same time. */
  private @Nullable Integer maxConcurrentCalls;

  private final Timeouts timeouts = new Timeouts();

  /** Repeated attempts of a call. */
  @NestedConfigurationProperty private final RetryProperties retry = new RetryProperties();

  private final Ssl ssl = new Ssl();

  /** The annotation queue. */
  @NestedConfigurationProperty private final QueueProperties queue = new QueueProperties();

  private final Feedback feedback = new Feedback();
  private final Tracing tracing = new Tracing();
  private final Health health = new Health();

  public @Nullable String getEndpoint() {
    return endpoint;
  }

  public void setEndpoint(@Nullable String endpoint) {
    this.endpoint = endpoint;
  }

  public @Nullable String getApiKey() {
    return apiKey;
  }

  public void setApiKey(@Nullable String apiKey) {
    this.apiKey = apiKey;
  }

  public Map<String, String> getHeaders() {
    return headers;
  }

  public void setHeaders(Map<String, String> headers) {
    this.headers = headers;
  }

  public @Nullable String getProject() {
    return project;
  }

  public void setProject(@Nullable String project) {
    this.project = project;
  }

  public @Nullable Integer getMaxConcurrentCalls() {
    return maxConcurrentCalls;
  }

  public void setMaxConcurrentCalls(@Nullable Integer maxConcurrentCalls) {
    this.maxConcurrentCalls = maxConcurrentCalls;
  }

  public Timeouts getTimeouts() {
    return timeouts;
  }

  public RetryProperties getRetry() {
    return retry;
  }

  public Ssl getSsl() {
    return ssl;
  }

  public QueueProperties getQueue() {
    return queue;
  }

  public Feedback getFeedback() {
    return feedback;
  }

  public Tracing getTracing() {
    return tracing;
  }

  public Health getHealth() {
    return health;
  }

  /** Time limits of one exchange. */
  static class Timeouts {
    /** Time to open a connection. */
    private @Nullable Duration connect;

    /** Time for one exchange, from connecting to the last byte of the answer. */
    private @Nullable Duration request;

    public @Nullable Duration getConnect() {
      return connect;
    }

    public void setConnect(@Nullable Duration connect) {
      this.connect = connect;
    }

    public @Nullable Duration getRequest() {
      return request;
    }

    public void setRequest(@Nullable Duration request) {
      this.request = request;
    }
  }

  /** TLS. */
  static class Ssl {
    /** Name of the SSL bundle with the trust and the keys for Phoenix. */
    private @Nullable String bundle;

    public @Nullable String getBundle() {
      return bundle;
    }

    public void setBundle(@Nullable String bundle) {
      this.bundle = bundle;
    }
  }

  /** Feedback on spans. Created lazily, so that its properties are checked here. */
  static class Feedback {
    /** How long confirmed feedback waits for a span that Phoenix does not know yet. */
    private @Nullable Duration awaitTarget;

    public @Nullable Duration getAwaitTarget() {
      return awaitTarget;
    }

    public void setAwaitTarget(@Nullable Duration awaitTarget) {
      if (awaitTarget != null) {
        UploadOptions.builder().awaitTarget(awaitTarget).build();
      }
      this.awaitTarget = awaitTarget;
    }
  }

  /** Tracing to Phoenix. */
  static class Tracing {
    /** Whether spans get sessions, are captured, and are sent to Phoenix. */
    private boolean enabled = true;

    /** Whether prompts, answers, tool calls and search results are written on spans. */
    private boolean content;

    private final Export export = new Export();

    public boolean isEnabled() {
      return enabled;
    }

    public void setEnabled(boolean enabled) {
      this.enabled = enabled;
    }

    public boolean isContent() {
      return content;
    }

    public void setContent(boolean content) {
      this.content = content;
    }

    public Export getExport() {
      return export;
    }
  }

  /** Sending spans. */
  static class Export {
    /** Whether spans are sent to Phoenix. */
    private boolean enabled = true;

    public boolean isEnabled() {
      return enabled;
    }

    public void setEnabled(boolean enabled) {
      this.enabled = enabled;
    }
  }

  /** The health indicator. */
  static class Health {
    /** How long Phoenix may take to answer the health check. */
    private Duration timeout = Duration.ofSeconds(2);

    public Duration getTimeout() {
      return timeout;
    }

    public void setTimeout(Duration timeout) {
      HealthCheck.once(timeout); // What is wrong with it is an error at the start.
      this.timeout = timeout;
    }
  }
}
