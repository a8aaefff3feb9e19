package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import org.jspecify.annotations.Nullable;

/** Puts the blocking resources together. */
final class DefaultPhoenixBlockingClient implements PhoenixBlockingClient {
  private final DefaultPhoenixAsyncClient async;

  /** What the resources wait for: its futures do not depend on the caller's executor. */
  private final DefaultPhoenixAsyncClient direct;

  private final BlockingAnnotationsResource annotations;
  private final BlockingSpansResource spans;
  private final BlockingTracesResource traces;
  private final BlockingSessionsResource sessions;
  private final BlockingAnnotationConfigsResource annotationConfigs;
  private final BlockingProjectsResource projects;

  DefaultPhoenixBlockingClient(DefaultPhoenixAsyncClient async) {
    this.async = async;
    this.direct = async.direct();
    this.annotations = new DefaultBlockingAnnotationsResource(direct.annotations());
    this.spans = new DefaultBlockingSpansResource(direct.spans());
    this.traces = new DefaultBlockingTracesResource(direct.traces());
    this.sessions = new DefaultBlockingSessionsResource(direct.sessions());
    this.annotationConfigs =
        new DefaultBlockingAnnotationConfigsResource(direct.annotationConfigs());
    this.projects = new DefaultBlockingProjectsResource(direct.projects());
  }

  @Override
  public CallOptions options() {
    return async.options();
  }

  @Override
  public PhoenixBlockingClient withOptions(CallOptions options) {
    return async.withOptions(options).blocking();
  }

  @Override
  public PhoenixAsyncClient async() {
    return async;
  }

  @Override
  public BlockingAnnotationsResource annotations() {
    return annotations;
  }

  @Override
  public BlockingSpansResource spans() {
    return spans;
  }

  @Override
  public BlockingTracesResource traces() {
    return traces;
  }

  @Override
  public BlockingSessionsResource sessions() {
    return sessions;
  }

  @Override
  public BlockingAnnotationConfigsResource annotationConfigs() {
    return annotationConfigs;
  }

  @Override
  public BlockingProjectsResource projects() {
    return projects;
  }

  @Override
  public BlockingAnnotationQueue annotationQueue(AnnotationQueueOptions options) {
    return new DefaultBlockingAnnotationQueue(direct.annotationQueue(options));
  }

  @Override
  public BlockingAnnotationQueue annotationQueueOf(AnnotationQueue queue) {
    return new DefaultBlockingAnnotationQueue(direct.annotationQueueOf(queue));
  }

  @Override
  public @Nullable ServerVersion serverVersion() {
    return await(direct::serverVersion);
  }

  @Override
  public void close() {
    async.close();
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return async.toString().replace("Async", "Blocking");
  }
}
