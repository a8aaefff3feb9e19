package io.github.phoenixkt.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the queue of OpenTelemetry drops is found without a flush. */
@Timeout(
    value = 120,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // A flush is not interrupted.
class ExportLedgerTest {
  /** OpenTelemetry's default. */
  private static final int QUEUE = 2_048;

  private static final int DROPPED = 1_000;
  private static final int LATER = 64;

  private final GatedExporter exporter = new GatedExporter();
  private final ExportPipeline pipeline =
      new ExportPipeline(SdkTracerProvider.builder(), exporter, Duration.ofHours(1));

  private void spans(int count) {
    for (int i = 0; i < count; i++) {
      pipeline.tracers().get("test").spanBuilder("span").startSpan().end();
    }
  }

  /** A flush may be that of spans before, see {@code BatchSpanProcessor}. */
  private void awaitExported(long wanted) {
    while (exporter.spans.get() < wanted) {
      pipeline.tracers().forceFlush().join(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void spansThatTheQueueDropsAreCountedWhileTheProgramGoesOn() throws Exception {
    spans(1);
    pipeline.tracers().forceFlush();
    exporter.entered.await();
    spans(QUEUE + DROPPED);
    exporter.gate.countDown();
    awaitExported(1 + QUEUE);
    for (int i = 1; i <= LATER; i++) {
      spans(1);
      awaitExported(1 + QUEUE + i);
    }
    ExportLedger ledger = pipeline.ledger();
    assertThat(ledger.dropped()).isEqualTo(DROPPED);
    assertThat(ledger.sent()).isEqualTo(1 + QUEUE + LATER);
    assertThat(ledger.failed()).isZero();
    assertThat(ledger.warning()).contains("so far: " + DROPPED + ".", "At least " + DROPPED);

    assertThat(pipeline.flush(Duration.ofSeconds(30))).as("told by a flush, too").isFalse();
    assertThat(pipeline.flush(Duration.ofSeconds(30))).as("and only once").isTrue();
    pipeline.close();
    assertThat(ledger.dropped()).isEqualTo(DROPPED);
  }

  @Test
  void nothingIsCountedAsLostThatArrives() {
    exporter.gate.countDown();
    for (int i = 1; i <= 10; i++) {
      spans(300);
      awaitExported(i * 300L);
    }
    pipeline.close();
    assertThat(pipeline.ledger().dropped()).isZero();
    assertThat(pipeline.ledger().failed()).isZero();
    assertThat(pipeline.ledger().sent()).isEqualTo(3_000);
  }

  /** Holds up the thread that exports until the gate opens. */
  private static final class GatedExporter implements SpanExporter {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch gate = new CountDownLatch(1);
    final AtomicLong spans = new AtomicLong();

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      entered.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      spans.addAndGet(batch.size());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
