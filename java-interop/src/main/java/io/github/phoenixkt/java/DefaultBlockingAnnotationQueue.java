package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueReport;
import io.github.phoenixkt.queue.QueueState;
import java.time.Duration;

final class DefaultBlockingAnnotationQueue implements BlockingAnnotationQueue {
  private final AsyncAnnotationQueue async;

  DefaultBlockingAnnotationQueue(AsyncAnnotationQueue async) {
    this.async = async;
  }

  @Override
  public Offer offer(AnnotationData annotation) {
    return async.offer(annotation);
  }

  @Override
  public Offer offer(NoteData note) {
    return async.offer(note);
  }

  @Override
  public Offer send(AnnotationData annotation) {
    return await(() -> async.send(annotation));
  }

  @Override
  public Offer send(NoteData note) {
    return await(() -> async.send(note));
  }

  @Override
  public boolean flush(Duration timeout) {
    return await(() -> async.flush(timeout));
  }

  @Override
  public QueueReport close(Duration timeout) {
    return await(() -> async.close(timeout));
  }

  @Override
  public void close() {
    async.close();
  }

  @Override
  public QueueState state() {
    return async.state();
  }

  @Override
  public String toString() {
    return async.toString();
  }
}
