package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

final class DefaultAsyncAnnotationQueue implements AsyncAnnotationQueue {
  private final Calls calls;
  private final AnnotationQueue queue;

  DefaultAsyncAnnotationQueue(Calls calls, AnnotationQueue queue) {
    this.calls = calls;
    this.queue = queue;
  }

  @Override
  public Offer offer(AnnotationData annotation) {
    return queue.offer(requireNonNull(annotation, "annotation"));
  }

  @Override
  public Offer offer(NoteData note) {
    return queue.offer(requireNonNull(note, "note"));
  }

  @Override
  public CompletableFuture<Offer> send(AnnotationData annotation) {
    requireNonNull(annotation, "annotation");
    return calls.call(k -> queue.send(annotation, k));
  }

  @Override
  public CompletableFuture<Offer> send(NoteData note) {
    requireNonNull(note, "note");
    return calls.call(k -> queue.send(note, k));
  }

  @Override
  public CompletableFuture<Boolean> flush(Duration timeout) {
    requireNonNull(timeout, "timeout");
    return calls.callFromHere(k -> queue.flush(timeout, k));
  }

  @Override
  public CompletableFuture<QueueReport> close(Duration timeout) {
    requireNonNull(timeout, "timeout");
    return calls.callFromHere(k -> queue.close(timeout, k));
  }

  @Override
  public void close() {
    queue.close();
  }

  @Override
  public QueueState state() {
    return queue.getState();
  }

  @Override
  public String toString() {
    return queue.toString();
  }
}
