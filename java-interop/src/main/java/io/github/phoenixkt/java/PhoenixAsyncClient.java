package io.github.phoenixkt.java;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A client for the annotations of an Arize Phoenix server. Its methods return a {@link
 * CompletableFuture}. Create one client and share it: it is thread-safe and reuses its connections.
 *
 * <pre>{@code
 * var phoenix = PhoenixAsyncClient.fromEnvironment();
 * var annotation = SpanAnnotationData.builder(spanId, "correctness").label("correct").score(0.85).build();
 * CompletableFuture<InsertedAnnotation> stored = phoenix.spans().addSpanAnnotationSync(annotation);
 * }</pre>
 *
 * <p><b>Errors.</b> A future fails with a {@link PhoenixException}, with an {@link
 * IllegalArgumentException} if an argument cannot be sent, or with an {@link IllegalStateException}
 * if the client is closed. {@code join()} wraps the failure in a {@link CompletionException}, and
 * {@code get()} in an {@link ExecutionException}. Only a null argument makes the method itself
 * throw: a {@link NullPointerException} that names the parameter.
 *
 * <p><b>Cancelling.</b> Cancelling a future from this client, or completing it in another way (as
 * {@code orTimeout} does), ends its request and frees the connection. Cancelling a
 * <em>dependent</em> stage ({@code thenApply(…).cancel(true)}) does not end the request.
 *
 * <p><b>Threads.</b> The executor of {@link #withExecutor} completes the futures, and so runs the
 * stages that depend on them. By default it is the default executor of {@code CompletableFuture}:
 * the common pool.
 *
 * <p><b>Lists.</b> Methods that return a list hold all of it in memory. If a page cannot be read,
 * the future fails, and the items read so far are discarded. To read many items, use the methods
 * whose names end in {@code Page}.
 *
 * <p><b>Servers.</b> Phoenix 12.2 and newer is fully supported. On 9.0 to 12.1 the client offers
 * what the server has, and confirms every write. Older servers are not supported ({@link
 * PhoenixException.ServerTooOld}).
 *
 * <p><b>Decorating and mocking.</b> The client and its resources are interfaces, so you can mock
 * them, put a proxy in front of them, or implement them by delegation. Most overloads are default
 * methods that call the longest form: a decorator that overrides only the longest form changes all
 * of them. The interfaces grow with Phoenix. A new method is a default method, which throws {@link
 * UnsupportedOperationException} where your implementation does not have it.
 */
public interface PhoenixAsyncClient extends AutoCloseable {
  /**
   * Creates a client from settings.
   *
   * @param settings where the server is and how to call it
   * @return a client, which the caller closes
   */
  static PhoenixAsyncClient create(PhoenixSettings settings) {
    return DefaultPhoenixAsyncClient.create(settings);
  }

  /**
   * Creates a client from the environment: system properties, environment variables and {@code
   * .env.phoenix}.
   *
   * @return a client, which the caller closes
   */
  static PhoenixAsyncClient fromEnvironment() {
    return create(PhoenixSettings.fromEnvironment());
  }

  /**
   * Returns an async client that shares everything with a Kotlin client.
   *
   * @param client the Kotlin client; closing the returned client does not close it
   * @return another form of the same client
   */
  static PhoenixAsyncClient of(PhoenixClient client) {
    return DefaultPhoenixAsyncClient.of(client);
  }

  /**
   * Returns a view of this client whose futures are completed by an executor. The view shares
   * everything else with this client: closing the view closes this client.
   *
   * <p>If the executor rejects a completion, the future fails with a {@link
   * RejectedExecutionException} that has the outcome of the call. If the executor drops a task
   * silently, its future never completes.
   *
   * <p>An executor that runs tasks in place, such as {@code Runnable::run}, runs your stages on the
   * client's own few threads. Use it only for stages that do not block. A stage that waits for
   * another call, for instance through {@link #blocking}, can stop the client forever.
   *
   * @param executor completes the futures; closing the client does not close it
   * @return the view
   */
  PhoenixAsyncClient withExecutor(Executor executor);

  /**
   * Returns the options of this client's calls: none, unless it is a view from {@link
   * #withOptions}.
   *
   * @return the options
   */
  CallOptions options();

  /**
   * Returns a view of this client whose calls use exactly these options. The view shares everything
   * else with this client: closing the view closes this client.
   *
   * @param options the options of the view
   * @return the view
   */
  PhoenixAsyncClient withOptions(CallOptions options);

  /**
   * Returns the blocking form of this client. It shares everything with this client: closing it
   * closes this client. It does not use the executor of this client.
   *
   * @return the blocking form
   */
  PhoenixBlockingClient blocking();

  /**
   * Writes annotations of every target kind, and uploads any number of them.
   *
   * @return always the same object
   */
  AsyncAnnotationsResource annotations();

  /**
   * Spans, and the annotations of spans and of their retrieved documents.
   *
   * @return always the same object
   */
  AsyncSpansResource spans();

  /**
   * Traces and their annotations.
   *
   * @return always the same object
   */
  AsyncTracesResource traces();

  /**
   * Sessions and their annotations.
   *
   * @return always the same object
   */
  AsyncSessionsResource sessions();

  /**
   * Annotation configs: the rubrics that people follow when they annotate in the web UI.
   *
   * @return always the same object
   */
  AsyncAnnotationConfigsResource annotationConfigs();

  /**
   * Projects. Phoenix keeps the traces of each application in a project.
   *
   * @return always the same object
   */
  AsyncProjectsResource projects();

  /**
   * Starts a queue that writes annotations and notes in the background. Closing the queue reports
   * what was not sent. Closing the client closes its queues.
   *
   * @param options how the queue works
   * @return a queue, which the caller closes
   * @throws IllegalArgumentException if the spool folder cannot be used
   * @throws IllegalStateException if another queue uses the spool folder, or the client is closed
   */
  AsyncAnnotationQueue annotationQueue(AnnotationQueueOptions options);

  /**
   * Returns a queue of the Kotlin client in its async form.
   *
   * @param queue the queue
   * @return another form of the same queue: closing one closes the other
   */
  AsyncAnnotationQueue annotationQueueOf(AnnotationQueue queue);

  /**
   * Returns the server's version. The client asks once and remembers the answer.
   *
   * @return completes with the version, or with null if the server does not tell it
   */
  CompletableFuture<@Nullable ServerVersion> serverVersion();

  /**
   * Closes the client's annotation queues, then the client, and frees its connections. Each queue
   * sends what waits, for up to its {@code closeTimeout}, while this call blocks. Other calls that
   * are still running fail with an {@link IllegalStateException}. A client from {@link #of} does
   * nothing: close the Kotlin client. A client that is never closed does not keep the JVM running.
   */
  @Override
  void close();
}
