package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.AnnotationData;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import kotlin.Unit;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a caller's stream on an executor, and closes the stream at the end. */
final class StreamRows<T extends @Nullable Object> {
  private final Stream<? extends T> stream;
  private final Function<? super T, ? extends @Nullable AnnotationData> mapper;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopped;

  /**
   * What the stream or the mapper threw. It is thrown only after the rows before it have been
   * passed on; the reader must not throw it, because that would cancel those rows.
   */
  private volatile @Nullable Throwable failure;

  StreamRows(
      Stream<? extends T> stream, Function<? super T, ? extends @Nullable AnnotationData> mapper) {
    this.stream = stream;
    this.mapper = mapper;
  }

  /**
   * @param reader the only one that touches the stream
   */
  Flow<AnnotationData> asFlow(Executor reader) {
    Flow<AnnotationData> rows =
        FlowKt.cancellable(FlowKt.asFlow((Iterable<AnnotationData>) Rows::new));
    Flow<AnnotationData> closing =
        FlowKt.onCompletion(
            rows,
            (collector, cause, continuation) -> {
              close();
              return Unit.INSTANCE;
            });
    return FlowKt.onCompletion(
        FlowKt.flowOn(closing, ExecutorsKt.from(reader)),
        (collector, cause, continuation) -> {
          if (failure instanceof RuntimeException e) {
            throw e;
          }
          if (failure instanceof Error e) {
            throw e;
          }
          return Unit.INSTANCE;
        });
  }

  /** Stops reading. Without it, a cancelled flow may still start and read an item. */
  void stop() {
    stopped = true;
  }

  /** Closes the stream, even if it was never read. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      stream.close();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    Throwable first = failure;
    if (first == null) {
      failure = e;
    } else if (first != e) {
      first.addSuppressed(e);
    }
  }

  /** Ends at the row where the stream or the mapper fails. */
  private final class Rows implements Iterator<AnnotationData> {
    private @Nullable Iterator<? extends T> items;
    private @Nullable AnnotationData next;
    private long number;

    @Override
    public boolean hasNext() {
      if (next == null && failure == null && !stopped) {
        try {
          next = read();
        } catch (RuntimeException | Error e) {
          fail(e);
        }
      }
      return next != null;
    }

    private @Nullable AnnotationData read() {
      if (items == null) {
        items = stream.iterator();
      }
      return items.hasNext() ? Checks.map(items.next(), number++, mapper) : null;
    }

    @Override
    public AnnotationData next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      AnnotationData row = next;
      next = null;
      return row;
    }
  }
}
