package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client for the annotations of an Arize Phoenix server whose methods give a {@link
 * CompletableFuture}. Make one and share it: it is thread-safe and keeps its connections.
 *
 * <pre>{@code
 * var phoenix = PhoenixAsyncClient.fromEnvironment();
 * var annotation = SpanAnnotationData.builder(spanId, "correctness").label("correct").score(0.85).build();
 * CompletableFuture<InsertedAnnotation> stored = phoenix.spans().addSpanAnnotationSync(annotation);
 * }</pre>
 *
 * <p><b>Errors.</b> A future fails with a {@link io.github.phoenixkt.PhoenixException}, with an
 * {@link IllegalArgumentException} for arguments that cannot be sent, or with an {@link
 * IllegalStateException} when the client is closed. {@code join()} gives it as the cause of a
 * {@link java.util.concurrent.CompletionException}, {@code get()} as that of an {@link
 * java.util.concurrent.ExecutionException}. Only null arguments are told at once, by a {@link
 * NullPointerException} that names the parameter.
 *
 * <p><b>Cancelling.</b> Cancelling a future that a method gave, or completing it in another way (as
 * {@code orTimeout} does), ends its request and frees the connection. Cancelling a
 * <em>dependent</em> stage ({@code thenApply(…).cancel(true)}) does not: {@code CompletableFuture}
 * tells nobody.
 *
 * <p><b>Threads.</b> Futures are completed, and so the stages that depend on them run, by the
 * executor of {@link #withExecutor}; without one by that of {@code CompletableFuture} itself, the
 * common pool.
 *
 * <p>Supports Phoenix 12.2 and newer fully; on 9.0 to 12.1 what is there, and every write is
 * confirmed; older servers not at all ({@link io.github.phoenixkt.PhoenixException.ServerTooOld}).
 */
public final class PhoenixAsyncClient implements AutoCloseable {
  private final Calls calls;
  private final Executor executor;
  private final boolean owner;
  private final AsyncAnnotationsResource annotations;
  private final AsyncSpansResource spans;
  private final AsyncTracesResource traces;
  private final AsyncSessionsResource sessions;
  private final AsyncAnnotationConfigsResource annotationConfigs;
  private final AsyncProjectsResource projects;

  private PhoenixAsyncClient(PhoenixClient client, boolean owner, Executor executor) {
    this.calls = new Calls(client, executor);
    this.executor = executor;
    this.owner = owner;
    this.annotations = new AsyncAnnotationsResource(calls);
    this.spans = new AsyncSpansResource(calls);
    this.traces = new AsyncTracesResource(calls);
    this.sessions = new AsyncSessionsResource(calls);
    this.annotationConfigs = new AsyncAnnotationConfigsResource(calls);
    this.projects = new AsyncProjectsResource(calls);
  }

  /**
   * A client by settings; what they leave open comes from the environment.
   *
   * @param settings where the server is and how to talk to it
   * @return a client, to be closed by the caller
   */
  public static PhoenixAsyncClient create(PhoenixSettings settings) {
    return new PhoenixAsyncClient(
        PhoenixClient.create(requireNonNull(settings, "settings")), true, defaultExecutor());
  }

  /**
   * A client by the environment alone: system properties, environment variables, {@code
   * .env.phoenix}.
   *
   * @return a client, to be closed by the caller
   */
  public static PhoenixAsyncClient fromEnvironment() {
    return create(PhoenixSettings.fromEnvironment());
  }

  /**
   * A client that shares everything with a Kotlin client, its life included.
   *
   * @param client who made it closes it; closing the client that is returned does nothing
   * @return the same client in another form
   */
  public static PhoenixAsyncClient of(PhoenixClient client) {
    return new PhoenixAsyncClient(requireNonNull(client, "client"), false, defaultExecutor());
  }

  /** Of CompletableFuture's own: it can take stages that block, as the client's threads cannot. */
  private static Executor defaultExecutor() {
    return new CompletableFuture<@Nullable Void>().defaultExecutor();
  }

  /**
   * A view of this client whose futures are completed by an executor, and which shares everything
   * else, its life included: closing the view closes this client.
   *
   * <p>When the executor rejects a completion, the future fails with a {@link
   * java.util.concurrent.RejectedExecutionException} that tells what the call did. An executor that
   * drops tasks without a word leaves futures that are never done.
   *
   * <p>An executor that runs tasks where it is called, as {@code Runnable::run} does, lends the
   * stages the client's own few threads. It suits stages that only compute: one that waits for
   * another call, for instance through {@link #blocking}, can stop the client for good.
   *
   * @param executor what completes the futures; it is not closed with the client
   * @return another view
   */
  public PhoenixAsyncClient withExecutor(Executor executor) {
    return new PhoenixAsyncClient(calls.client, owner, requireNonNull(executor, "executor"));
  }

  /**
   * A view of this client whose calls have these options, and which shares everything else, its
   * life included: closing the view closes this client.
   *
   * @param options the only options of the view
   * @return another view
   */
  public PhoenixAsyncClient withOptions(CallOptions options) {
    PhoenixClient view = calls.client.withOptions(requireNonNull(options, "options"));
    return new PhoenixAsyncClient(view, owner, executor);
  }

  /**
   * This client in the form whose methods wait. It shares everything, its life included: closing it
   * closes this client. It does not wait for the executor of this one.
   *
   * @return the other form
   */
  public PhoenixBlockingClient blocking() {
    return new PhoenixBlockingClient(this);
  }

  /** This client with futures that depend on no executor, so that a thread of one can wait. */
  PhoenixAsyncClient direct() {
    return new PhoenixAsyncClient(calls.client, owner, Runnable::run);
  }

  Calls calls() {
    return calls;
  }

  /**
   * Writing annotations of all levels under one roof, and uploads.
   *
   * @return always the same
   */
  public AsyncAnnotationsResource annotations() {
    return annotations;
  }

  /**
   * Spans, and the annotations of spans and of their retrieved documents.
   *
   * @return always the same
   */
  public AsyncSpansResource spans() {
    return spans;
  }

  /**
   * The annotations of traces.
   *
   * @return always the same
   */
  public AsyncTracesResource traces() {
    return traces;
  }

  /**
   * The annotations of sessions.
   *
   * @return always the same
   */
  public AsyncSessionsResource sessions() {
    return sessions;
  }

  /**
   * The rubrics that people annotate by in the web UI.
   *
   * @return always the same
   */
  public AsyncAnnotationConfigsResource annotationConfigs() {
    return annotationConfigs;
  }

  /**
   * Projects: where Phoenix keeps the traces of one application each.
   *
   * @return always the same
   */
  public AsyncProjectsResource projects() {
    return projects;
  }

  /**
   * A queue that writes annotations and notes in the background. Close it before the client.
   *
   * @param options how it works
   * @return a queue, to be closed by the caller
   * @throws IllegalArgumentException if the spool folder cannot be used
   * @throws IllegalStateException if another queue uses that folder
   */
  public AsyncAnnotationQueue annotationQueue(AnnotationQueueOptions options) {
    return new AsyncAnnotationQueue(
        calls, calls.client.annotationQueue(requireNonNull(options, "options")));
  }

  /**
   * The server's version, asked for once.
   *
   * @return null when the server does not tell
   */
  public CompletableFuture<@Nullable ServerVersion> serverVersion() {
    return calls.call(k -> calls.client.serverVersion(k));
  }

  /**
   * Ends what is in flight ({@link IllegalStateException} there) and frees the connections. Does
   * nothing where {@link #of} made the client. The JVM ends with or without it.
   */
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
