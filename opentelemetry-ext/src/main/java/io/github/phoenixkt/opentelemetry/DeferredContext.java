package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Comparator;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The context of work that is described at one place and done at another, by its consumer. */
final class DeferredContext {
  private final Context described;

  private DeferredContext(Context described) {
    this.described = described;
  }

  static DeferredContext of(PhoenixContext context) {
    return new DeferredContext(context.storeInContext(Context.current()));
  }

  /**
   * The OpenTelemetry context for work that is done in the current one. The consumer's span stays
   * the parent, so that lazy work is part of the trace of the request that it is done for.
   */
  Context here() {
    Context current = Context.current();
    return Span.fromContext(current).getSpanContext().isValid()
        ? PhoenixSnapshot.from(described).storeInContext(current)
        : described;
  }

  <T> Stream<T> wrap(Stream<T> stream) {
    boolean parallel = stream.isParallel();
    Spliterator<T> work = stream.spliterator();
    return StreamSupport.stream(new InContext<>(work), parallel).onClose(stream::close);
  }

  @SuppressWarnings("try") // The scope is opened for what it does, not for its name.
  private final class InContext<T> implements Spliterator<T> {
    private final Spliterator<T> work;

    InContext(Spliterator<T> work) {
      this.work = work;
    }

    /** The element leaves the context before the consumer gets it. */
    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
      Held<T> held = new Held<>();
      try (Scope scope = here().makeCurrent()) {
        if (!work.tryAdvance(held)) {
          return false;
        }
      }
      action.accept(held.element);
      return true;
    }

    @Override
    public @Nullable Spliterator<T> trySplit() {
      try (Scope scope = here().makeCurrent()) {
        Spliterator<T> part = work.trySplit();
        return part == null ? null : new InContext<>(part);
      }
    }

    @Override
    public long estimateSize() {
      return work.estimateSize();
    }

    @Override
    public int characteristics() {
      return work.characteristics();
    }

    @Override
    public Comparator<? super T> getComparator() {
      return work.getComparator();
    }
  }

  private static final class Held<T> implements Consumer<T> {
    private T element;

    @Override
    public void accept(T value) {
      element = value;
    }
  }
}
