package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.RetrySettings;
import io.github.phoenixkt.TimeoutSettings;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns properties into settings and options. Without a property, the default stays. */
final class SettingsMapping {
  private SettingsMapping() {}

  static PhoenixSettings.Builder settings(
      PhoenixProperties properties, PhoenixConnectionDetails connection) {
    PhoenixSettings.Builder settings =
        PhoenixSettings.builder()
            .endpoint(connection.getEndpoint())
            .apiKey(connection.getApiKey())
            .headers(connection.getHeaders())
            .project(properties.getProject())
            .timeouts(timeouts(properties.getTimeouts()))
            .retry(retry(properties.getRetry()));
    set(properties.getMaxConcurrentCalls(), settings::maxConcurrentCalls);
    if (!(connection instanceof PropertiesConnectionDetails)) {
      settings.environment(PhoenixEnvironment.empty());
    }
    return settings;
  }

  private static TimeoutSettings timeouts(PhoenixProperties.Timeouts properties) {
    TimeoutSettings.Builder timeouts = TimeoutSettings.builder();
    set(properties.getConnect(), timeouts::connect);
    set(properties.getRequest(), timeouts::request);
    return named("phoenix.timeouts", timeouts::build);
  }

  private static RetrySettings retry(RetryProperties properties) {
    RetrySettings.Builder retry = RetrySettings.builder();
    set(properties.getMaxAttempts(), retry::maxAttempts);
    set(properties.getInitialDelay(), retry::initialDelay);
    set(properties.getMultiplier(), retry::multiplier);
    set(properties.getMaxDelay(), retry::maxDelay);
    set(properties.getMaxRetryAfter(), retry::maxRetryAfter);
    set(properties.getTotalTimeout(), retry::totalTimeout);
    return named("phoenix.retry", retry::build);
  }

  static AnnotationQueueOptions queue(
      QueueProperties properties, @Nullable AnnotationQueueListener listener) {
    AnnotationQueueOptions.Builder options = AnnotationQueueOptions.builder().listener(listener);
    set(properties.getMaxRows(), options::maxRows);
    set(properties.getMaxBytes(), size -> options.maxBytes(size.toBytes()));
    set(properties.getFlushRows(), options::flushRows);
    set(properties.getFlushBytes(), size -> options.flushBytes(size.toBytes()));
    set(properties.getFlushAfter(), options::flushAfter);
    set(properties.getAwaitTarget(), options::awaitTarget);
    set(properties.getMaxAge(), options::maxAge);
    set(properties.getRequestTimeout(), options::requestTimeout);
    set(properties.getCloseTimeout(), options::closeTimeout);
    set(properties.getDrainOnShutdown(), options::drainOnShutdown);
    set(properties.getSpool(), options::spool);
    set(properties.getMaxSpoolBytes(), size -> options.maxSpoolBytes(size.toBytes()));
    return named("phoenix.queue", options::build);
  }

  /** The library names its own settings in an error, and not the properties. */
  private static <T> T named(String prefix, Supplier<T> builder) {
    try {
      return builder.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The properties " + prefix + ".* cannot be used: " + e.getMessage(), e);
    }
  }

  private static <T> void set(@Nullable T value, Consumer<? super T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
