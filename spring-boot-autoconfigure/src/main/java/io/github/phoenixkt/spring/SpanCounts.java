package io.github.phoenixkt.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the spans that Phoenix got and those that were lost on the way. The log tells of the first
 * loss, and again each time that the number has doubled.
 */
final class SpanCounts {
  private static final Logger logger = LoggerFactory.getLogger(SpanCounts.class);

  private final AtomicLong sent = new AtomicLong();
  private long failed;
  private long dropped;
  private long told;

  void addSent(int spans) {
    sent.addAndGet(spans);
  }

  /** Counts spans that the exporter could not send. */
  synchronized void addFailed(int spans) {
    failed += spans;
    tell(2 * told);
  }

  /** Sets how many spans OpenTelemetry's queue has dropped so far, unless more are known. */
  synchronized void setDropped(long spans) {
    dropped = Math.max(dropped, spans);
    tell(2 * told);
  }

  /** Tells of the losses that the log does not have yet. */
  synchronized void tellTheRest() {
    tell(1);
  }

  long sent() {
    return sent.get();
  }

  synchronized long failed() {
    return failed;
  }

  synchronized long dropped() {
    return dropped;
  }

  private void tell(long atLeast) {
    long lost = failed + dropped;
    if (lost >= atLeast && lost > told) {
      told = lost;
      logger.warn(warning());
    }
  }

  synchronized String warning() {
    List<String> reasons = new ArrayList<>();
    if (failed > 0) {
      reasons.add(failed + " could not be sent, and OpenTelemetry has logged the reason.");
    }
    if (dropped > 0) {
      reasons.add(
          "At least "
              + dropped
              + " did not fit in OpenTelemetry's queue. To make it larger, set"
              + " management.opentelemetry.tracing.export.max-queue-size"
              + " (Spring Boot 3.5: management.tracing.opentelemetry.export.max-queue-size).");
    }
    return "Spans that did not reach Phoenix so far: "
        + (failed + dropped)
        + ". Feedback on them is lost. "
        + String.join(" ", reasons);
  }
}
