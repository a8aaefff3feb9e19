package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Puts the async resources together. */
final class DefaultPhoenixAsyncClient implements PhoenixAsyncClient {
  private final Calls calls;
  private final Executor executor;
  private final boolean owner;
  private final DefaultAsyncAnnotationsResource annotations;
  private final DefaultAsyncSpansResource spans;
  private final DefaultAsyncTracesResource traces;
  private final DefaultAsyncSessionsResource sessions;
  private final DefaultAsyncAnnotationConfigsResource annotationConfigs;
  private final DefaultAsyncProjectsResource projects;

  private DefaultPhoenixAsyncClient(PhoenixClient client, boolean owner, Executor executor) {
    this.calls = new Calls(client, executor);
    this.executor = executor;
    this.owner = owner;
    this.annotations = new DefaultAsyncAnnotationsResource(calls);
    this.spans = new DefaultAsyncSpansResource(calls);
    this.traces = new DefaultAsyncTracesResource(calls);
    this.sessions = new DefaultAsyncSessionsResource(calls);
    this.annotationConfigs = new DefaultAsyncAnnotationConfigsResource(calls);
    this.projects = new DefaultAsyncProjectsResource(calls);
  }

  static DefaultPhoenixAsyncClient create(PhoenixSettings settings) {
    PhoenixClient client = PhoenixClient.create(requireNonNull(settings, "settings"));
    return new DefaultPhoenixAsyncClient(client, true, defaultExecutor());
  }

  static DefaultPhoenixAsyncClient of(PhoenixClient client) {
    return new DefaultPhoenixAsyncClient(
        requireNonNull(client, "client"), false, defaultExecutor());
  }

  /** That of CompletableFuture: it can run stages that block, as the client's threads cannot. */
  private static Executor defaultExecutor() {
    return new CompletableFuture<@Nullable Void>().defaultExecutor();
  }

  /** This client with futures that depend on no executor, so that a thread of one can wait. */
  DefaultPhoenixAsyncClient direct() {
    return new DefaultPhoenixAsyncClient(calls.client, owner, Runnable::run);
  }

  @Override
  public DefaultPhoenixAsyncClient withExecutor(Executor executor) {
    return new DefaultPhoenixAsyncClient(calls.client, owner, requireNonNull(executor, "executor"));
  }

  @Override
  public CallOptions options() {
    return calls.client.getOptions();
  }

  @Override
  public DefaultPhoenixAsyncClient withOptions(CallOptions options) {
    PhoenixClient view = calls.client.withOptions(requireNonNull(options, "options"));
    return new DefaultPhoenixAsyncClient(view, owner, executor);
  }

  @Override
  public DefaultPhoenixBlockingClient blocking() {
    return new DefaultPhoenixBlockingClient(this);
  }

  @Override
  public DefaultAsyncAnnotationsResource annotations() {
    return annotations;
  }

  @Override
  public DefaultAsyncSpansResource spans() {
    return spans;
  }

  @Override
  public DefaultAsyncTracesResource traces() {
    return traces;
  }

  @Override
  public DefaultAsyncSessionsResource sessions() {
    return sessions;
  }

  @Override
  public DefaultAsyncAnnotationConfigsResource annotationConfigs() {
    return annotationConfigs;
  }

  @Override
  public DefaultAsyncProjectsResource projects() {
    return projects;
  }

  @Override
  public AsyncAnnotationQueue annotationQueue(AnnotationQueueOptions options) {
    return annotationQueueOf(calls.client.annotationQueue(requireNonNull(options, "options")));
  }

  @Override
  public AsyncAnnotationQueue annotationQueueOf(AnnotationQueue queue) {
    return new DefaultAsyncAnnotationQueue(calls, requireNonNull(queue, "queue"));
  }

  @Override
  public CompletableFuture<@Nullable ServerVersion> serverVersion() {
    return calls.call(k -> calls.client.serverVersion(k));
  }

  @Override
  public void close() {
    if (owner) {
      calls.client.close();
    }
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "PhoenixAsyncClient of " + calls.client;
  }
}
