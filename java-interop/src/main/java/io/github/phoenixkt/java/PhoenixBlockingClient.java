package io.github.phoenixkt.java;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueue;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client for the annotations of an Arize Phoenix server. Its methods wait for the answer. Create
 * one client and share it: it is thread-safe and reuses its connections.
 *
 * <pre>{@code
 * try (var phoenix = PhoenixBlockingClient.fromEnvironment()) {
 *   var annotation = SpanAnnotationData.builder(spanId, "correctness").label("correct").score(0.85).build();
 *   phoenix.spans().addSpanAnnotation(annotation); // queued
 *   InsertedAnnotation stored = phoenix.spans().addSpanAnnotationSync(annotation); // confirmed
 * }
 * }</pre>
 *
 * <p><b>Where to use it.</b> On threads that may block: servlet threads, threads of your own
 * executor, and virtual threads, where it does not pin the carrier thread. Do not use it in a
 * Kotlin coroutine or on an event-loop thread (Netty, Vert.x, reactive pipelines): a blocked
 * event-loop thread does nothing else, and the call may need that very thread to finish. Use {@link
 * PhoenixAsyncClient} there.
 *
 * <p><b>Errors.</b> Every method may throw a {@link PhoenixException}. It throws an {@link
 * IllegalArgumentException} if an argument cannot be sent, for instance a name or an id with a NUL
 * character or an unpaired surrogate; an {@link IllegalStateException} if the client is closed; and
 * a {@link NullPointerException} that names the parameter if an argument is null. All are
 * unchecked, and their stack traces lead to the caller.
 *
 * <p><b>Interrupts.</b> Interrupting a waiting thread cancels the request. The method throws {@link
 * PhoenixException.Interrupted}, and the thread's interrupt flag is set. If the thread is already
 * interrupted, nothing is sent.
 *
 * <p><b>Streams.</b> Many reads return a {@link Stream} that fetches a page once the page before
 * has been read. Close a stream that you do not read to its end, best with try-with-resources. If a
 * page cannot be read, {@link PhoenixException#getReadProgress} tells where to continue.
 *
 * <pre>{@code
 * try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(spanIds)) {
 *   stored.filter(a -> a.getScore() != null).findFirst();
 * }
 * }</pre>
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
public interface PhoenixBlockingClient extends AutoCloseable {
  /**
   * Creates a client from settings.
   *
   * @param settings where the server is and how to call it
   * @return a client, which the caller closes
   */
  static PhoenixBlockingClient create(PhoenixSettings settings) {
    return PhoenixAsyncClient.create(settings).blocking();
  }

  /**
   * Creates a client from the environment: system properties, environment variables and {@code
   * .env.phoenix}.
   *
   * @return a client, which the caller closes
   */
  static PhoenixBlockingClient fromEnvironment() {
    return PhoenixAsyncClient.fromEnvironment().blocking();
  }

  /**
   * Returns a blocking client that shares everything with a Kotlin client.
   *
   * @param client the Kotlin client; closing the returned client does not close it
   * @return another form of the same client
   */
  static PhoenixBlockingClient of(PhoenixClient client) {
    return PhoenixAsyncClient.of(client).blocking();
  }

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
  PhoenixBlockingClient withOptions(CallOptions options);

  /**
   * Returns the form of this client whose methods return futures. It shares everything with this
   * client: closing it closes this client.
   *
   * @return the async form
   */
  PhoenixAsyncClient async();

  /**
   * Writes annotations of every target kind, and uploads any number of them.
   *
   * @return always the same object
   */
  BlockingAnnotationsResource annotations();

  /**
   * Spans, and the annotations of spans and of their retrieved documents.
   *
   * @return always the same object
   */
  BlockingSpansResource spans();

  /**
   * Traces and their annotations.
   *
   * @return always the same object
   */
  BlockingTracesResource traces();

  /**
   * Sessions and their annotations.
   *
   * @return always the same object
   */
  BlockingSessionsResource sessions();

  /**
   * Annotation configs: the rubrics that people follow when they annotate in the web UI.
   *
   * @return always the same object
   */
  BlockingAnnotationConfigsResource annotationConfigs();

  /**
   * Projects. Phoenix keeps the traces of each application in a project.
   *
   * @return always the same object
   */
  BlockingProjectsResource projects();

  /**
   * Starts a queue that writes annotations and notes in the background. Closing the queue reports
   * what was not sent. Closing the client closes its queues.
   *
   * @param options how the queue works
   * @return a queue, which the caller closes
   * @throws IllegalArgumentException if the spool folder cannot be used
   * @throws IllegalStateException if another queue uses the spool folder, or the client is closed
   */
  BlockingAnnotationQueue annotationQueue(AnnotationQueueOptions options);

  /**
   * Returns a queue of the Kotlin client in its blocking form.
   *
   * @param queue the queue
   * @return another form of the same queue: closing one closes the other
   */
  BlockingAnnotationQueue annotationQueueOf(AnnotationQueue queue);

  /**
   * Returns the server's version. The client asks once and remembers the answer.
   *
   * @return the version, or null if the server does not tell it
   */
  @Nullable ServerVersion serverVersion();

  /**
   * Closes the client's annotation queues, then the client, and frees its connections. Each queue
   * sends what waits, for up to its {@code closeTimeout}, while this call blocks. Other calls that
   * are still running throw an {@link IllegalStateException}. A client from {@link #of} does
   * nothing: close the Kotlin client. A client that is never closed does not keep the JVM running.
   */
  @Override
  void close();
}
