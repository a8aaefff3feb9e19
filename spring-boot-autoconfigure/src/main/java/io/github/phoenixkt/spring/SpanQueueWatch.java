package io.github.phoenixkt.spring;

import io.micrometer.tracing.exporter.FinishedSpan;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Finds out how many spans OpenTelemetry's queue drops when it is full: OpenTelemetry does not say.
 *
 * <p>Spans leave the queue in the order in which they entered it. If {@code n} spans were offered
 * to the queue before a certain span, and fewer than {@code n} leave it before that span, the
 * others were dropped. Some spans are looked at in this way. Spans of other threads can only make
 * the number too small, and never too large.
 */
final class SpanQueueWatch {
  private static final int EACH = 32;
  private static final int MOST_PROBES = 1_000;

  private final LongConsumer dropped;
  private final AtomicLong ending = new AtomicLong();
  private final AtomicLong offered = new AtomicLong();
  private final AtomicLong left = new AtomicLong();

  /** By span id: how many spans were offered before that span. */
  private final Map<String, Long> probes = new ConcurrentHashMap<>();

  /**
   * @param dropped told how many spans have been dropped so far
   */
  SpanQueueWatch(LongConsumer dropped) {
    this.dropped = dropped;
  }

  private void beforeQueue(ReadableSpan span) {
    if (ending.getAndIncrement() % EACH == 0) {
      if (probes.size() >= MOST_PROBES) {
        probes.clear(); // Those that were dropped do not come back.
      }
      probes.put(span.getSpanContext().getSpanId(), offered.get());
    }
  }

  private void afterQueue() {
    offered.incrementAndGet();
  }

  private void leftQueue(String spanId) {
    Long offeredBefore = probes.remove(spanId);
    long leftBefore = left.getAndIncrement();
    if (offeredBefore != null && offeredBefore > leftBefore) {
      dropped.accept(offeredBefore - leftBefore);
    }
  }

  /** Must be told of the end of a span before the queue is. */
  static final class Before extends AtEnd implements PriorityOrdered {
    Before(SpanQueueWatch watch) {
      super(watch::beforeQueue);
    }

    @Override
    public int getOrder() {
      return HIGHEST_PRECEDENCE;
    }
  }

  /** Must be told of the end of a span after the queue. */
  static final class After extends AtEnd implements Ordered {
    After(SpanQueueWatch watch) {
      super(span -> watch.afterQueue());
    }

    @Override
    public int getOrder() {
      return LOWEST_PRECEDENCE;
    }
  }

  /** Is asked about each span that leaves the queue, and before all others. */
  static final class Exit implements SpanExportingPredicate, PriorityOrdered {
    private final SpanQueueWatch watch;

    Exit(SpanQueueWatch watch) {
      this.watch = watch;
    }

    @Override
    public boolean isExportable(FinishedSpan span) {
      watch.leftQueue(span.getSpanId());
      return true;
    }

    @Override
    public int getOrder() {
      return HIGHEST_PRECEDENCE;
    }
  }

  private abstract static class AtEnd implements SpanProcessor {
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
