package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;

/** An OpenTelemetry without metrics and logs, which Phoenix has no use for. */
final class TracingOnly implements OpenTelemetry {
  /** Those of OpenTelemetry's autoconfiguration. */
  private static final ContextPropagators PROPAGATORS =
      ContextPropagators.create(
          TextMapPropagator.composite(
              W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance()));

  private final TracerProvider tracers;

  TracingOnly(TracerProvider tracers) {
    this.tracers = tracers;
  }

  @Override
  public TracerProvider getTracerProvider() {
    return tracers;
  }

  @Override
  public ContextPropagators getPropagators() {
    return PROPAGATORS;
  }

  @Override
  public String toString() {
    return "TracingOnly(" + tracers + ")";
  }
}
