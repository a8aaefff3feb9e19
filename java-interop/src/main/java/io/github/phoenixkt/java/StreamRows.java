package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.upload.ReaderFlow;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.Spliterators.AbstractSpliterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

  StreamRows(
      Stream<? extends T> stream, Function<? super T, ? extends @Nullable AnnotationData> mapper) {
    this.stream = stream;
    this.mapper = mapper;
  }

  /**
   * @param reader the only one that touches the stream
   * @param interrupt makes a reader return that waits for an item
   */
  Flow<AnnotationData> asFlow(Executor reader, Runnable interrupt) {
    Flow<AnnotationData> rows =
        FlowKt.onCompletion(
            FlowKt.asFlow((Iterable<AnnotationData>) () -> Spliterators.iterator(new Rows())),
            (collector, cause, continuation) -> {
              close(cause);
              return Unit.INSTANCE;
            });
    return new ReaderFlow(
        rows,
        ExecutorsKt.from(reader),
        () -> {
          stop();
          interrupt.run();
        });
  }

  /** Stops reading. Without it, a cancelled flow may still start and read an item. */
  void stop() {
    stopped = true;
  }

  /** Closes the stream if it was never read. */
  void close() {
    try {
      close(null);
    } catch (RuntimeException | Error e) {
      // The upload was cancelled before it began, and nobody waits for it.
    }
  }

  /** A failure to close does not hide that of the stream or of the mapper. */
  private void close(@Nullable Throwable failure) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      stream.close();
    } catch (RuntimeException | Error e) {
      if (failure == null || failure instanceof CancellationException) {
        throw e;
      }
      if (failure != e) {
        failure.addSuppressed(e);
      }
    }
  }

  private final class Rows extends AbstractSpliterator<AnnotationData> {
    private @Nullable Iterator<? extends T> items;
    private long number;

    Rows() {
      super(Long.MAX_VALUE, ORDERED | NONNULL);
    }

    @Override
    public boolean tryAdvance(Consumer<? super AnnotationData> action) {
      AnnotationData next = stopped ? null : read();
      if (next != null) {
        action.accept(next);
      }
      return next != null;
    }

    private @Nullable AnnotationData read() {
      if (items == null) {
        items = stream.iterator();
      }
      return items.hasNext() ? Checks.map(items.next(), number++, mapper) : null;
    }
  }
}
