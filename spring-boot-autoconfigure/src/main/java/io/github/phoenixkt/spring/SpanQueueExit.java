package io.github.phoenixkt.spring;

import io.micrometer.tracing.exporter.FinishedSpan;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import java.util.function.Consumer;
import org.springframework.core.PriorityOrdered;

/** Is asked about each span that leaves OpenTelemetry's queue, and before all others. */
final class SpanQueueExit implements SpanExportingPredicate, PriorityOrdered {
  private final Consumer<String> leave;

  /**
   * @param leave told the id of each span
   */
  SpanQueueExit(Consumer<String> leave) {
    this.leave = leave;
  }

  @Override
  public boolean isExportable(FinishedSpan span) {
    leave.accept(span.getSpanId());
    return true;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
