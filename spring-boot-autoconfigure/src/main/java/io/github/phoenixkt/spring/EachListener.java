package io.github.phoenixkt.spring;

import java.util.List;
import java.util.function.Consumer;

/** Tells an event to several listeners. */
final class EachListener<L> {
  private final List<L> listeners;

  EachListener(List<L> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** One that throws must not cost the others their event. */
  void tell(Consumer<L> event) {
    RuntimeException failure = null;
    for (L listener : listeners) {
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
