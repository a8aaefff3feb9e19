package io.github.phoenixkt.java;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import kotlinx.coroutines.channels.BufferOverflow;
import kotlinx.coroutines.channels.ChannelIterator;
import kotlinx.coroutines.channels.ReceiveChannel;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import org.jspecify.annotations.Nullable;

/** Reads one of core's flows as a stream. No request is sent before the first item is read. */
final class FlowStream<T> implements Iterator<T> {
  private final Calls calls;
  private final Flow<T> flow;
  private @Nullable ReceiveChannel<T> channel;
  private @Nullable ChannelIterator<T> items;
  private boolean ended;
  private boolean ready;
  private volatile boolean closed;

  private FlowStream(Calls calls, Flow<T> flow) {
    this.calls = calls;
    this.flow = flow;
  }

  static <T> Stream<T> of(Calls calls, Flow<T> flow) {
    FlowStream<T> items = new FlowStream<>(calls, flow);
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(items, characteristics), /* parallel= */ false)
        .onClose(items::close);
  }

  @Override
  public boolean hasNext() {
    // Older versions of coroutines would take another item.
    if (ended || ready) {
      return ready;
    }
    try {
      ended = !Waiting.<Boolean>await(() -> calls.call(k -> begun().hasNext(k)));
    } catch (RuntimeException e) {
      close();
      throw e instanceof IllegalStateException && e.getCause() instanceof CancellationException
          ? new IllegalStateException("The stream is closed.", e)
          : e;
    }
    ready = !ended;
    return ready;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    return begun().next();
  }

  /** Unbuffered, so that a page is fetched only once the page before has been read. */
  private synchronized ChannelIterator<T> begun() {
    if (items == null) {
      Flow<T> unbuffered = FlowKt.buffer(flow, 0, BufferOverflow.SUSPEND);
      channel = FlowKt.produceIn(unbuffered, Calls.SCOPE);
      items = channel.iterator();
      if (closed) {
        channel.cancel((CancellationException) null);
      }
    }
    return items;
  }

  private synchronized void close() {
    closed = true;
    if (channel != null) {
      channel.cancel((CancellationException) null);
    }
  }
}
