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

    /** What had come along to the thread that this was taken from: propagation puts it back. */
    final @Nullable Carried before;

    /** What was open on the thread when this came along to it. */
    private final PhoenixSnapshot open;

    Carried(
        PhoenixSnapshot snapshot,
        Observation.@Nullable ContextView observation,
        @Nullable Carried before,
        PhoenixSnapshot open) {
      this.snapshot = snapshot;
      this.observation = observation;
      this.before = before;
      this.open = open;
    }

    /** Whether nothing was opened on the thread since this came along to it. */
    boolean isInnermost(PhoenixSnapshot current) {
      return current.isEmpty() || current.hasOnlyScopesOf(open);
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

  /** What came along to this thread, unless something was opened there since. */
  @Override
  public @Nullable Carried getValue() {
    PhoenixSnapshot current = PhoenixSnapshot.current();
    Carried carried = ofThread.get();
    if (carried != null && carried.isInnermost(current)) {
      return new Carried(carried.snapshot, carried.observation, carried, current);
    }
    if (current.isEmpty()) {
      return null;
    }
    Observation observation = ObservationThreadLocalAccessor.getInstance().getValue();
    return new Carried(
        current, observation == null ? null : observation.getContextView(), carried, current);
  }

  @Override
  public void setValue(Carried value) {
    PhoenixSnapshot open = PhoenixSnapshot.current();
    ofThread.set(new Carried(value.snapshot, value.observation, null, open));
  }

  @Override
  public void setValue() {
    ofThread.remove();
  }

  /**
   * Puts back what was carried. The value is what {@link #getValue} gave before: that has what was
   * open on the thread, which ends with its own scope.
   */
  @Override
  public void restore(Carried previous) {
    Carried before = previous.before;
    if (before == null) {
      ofThread.remove();
    } else {
      ofThread.set(before);
    }
  }
}
