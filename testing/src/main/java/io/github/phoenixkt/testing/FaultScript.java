package io.github.phoenixkt.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The faults still to happen, in order. */
final class FaultScript {
  private static final int FOR_EVER = Integer.MAX_VALUE;

  private static final class Pending {
    final Fault fault;
    int left;

    Pending(Fault fault) {
      this.fault = fault;
      this.left = fault.count();
    }
  }

  private final Deque<Pending> pending = new ArrayDeque<>();

  synchronized void add(Fault fault) {
    pending.add(new Pending(fault));
  }

  synchronized void clear() {
    pending.clear();
  }

  synchronized int size() {
    return (int) Math.min(FOR_EVER, pending.stream().mapToLong(p -> p.left).sum());
  }

  /** The first fault that is meant for the request; it is used up. */
  synchronized @Nullable Fault take(ReceivedRequest request) {
    for (Iterator<Pending> iterator = pending.iterator(); iterator.hasNext(); ) {
      Pending next = iterator.next();
      if (next.fault.matches(request)) {
        if (next.left != FOR_EVER && --next.left == 0) {
          iterator.remove();
        }
        return next.fault;
      }
    }
    return null;
  }
}
