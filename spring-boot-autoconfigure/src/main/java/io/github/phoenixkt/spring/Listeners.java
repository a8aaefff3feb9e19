package io.github.phoenixkt.spring;

import io.github.phoenixkt.OutcomesEvent;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.RequestEvent;
import io.github.phoenixkt.RetryEvent;
import io.github.phoenixkt.WindowEvent;
import io.github.phoenixkt.queue.QueueState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All listeners of an application as the one that a client takes. */
final class Listeners implements PhoenixListener {
  private final List<PhoenixListener> listeners;

  private Listeners(List<PhoenixListener> listeners) {
    this.listeners = listeners;
  }

  static @Nullable PhoenixListener of(List<PhoenixListener> listeners) {
    return switch (listeners.size()) {
      case 0 -> null;
      case 1 -> listeners.get(0);
      default -> new Listeners(List.copyOf(listeners));
    };
  }

  @Override
  public void onRequest(RequestEvent event) {
    tell(listener -> listener.onRequest(event));
  }

  @Override
  public void onRetry(RetryEvent event) {
    tell(listener -> listener.onRetry(event));
  }

  @Override
  public void onOutcomes(OutcomesEvent event) {
    tell(listener -> listener.onOutcomes(event));
  }

  @Override
  public void onWindow(WindowEvent event) {
    tell(listener -> listener.onWindow(event));
  }

  @Override
  public void onQueue(QueueState state) {
    tell(listener -> listener.onQueue(state));
  }

  /** One that throws must not cost the others their event. */
  private void tell(Consumer<PhoenixListener> event) {
    RuntimeException failure = null;
    for (PhoenixListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure; // The client logs it, once.
    }
  }
}
