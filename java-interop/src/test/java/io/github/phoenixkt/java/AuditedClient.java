package io.github.phoenixkt.java;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user writes to decorate a client. */
final class AuditedClient implements PhoenixBlockingClient {
  private final PhoenixBlockingClient client;
  private final List<String> audit;

  AuditedClient(PhoenixBlockingClient client, List<String> audit) {
    this.client = client;
    this.audit = audit;
  }

  @Override
  public BlockingSpansResource spans() {
    return new AuditedSpans(client.spans(), audit);
  }

  @Override
  public CallOptions options() {
    return client.options();
  }

  @Override
  public PhoenixBlockingClient withOptions(CallOptions options) {
    return new AuditedClient(client.withOptions(options), audit);
  }

  @Override
  public PhoenixAsyncClient async() {
    return client.async();
  }

  @Override
  public BlockingAnnotationsResource annotations() {
    return client.annotations();
  }

  @Override
  public BlockingTracesResource traces() {
    return client.traces();
  }

  @Override
  public BlockingSessionsResource sessions() {
    return client.sessions();
  }

  @Override
  public BlockingAnnotationConfigsResource annotationConfigs() {
    return client.annotationConfigs();
  }

  @Override
  public BlockingProjectsResource projects() {
    return client.projects();
  }

  @Override
  public BlockingAnnotationQueue annotationQueue(AnnotationQueueOptions options) {
    return client.annotationQueue(options);
  }

  @Override
  public BlockingAnnotationQueue annotationQueueOf(AnnotationQueue queue) {
    return client.annotationQueueOf(queue);
  }

  @Override
  public @Nullable ServerVersion serverVersion() {
    return client.serverVersion();
  }

  @Override
  public void close() {
    client.close();
  }
}
