package io.github.phoenixkt.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The properties {@code phoenix.queue.*}. */
class QueueProperties {
  /** Maximum number of annotations and notes in the queue, including those under way. */
  private @Nullable Integer maxRows;

  /** Maximum size of these annotations and notes together. */
  private @Nullable DataSize maxBytes;

  /** Number of waiting rows at which a batch is sent. */
  private @Nullable Integer flushRows;

  /** Size of the waiting rows at which a batch is sent. */
  private @Nullable DataSize flushBytes;

  /** Maximum time that a row waits for a full batch. */
  private @Nullable Duration flushAfter;

  /** How long to keep trying while Phoenix does not know the target. */
  private @Nullable Duration awaitTarget;

  /** Maximum age of a row. Older rows are reported and not sent. */
  private @Nullable Duration maxAge;

  /** Time for one request of the queue. */
  private @Nullable Duration requestTimeout;

  /** Time to send the remaining rows when the application ends. */
  private @Nullable Duration closeTimeout;

  /**
   * Whether to drain the queue when the JVM shuts down. Only needed if that does not close the
   * application context.
   */
  private @Nullable Boolean drainOnShutdown;

  /** Folder that keeps accepted rows on disk, so that they survive the end of the process. */
  private @Nullable Path spool;

  /** Maximum size of the file in that folder. */
  private @Nullable DataSize maxSpoolBytes;

  /** Whether none of it is set. */
  boolean hasDefaults() {
    return Stream.of(
            maxRows,
            maxBytes,
            flushRows,
            flushBytes,
            flushAfter,
            awaitTarget,
            maxAge,
            requestTimeout,
            closeTimeout,
            drainOnShutdown,
            spool,
            maxSpoolBytes)
        .allMatch(Objects::isNull);
  }

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

  public @Nullable DataSize getFlushBytes() {
    return flushBytes;
  }

  public void setFlushBytes(@Nullable DataSize flushBytes) {
    this.flushBytes = flushBytes;
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

  public @Nullable Duration getRequestTimeout() {
    return requestTimeout;
  }

  public void setRequestTimeout(@Nullable Duration requestTimeout) {
    this.requestTimeout = requestTimeout;
  }

  public @Nullable Duration getCloseTimeout() {
    return closeTimeout;
  }

  public void setCloseTimeout(@Nullable Duration closeTimeout) {
    this.closeTimeout = closeTimeout;
  }

  public @Nullable Boolean getDrainOnShutdown() {
    return drainOnShutdown;
  }

  public void setDrainOnShutdown(@Nullable Boolean drainOnShutdown) {
    this.drainOnShutdown = drainOnShutdown;
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
