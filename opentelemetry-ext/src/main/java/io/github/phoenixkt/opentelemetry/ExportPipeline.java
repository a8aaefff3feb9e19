package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A tracer provider whose spans go through a queue to an exporter, and are counted. */
final class ExportPipeline {
  private static final Logger logger = LoggerFactory.getLogger(PhoenixTracing.class);
  private static final long CLOSE_SECONDS = 10;
  private static final long MOMENT_NANOS = 1_000_000;
  private static final String LARGER_QUEUE =
      "They end faster than they can be sent. For a larger queue, set up OpenTelemetry's SDK with"
          + " PhoenixTracing.spanExporter(settings).";

  private final ExportLedger ledger = new ExportLedger(LARGER_QUEUE);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final SdkTracerProvider tracers;

  /**
   * @param builder gets the queue as its last processor
   * @param delay how long spans are collected; null for OpenTelemetry's default
   */
  ExportPipeline(
      SdkTracerProviderBuilder builder, SpanExporter exporter, @Nullable Duration delay) {
    // Never the simple processor: it hands each span to an exporter that takes five requests at
    // once, and drops further ones.
    var queue = BatchSpanProcessor.builder(new Counted(exporter));
    if (delay != null) {
      queue.setScheduleDelay(delay);
    }
    tracers =
        builder
            .addSpanProcessor(ledger.beforeQueue())
            .addSpanProcessor(queue.build())
            .addSpanProcessor(ledger.afterQueue())
            .build();
  }

  SdkTracerProvider tracers() {
    return tracers;
  }

  ExportLedger ledger() {
    return ledger;
  }

  /** See {@link PhoenixTracing#flush}. */
  boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    return settle(ledger.ended(), deadline) && ledger.newlyLost() == 0;
  }

  /** Waits until it is known what became of the first so many spans. */
  private boolean settle(long ended, long deadline) {
    // The first flush may be that of another thread, begun before the last of our spans ended.
    for (int flushes = 0; flushes < 2 && ledger.unsettled(ended) > 0 && !closed.get(); ) {
      CompletableResultCode flush = tracers.forceFlush();
      if (flush.isDone()) {
        // For a moment after the end of a flush, OpenTelemetry gives it in place of a new one.
        LockSupport.parkNanos(MOMENT_NANOS);
      } else {
        flushes++;
      }
      long left = deadline - System.nanoTime();
      if (!flush.join(Math.max(0, left), TimeUnit.NANOSECONDS).isDone() || left < 0) {
        return false;
      }
    }
    // What was flushed and never came to the exporter did not fit in the queue.
    ledger.dropUnsettled(ended);
    return true;
  }

  /** Sends the spans that have ended. Only the first call does something. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (tracers.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS).isDone()) {
      ledger.dropUnsettled(ledger.ended());
    } else {
      logger.warn(
          "Tracing was closed after {} s, before Phoenix had confirmed {} spans.",
          CLOSE_SECONDS,
          ledger.unsettled(ledger.ended()));
    }
    ledger.logTheRest();
  }

  /** The exporter right behind the queue. */
  private final class Counted implements SpanExporter {
    private final SpanExporter exporter;

    Counted(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      spans.forEach(span -> ledger.leave(span.getSpanId()));
      return ledger.export(spans, exporter::export);
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
