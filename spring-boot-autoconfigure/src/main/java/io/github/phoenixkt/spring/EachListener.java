package io.github.phoenixkt.spring;

import java.util.ArrayList;
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
    List<Throwable> failures = new ArrayList<>();
    for (L listener : listeners) {
      try {
        event.accept(listener);
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      // The client logs it, once.
      IllegalStateException thrown =
          new IllegalStateException("A listener has failed: " + failures.get(0), failures.get(0));
      failures.stream().skip(1).forEach(thrown::addSuppressed);
      throw thrown;
    }
  }
}
