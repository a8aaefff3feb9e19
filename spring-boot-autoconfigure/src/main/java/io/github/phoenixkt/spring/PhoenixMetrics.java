package io.github.phoenixkt.spring;

import io.github.phoenixkt.OutcomesEvent;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.RequestEvent;
import io.github.phoenixkt.RetryEvent;
import io.github.phoenixkt.WindowEvent;
import io.github.phoenixkt.queue.QueueState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The meters:
 *
 * <ul>
 *   <li>{@code phoenix.client.requests}, a timer: {@code method}, {@code route}, {@code status}
 *       (the code, or {@code none}), {@code failure} (its name, or {@code none})
 *   <li>{@code phoenix.client.retries}, a counter: {@code method}, {@code route}, {@code reason}
 *   <li>{@code phoenix.client.rows}, a counter of the rows of uploads and of the queue: {@code
 *       target}, {@code outcome}
 *   <li>{@code phoenix.client.windows}, a timer of the windows whose arrival was seen, and {@code
 *       phoenix.client.window.rows}, a summary of all: {@code target}, {@code acknowledged}
 *   <li>{@code phoenix.queue.rows}, {@code phoenix.queue.bytes} and {@code
 *       phoenix.queue.oldest.age} (seconds), gauges: {@code queue} (the name of the bean)
 * </ul>
 */
final class PhoenixMetrics implements PhoenixListener, MeterBinder {
  private static final String NONE = "none";

  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
  private final Queues queues;

  PhoenixMetrics(Queues queues) {
    this.queues = queues;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (String name : queues.names()) {
      gauge(registry, name, "phoenix.queue.rows", "rows", QueueState::getRows);
      gauge(registry, name, "phoenix.queue.bytes", "bytes", QueueState::getBytes);
      gauge(
          registry,
          name,
          "phoenix.queue.oldest.age",
          "seconds",
          state -> state.getOldestAge() == null ? 0 : state.getOldestAge().toMillis() / 1_000.0);
    }
    registries.add(registry);
  }

  /** Zero until the application uses the queue, which creates it. */
  private void gauge(
      MeterRegistry registry,
      String queue,
      String name,
      String unit,
      ToDoubleFunction<QueueState> value) {
    Gauge.builder(
            name,
            () -> queues.find(queue).map(found -> value.applyAsDouble(found.state())).orElse(0.0))
        .tag("queue", queue)
        .baseUnit(unit)
        .register(registry);
  }

  @Override
  public void onRequest(RequestEvent event) {
    each(
        registry ->
            Timer.builder("phoenix.client.requests")
                .tags("method", method(event.getRoute()), "route", path(event.getRoute()))
                .tag("status", event.getStatus() == null ? NONE : event.getStatus().toString())
                .tag("failure", event.getFailure() == null ? NONE : event.getFailure())
                .register(registry)
                .record(event.getDuration()));
  }

  @Override
  public void onRetry(RetryEvent event) {
    each(
        registry ->
            Counter.builder("phoenix.client.retries")
                .tags("method", method(event.getRoute()), "route", path(event.getRoute()))
                .tag("reason", event.getReason())
                .register(registry)
                .increment());
  }

  @Override
  public void onOutcomes(OutcomesEvent event) {
    each(
        registry ->
            Counter.builder("phoenix.client.rows")
                .tag("target", event.getTargetKind().name())
                .tag("outcome", event.getOutcome())
                .baseUnit("rows")
                .register(registry)
                .increment(event.getCount()));
  }

  @Override
  public void onWindow(WindowEvent event) {
    String target = event.getTargetKind().name();
    boolean acknowledged = event.getAcknowledgedAfter() != null;
    each(
        registry -> {
          DistributionSummary.builder("phoenix.client.window.rows")
              .tags("target", target, "acknowledged", Boolean.toString(acknowledged))
              .baseUnit("rows")
              .register(registry)
              .record(event.getRows());
          if (acknowledged) {
            Timer.builder("phoenix.client.windows")
                .tag("target", target)
                .register(registry)
                .record(event.getAcknowledgedAfter());
          }
        });
  }

  private void each(Consumer<MeterRegistry> record) {
    new EachListener<>(registries).tell(record);
  }

  private static String method(String route) {
    return route.substring(0, Math.max(0, route.indexOf(' ')));
  }

  private static String path(String route) {
    return route.substring(route.indexOf(' ') + 1);
  }
}
