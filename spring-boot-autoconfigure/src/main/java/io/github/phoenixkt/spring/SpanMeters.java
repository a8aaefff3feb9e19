package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.ExportLedger;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * The meter {@code phoenix.tracing.spans}, a counter: {@code outcome} ({@code sent}, {@code
 * failed}, {@code dropped}).
 */
final class SpanMeters implements MeterBinder {
  private final ExportLedger ledger;

  SpanMeters(ExportLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "sent", ExportLedger::sent);
    counter(registry, "failed", ExportLedger::failed);
    counter(registry, "dropped", ExportLedger::dropped);
  }

  private void counter(
      MeterRegistry registry, String outcome, ToDoubleFunction<ExportLedger> value) {
    FunctionCounter.builder("phoenix.tracing.spans", ledger, value)
        .tag("outcome", outcome)
        .baseUnit("spans")
        .register(registry);
  }
}
