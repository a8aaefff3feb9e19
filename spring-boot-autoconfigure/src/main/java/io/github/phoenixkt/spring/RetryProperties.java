package io.github.phoenixkt.spring;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The properties {@code phoenix.retry.*}. */
class RetryProperties {
  /** Maximum number of attempts, including the first one. */
  private @Nullable Integer maxAttempts;

  /** Maximum delay before the first retry. */
  private @Nullable Duration initialDelay;

  /** Factor by which the maximum grows with each retry. */
  private @Nullable Double multiplier;

  /** Maximum delay before any retry, unless Phoenix asks for another one (Retry-After). */
  private @Nullable Duration maxDelay;

  /**
   * Longest delay that Phoenix may ask for (Retry-After). If it asks for more, the call fails at
   * once.
   */
  private @Nullable Duration maxRetryAfter;

  /** Time for one call, including all attempts and the delays between them. */
  private @Nullable Duration totalTimeout;

  /** Whether none of it is set. */
  boolean hasDefaults() {
    return Stream.of(maxAttempts, initialDelay, multiplier, maxDelay, maxRetryAfter, totalTimeout)
        .allMatch(Objects::isNull);
  }

  public @Nullable Integer getMaxAttempts() {
    return maxAttempts;
  }

  public void setMaxAttempts(@Nullable Integer maxAttempts) {
    this.maxAttempts = maxAttempts;
  }

  public @Nullable Duration getInitialDelay() {
    return initialDelay;
  }

  public void setInitialDelay(@Nullable Duration initialDelay) {
    this.initialDelay = initialDelay;
  }

  public @Nullable Double getMultiplier() {
    return multiplier;
  }

  public void setMultiplier(@Nullable Double multiplier) {
    this.multiplier = multiplier;
  }

  public @Nullable Duration getMaxDelay() {
    return maxDelay;
  }

  public void setMaxDelay(@Nullable Duration maxDelay) {
    this.maxDelay = maxDelay;
  }

  public @Nullable Duration getMaxRetryAfter() {
    return maxRetryAfter;
  }

  public void setMaxRetryAfter(@Nullable Duration maxRetryAfter) {
    this.maxRetryAfter = maxRetryAfter;
  }

  public @Nullable Duration getTotalTimeout() {
    return totalTimeout;
  }

  public void setTotalTimeout(@Nullable Duration totalTimeout) {
    this.totalTimeout = totalTimeout;
  }
}
