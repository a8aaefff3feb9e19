package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.AnnotationData;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import kotlin.Unit;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;

/** The rows of a caller's stream, read on threads of his choice and closed at the end. */
final class StreamRows<T> {
  private final Stream<? extends T> stream;
  private final Function<? super T, ? extends AnnotationData> mapper;
  private final AtomicBoolean closed = new AtomicBoolean();

  StreamRows(Stream<? extends T> stream, Function<? super T, ? extends AnnotationData> mapper) {
    this.stream = stream;
    this.mapper = mapper;
  }

  /**
   * @param reader the only one that touches the stream
   */
  Flow<AnnotationData> asFlow(Executor reader) {
    Flow<AnnotationData> rows = FlowKt.asFlow((Iterable<AnnotationData>) this::iterator);
    Flow<AnnotationData> closing =
        FlowKt.onCompletion(
            rows,
            (collector, failure, continuation) -> {
              close();
              return Unit.INSTANCE;
            });
    return FlowKt.flowOn(closing, ExecutorsKt.from(reader));
  }

  /** Also for a stream that nobody began to read. */
  void close() {
    if (closed.compareAndSet(false, true)) {
      stream.close();
    }
  }

  private Iterator<AnnotationData> iterator() {
    Iterator<? extends T> items = stream.iterator();
    return new Iterator<>() {
      private long number;

      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public AnnotationData next() {
        return Checks.map(items.next(), number++, mapper);
      }
    };
  }
}
