package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.PhoenixSnapshot;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Gives the spans of observations the session and the capture of the place where the observation
 * starts. Micrometer's bridge starts a span in the context that its parent was started in, so that
 * what was opened since then is not seen by OpenTelemetry alone.
 *
 * <p>It must come after the handler that makes the spans.
 */
final class ObservedContext implements ObservationHandler<Observation.Context> {
  /** What was put over the context when the scope of an observation was opened. */
  private static final class Overlay {
    final Observation.Context observation;
    final Scope scope;

    /** What was open with it, before anything was opened inside. */
    final PhoenixSnapshot open;

    Overlay(Observation.Context observation, Scope scope, PhoenixSnapshot open) {
      this.observation = observation;
      this.scope = scope;
      this.open = open;
    }
  }

  private static final PhoenixSnapshot NOTHING = PhoenixSnapshot.from(Context.root());

  private final ThreadLocal<Deque<Overlay>> overlays = ThreadLocal.withInitial(ArrayDeque::new);

  @Override
  public boolean supportsContext(Observation.Context context) {
    return true;
  }

  @Override
  public void onStart(Observation.Context observation) {
    PhoenixSnapshot snapshot = snapshotFor(observation);
    observation.put(PhoenixSnapshot.class, snapshot);
    TracingContext tracing = observation.get(TracingContext.class);
    if (tracing != null && tracing.getSpan() instanceof OtelSpan span) {
      snapshot.applyTo(OtelSpan.toOtel(span));
    }
  }

  /** What is opened here, else what came along from another thread, else that of the parent. */
  private PhoenixSnapshot snapshotFor(Observation.Context observation) {
    PhoenixSnapshot current = PhoenixSnapshot.current();
    CarriedContext.Carried inherited = CarriedContext.INSTANCE.get();
    if (inherited != null && (inherited.isInnermost(current) || isWithin(inherited, current))) {
      return inherited.snapshot;
    }
    if (!current.isEmpty()) {
      return current;
    }
    ObservationView parent = observation.getParentObservation();
    PhoenixSnapshot ofParent =
        parent == null ? null : parent.getContextView().get(PhoenixSnapshot.class);
    return ofParent == null ? current : ofParent;
  }

  /** Whether nothing was opened here but the observation in which that was taken along. */
  private boolean isWithin(CarriedContext.Carried inherited, PhoenixSnapshot current) {
    Overlay top = overlays.get().peek();
    return top != null
        && top.observation == inherited.observation
        && current.hasOnlyScopesOf(top.open);
  }

  @Override
  public void onScopeOpened(Observation.Context observation) {
    PhoenixSnapshot snapshot = observation.getOrDefault(PhoenixSnapshot.class, NOTHING);
    boolean there = snapshot.equals(PhoenixSnapshot.current());
    Scope scope = there ? Scope.noop() : snapshot.makeCurrent();
    overlays.get().push(new Overlay(observation, scope, PhoenixSnapshot.current()));
  }

  /** Those inside of it that are still open end with it. */
  @Override
  public void onScopeClosed(Observation.Context observation) {
    Deque<Overlay> open = overlays.get();
    boolean isOpen = open.stream().anyMatch(overlay -> overlay.observation == observation);
    for (boolean closed = !isOpen; !closed; ) {
      Overlay top = open.pop();
      top.scope.close();
      closed = top.observation == observation;
    }
    if (open.isEmpty()) {
      overlays.remove();
    }
  }

  @Override
  public void onScopeReset(Observation.Context observation) {
    Deque<Overlay> open = overlays.get();
    while (!open.isEmpty()) {
      open.pop().scope.close();
    }
    overlays.remove();
  }
}
