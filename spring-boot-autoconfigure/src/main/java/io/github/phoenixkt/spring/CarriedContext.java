package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.PhoenixSnapshot;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the session and the capture to where Micrometer's context propagation takes work: to other
 * threads, and to the operators of Reactor.
 *
 * <p>It does not make them current there. Propagation closes in an order of its own, and an
 * OpenTelemetry scope that is closed out of order stays on its thread; {@link ObservedContext}
 * makes current what is carried, when an observation starts.
 */
final class CarriedContext implements ThreadLocalAccessor<CarriedContext.Carried> {
  static final String KEY = "io.github.phoenixkt.context";

  /** What is taken along, and the observation that it was taken along from. */
  static final class Carried {
    final PhoenixSnapshot snapshot;
    final Observation.@Nullable ContextView observation;

    Carried(PhoenixSnapshot snapshot, Observation.@Nullable ContextView observation) {
      this.snapshot = snapshot;
      this.observation = observation;
    }
  }

  /** One for all applications in a JVM, as the registry of accessors is. */
  static final CarriedContext INSTANCE = new CarriedContext();

  private final ThreadLocal<Carried> ofThread = new ThreadLocal<>();

  private CarriedContext() {}

  /** What came along to this thread. */
  @Nullable Carried get() {
    return ofThread.get();
  }

  @Override
  public Object key() {
    return KEY;
  }

  /** What is open on this thread, else what came along to it. */
  @Override
  public @Nullable Carried getValue() {
    PhoenixSnapshot current = PhoenixSnapshot.current();
    if (current.isEmpty()) {
      return ofThread.get();
    }
    Observation observation = ObservationThreadLocalAccessor.getInstance().getValue();
    return new Carried(current, observation == null ? null : observation.getContextView());
  }

  @Override
  public void setValue(Carried value) {
    ofThread.set(value);
  }

  @Override
  public void setValue() {
    ofThread.remove();
  }
}
