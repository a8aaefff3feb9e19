package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what becomes of the spans that end. OpenTelemetry does not say: the flush of its batch
 * processor also succeeds if an export failed, or if a full queue dropped spans. The log tells of
 * the first loss, and again each time that the number has doubled.
 *
 * <p>Spans leave the queue in the order in which they entered it. If {@code n} spans were offered
 * to the queue before a certain span, and fewer than {@code n} leave it before that span, the
 * others were dropped. Some spans are looked at in this way. Spans of other threads can only make
 * the number too small, and never too large.
 */
@InternalPhoenixApi
public final class ExportLedger {
  private static final Logger logger = LoggerFactory.getLogger(ExportLedger.class);
  private static final int EACH = 32;
  private static final int MOST_PROBES = 1_000;

  private final String largerQueue;
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong left = new AtomicLong();

  /** By span id: how many spans were offered before that span. */
  private final Map<String, Long> probes = new ConcurrentHashMap<>();

  private final AtomicBoolean failing = new AtomicBoolean();
  private long sent;
  private long failed;
  private long dropped;
  private long logged;
  private long told;

  /**
   * Creates a ledger for one queue.
   *
   * @param largerQueue a sentence that says how to make the queue larger
   */
  public ExportLedger(String largerQueue) {
    this.largerQueue = requireNonNull(largerQueue, "largerQueue");
  }

  /**
   * Returns a processor that must be told of the end of a span before the queue is.
   *
   * @return a processor
   */
  public SpanProcessor beforeQueue() {
    return new AtEnd(this::end);
  }

  /**
   * Returns a processor that must be told of the end of a span after the queue.
   *
   * @return a processor
   */
  public SpanProcessor afterQueue() {
    return new AtEnd(span -> offered.incrementAndGet());
  }

  private void end(ReadableSpan span) {
    if (ended.getAndIncrement() % EACH == 0) {
      if (probes.size() >= MOST_PROBES) {
        probes.clear(); // Those that were dropped do not come back.
      }
      probes.put(span.getSpanContext().getSpanId(), offered.get());
    }
  }

  /**
   * Notes that a span has left the queue. To be called in the order in which they leave it.
   *
   * @param spanId the span's id
   */
  public void leave(String spanId) {
    Long offeredBefore = probes.remove(spanId);
    long leftBefore = left.getAndIncrement();
    if (offeredBefore != null) {
      drop(offeredBefore - leftBefore);
    }
  }

  /**
   * Exports spans, and counts them as sent or failed. An exporter that throws has failed: the
   * thread that exports must go on.
   *
   * @param spans the spans
   * @param exporter sends them
   * @return the result of the exporter
   */
  public CompletableResultCode export(
      Collection<SpanData> spans, Function<Collection<SpanData>, CompletableResultCode> exporter) {
    int count = spans.size(); // The processor uses the collection again.
    CompletableResultCode result = attempt(spans, exporter);
    result.whenComplete(() -> settle(count, result.isSuccess()));
    return result;
  }

  private CompletableResultCode attempt(
      Collection<SpanData> spans, Function<Collection<SpanData>, CompletableResultCode> exporter) {
    try {
      CompletableResultCode result = exporter.apply(spans);
      failing.set(false);
      return result;
    } catch (RuntimeException | LinkageError e) {
      // For instance from a key supplier, or because a library is too old.
      if (failing.compareAndSet(false, true)) {
        logger.warn("Spans could not be sent to Phoenix: {}", e.toString());
      }
      return CompletableResultCode.ofFailure();
    }
  }

  private synchronized void settle(int count, boolean success) {
    if (success) {
      sent += count;
    } else {
      failed += count;
      log(2 * logged);
    }
  }

  /** How many sampled spans have ended. */
  long ended() {
    return ended.get();
  }

  /** How many of the first {@code ofEnded} spans are neither exported nor lost. */
  synchronized long unsettled(long ofEnded) {
    return Math.max(0, ofEnded - sent - failed - dropped);
  }

  /** Counts those of the first {@code ofEnded} spans as dropped that were not exported. */
  synchronized void dropUnsettled(long ofEnded) {
    drop(ofEnded - sent - failed);
  }

  /** Sets how many spans the queue has dropped so far, unless more are known. */
  private synchronized void drop(long spans) {
    if (spans > dropped) {
      dropped = spans;
      log(2 * logged);
    }
  }

  /** How many spans were lost since this was last asked. */
  synchronized long newlyLost() {
    long before = told;
    told = failed + dropped;
    return told - before;
  }

  /**
   * Returns how many spans were accepted.
   *
   * @return a number of spans
   */
  public synchronized long sent() {
    return sent;
  }

  /**
   * Returns how many spans the exporter could not send.
   *
   * @return a number of spans
   */
  public synchronized long failed() {
    return failed;
  }

  /**
   * Returns how many spans the queue has dropped, as far as it is known.
   *
   * @return a lower bound
   */
  public synchronized long dropped() {
    return dropped;
  }

  /** Logs the losses that the log does not have yet. */
  public synchronized void logTheRest() {
    log(1);
  }

  private void log(long atLeast) {
    long lost = failed + dropped;
    if (lost >= atLeast && lost > logged) {
      logged = lost;
      logger.warn(warning());
    }
  }

  /**
   * Returns what the log says of the losses.
   *
   * @return how many spans were lost and why
   */
  public synchronized String warning() {
    List<String> reasons = new ArrayList<>();
    if (failed > 0) {
      reasons.add(failed + " could not be sent, and OpenTelemetry has logged the reason.");
    }
    if (dropped > 0) {
      reasons.add("At least " + dropped + " did not fit in OpenTelemetry's queue. " + largerQueue);
    }
    return "Spans that did not reach Phoenix so far: "
        + (failed + dropped)
        + ". Feedback on them is lost. "
        + String.join(" ", reasons);
  }

  /** Tells of the end of each span that is exported. */
  private static final class AtEnd implements SpanProcessor {
    private final Consumer<ReadableSpan> action;

    AtEnd(Consumer<ReadableSpan> action) {
      this.action = action;
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      if (span.getSpanContext().isSampled()) {
        action.accept(span);
      }
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
