package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the spans that have ended and those that were exported. OpenTelemetry's batch processor
 * does not tell: its flush also succeeds if an export failed or a full queue dropped spans.
 */
final class ExportLedger implements SpanProcessor {
  private static final Logger logger = LoggerFactory.getLogger(ExportLedger.class);

  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong exported = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong told = new AtomicLong();

  /** How many sampled spans have ended. */
  long ended() {
    return ended.get();
  }

  /** How many of the first {@code ofEnded} spans are neither exported nor lost. */
  long unsettled(long ofEnded) {
    return Math.max(0, ofEnded - exported.get() - lost.get());
  }

  /** Counts spans as lost. */
  void lose(long spans) {
    lost.addAndGet(spans);
  }

  /** How many spans were lost since this was last asked. */
  long newlyLost() {
    long now = lost.get();
    return now - told.getAndSet(now);
  }

  /** The exporter, with its exports counted. */
  SpanExporter watch(SpanExporter exporter) {
    return new Watched(exporter);
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
      ended.incrementAndGet();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  private final class Watched implements SpanExporter {
    private final SpanExporter exporter;
    private final AtomicBoolean failing = new AtomicBoolean();

    Watched(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size(); // The processor reuses the collection.
      try {
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(
            () -> {
              (result.isSuccess() ? exported : lost).addAndGet(count);
              failing.set(false);
            });
        return result;
      } catch (RuntimeException e) {
        // For instance from a key supplier. The processor must go on.
        lose(count);
        if (failing.compareAndSet(false, true)) {
          logger.warn("Spans could not be sent to Phoenix: {}", e.toString());
        }
        return CompletableResultCode.ofFailure();
      }
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
