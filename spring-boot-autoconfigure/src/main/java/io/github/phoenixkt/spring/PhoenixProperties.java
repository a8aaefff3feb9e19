package io.github.phoenixkt.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/** The properties {@code phoenix.*}. What is not set has the default of the library. */
@ConfigurationProperties("phoenix")
class PhoenixProperties {
  /** Base URL of Phoenix, with the path that it is served under. */
  private @Nullable String endpoint;

  /** API key, sent as "Authorization: Bearer". */
  private @Nullable String apiKey;

  /** Extra headers of every request. */
  private Map<String, String> headers = new LinkedHashMap<>();

  /** Project that spans go to, and that calls are for that name none. */
  private @Nullable String project;

  /** How many requests may be under way at once. */
  private @Nullable Integer maxConcurrentCalls;

  private final Timeouts timeouts = new Timeouts();
  private final Retry retry = new Retry();
  private final Ssl ssl = new Ssl();
  private final Queue queue = new Queue();
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

  public Retry getRetry() {
    return retry;
  }

  public Ssl getSsl() {
    return ssl;
  }

  public Queue getQueue() {
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

  /** How often, and for how long, a call is repeated. */
  static class Retry {
    /** Attempts in all, the first one included. */
    private @Nullable Integer maxAttempts;

    /** Time for one call with all its attempts and delays. */
    private @Nullable Duration totalTimeout;

    public @Nullable Integer getMaxAttempts() {
      return maxAttempts;
    }

    public void setMaxAttempts(@Nullable Integer maxAttempts) {
      this.maxAttempts = maxAttempts;
    }

    public @Nullable Duration getTotalTimeout() {
      return totalTimeout;
    }

    public void setTotalTimeout(@Nullable Duration totalTimeout) {
      this.totalTimeout = totalTimeout;
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

  /** The annotation queue. */
  static class Queue {
    /** How many annotations and notes may wait or be under way. */
    private @Nullable Integer maxRows;

    /** How large they may be together, as they are sent. */
    private @Nullable DataSize maxBytes;

    /** Sends as soon as so many wait. */
    private @Nullable Integer flushRows;

    /** Sends at the latest so long after the first was accepted. */
    private @Nullable Duration flushAfter;

    /** How long to try again while Phoenix does not know the target. */
    private @Nullable Duration awaitTarget;

    /** How old an annotation may get before it is reported instead of being sent. */
    private @Nullable Duration maxAge;

    /** How long the queue drains when the application shuts down. */
    private @Nullable Duration closeTimeout;

    /** Folder to write what was accepted to, so that it survives the end of the process. */
    private @Nullable Path spool;

    /** How large the file in that folder may get. */
    private @Nullable DataSize maxSpoolBytes;

    public @Nullable Integer getMaxRows() {
      return maxRows;
    }

    public void setMaxRows(@Nullable Integer maxRows) {
      this.maxRows = maxRows;
    }

    public @Nullable DataSize getMaxBytes() {
      return maxBytes;
    }

    public void setMaxBytes(@Nullable DataSize maxBytes) {
      this.maxBytes = maxBytes;
    }

    public @Nullable Integer getFlushRows() {
      return flushRows;
    }

    public void setFlushRows(@Nullable Integer flushRows) {
      this.flushRows = flushRows;
    }

    public @Nullable Duration getFlushAfter() {
      return flushAfter;
    }

    public void setFlushAfter(@Nullable Duration flushAfter) {
      this.flushAfter = flushAfter;
    }

    public @Nullable Duration getAwaitTarget() {
      return awaitTarget;
    }

    public void setAwaitTarget(@Nullable Duration awaitTarget) {
      this.awaitTarget = awaitTarget;
    }

    public @Nullable Duration getMaxAge() {
      return maxAge;
    }

    public void setMaxAge(@Nullable Duration maxAge) {
      this.maxAge = maxAge;
    }

    public @Nullable Duration getCloseTimeout() {
      return closeTimeout;
    }

    public void setCloseTimeout(@Nullable Duration closeTimeout) {
      this.closeTimeout = closeTimeout;
    }

    public @Nullable Path getSpool() {
      return spool;
    }

    public void setSpool(@Nullable Path spool) {
      this.spool = spool;
    }

    public @Nullable DataSize getMaxSpoolBytes() {
      return maxSpoolBytes;
    }

    public void setMaxSpoolBytes(@Nullable DataSize maxSpoolBytes) {
      this.maxSpoolBytes = maxSpoolBytes;
    }
  }

  /** Feedback on spans. */
  static class Feedback {
    /** How long confirmed feedback waits for a span that Phoenix does not know yet. */
    private @Nullable Duration awaitTarget;

    public @Nullable Duration getAwaitTarget() {
      return awaitTarget;
    }

    public void setAwaitTarget(@Nullable Duration awaitTarget) {
      this.awaitTarget = awaitTarget;
    }
  }

  /** Tracing to Phoenix. */
  static class Tracing {
    /** Whether spans get their sessions, are captured, and are sent to Phoenix. */
    private boolean enabled = true;

    /** Whether the prompts and the answers of models, tools and searches are put on spans. */
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
      this.timeout = timeout;
    }
  }
}
