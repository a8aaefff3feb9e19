package io.github.phoenixkt.spring;

import io.github.phoenixkt.OutcomesEvent;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.RequestEvent;
import io.github.phoenixkt.RetryEvent;
import io.github.phoenixkt.WindowEvent;
import io.github.phoenixkt.queue.QueueState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All listeners of an application as the one that a client takes. */
final class Listeners implements PhoenixListener {
  private final EachListener<PhoenixListener> each;

  private Listeners(List<PhoenixListener> listeners) {
    each = new EachListener<>(listeners);
  }

  static @Nullable PhoenixListener of(List<PhoenixListener> listeners) {
    return switch (listeners.size()) {
      case 0 -> null;
      case 1 -> listeners.get(0);
      default -> new Listeners(listeners);
    };
  }

  @Override
  public void onRequest(RequestEvent event) {
    each.tell(listener -> listener.onRequest(event));
  }

  @Override
  public void onRetry(RetryEvent event) {
    each.tell(listener -> listener.onRetry(event));
  }

  @Override
  public void onOutcomes(OutcomesEvent event) {
    each.tell(listener -> listener.onOutcomes(event));
  }

  @Override
  public void onWindow(WindowEvent event) {
    each.tell(listener -> listener.onWindow(event));
  }

  @Override
  public void onQueue(QueueState state) {
    each.tell(listener -> listener.onQueue(state));
  }
}
