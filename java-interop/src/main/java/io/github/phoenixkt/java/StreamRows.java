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

/** The rows of a caller's stream, read on threads of his choice and closed at the end. */
final class StreamRows<T extends @Nullable Object> {
  private final Stream<? extends T> stream;
  private final Function<? super T, ? extends @Nullable AnnotationData> mapper;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopped;

  /**
   * What the stream or the mapper threw. It waits until the rows before it have been handed over:
   * thrown on the reader's side, it would cancel them.
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

  /** Nothing more is read: a flow that is cancelled may still begin, and would read an item. */
  void stop() {
    stopped = true;
  }

  /** Also for a stream that nobody began to read. */
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

  /** Ends where the stream or the mapper fails. */
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
