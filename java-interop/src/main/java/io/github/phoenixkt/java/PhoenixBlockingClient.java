package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.ServerVersion;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import org.jspecify.annotations.Nullable;

/**
 * A client for the annotations of an Arize Phoenix server whose methods wait for the answer. Make
 * one and share it: it is thread-safe and keeps its connections.
 *
 * <pre>{@code
 * try (var phoenix = PhoenixBlockingClient.fromEnvironment()) {
 *   var annotation = SpanAnnotationData.builder(spanId, "correctness").label("correct").score(0.85).build();
 *   phoenix.spans().addSpanAnnotation(annotation); // queued
 *   InsertedAnnotation stored = phoenix.spans().addSpanAnnotationSync(annotation); // confirmed
 * }
 * }</pre>
 *
 * <p><b>Where to use it.</b> On threads that may wait: those of a servlet container, of an executor
 * of yours, and virtual threads, where it costs no carrier thread. Not inside a Kotlin coroutine
 * and not on an event-loop thread (Netty, Vert.x, reactive pipelines): while such a thread waits,
 * it does nothing else, and what it waits for may need that very thread. Use {@link
 * PhoenixAsyncClient} there.
 *
 * <p><b>Errors.</b> A method throws a {@link io.github.phoenixkt.PhoenixException}, an {@link
 * IllegalArgumentException} for arguments that cannot be sent (among them an id, a name, a cursor
 * or a filter with a NUL character or half a surrogate pair), an {@link IllegalStateException} when
 * the client is closed, or a {@link NullPointerException} that names the parameter. All are
 * unchecked, and their stack traces lead to the caller.
 *
 * <p><b>Interrupts.</b> An interrupt while a method waits cancels the request, and it throws {@link
 * io.github.phoenixkt.PhoenixException.Interrupted} with the thread's flag set again. On a thread
 * that is interrupted already it does so before anything is sent.
 *
 * <p><b>Streams.</b> Reads give a {@link java.util.stream.Stream} that asks for a page when the one
 * before has been read. Close it, best by try-with-resources, when you do not read it to its end:
 *
 * <pre>{@code
 * try (Stream<StoredAnnotation> stored = phoenix.spans().getSpanAnnotations(spanIds)) {
 *   stored.filter(a -> a.getScore() != null).findFirst();
 * }
 * }</pre>
 *
 * <p>Supports Phoenix 12.2 and newer fully; on 9.0 to 12.1 what is there, and every write is
 * confirmed; older servers not at all ({@link io.github.phoenixkt.PhoenixException.ServerTooOld}).
 */
public final class PhoenixBlockingClient implements AutoCloseable {
  private final PhoenixAsyncClient async;
  private final PhoenixAsyncClient direct;
  private final BlockingAnnotationsResource annotations;
  private final BlockingSpansResource spans;
  private final BlockingTracesResource traces;
  private final BlockingSessionsResource sessions;
  private final BlockingAnnotationConfigsResource annotationConfigs;
  private final BlockingProjectsResource projects;

  PhoenixBlockingClient(PhoenixAsyncClient async) {
    this.async = async;
    this.direct = async.direct();
    this.annotations = new BlockingAnnotationsResource(direct);
    this.spans = new BlockingSpansResource(direct);
    this.traces = new BlockingTracesResource(direct);
    this.sessions = new BlockingSessionsResource(direct);
    this.annotationConfigs = new BlockingAnnotationConfigsResource(direct);
    this.projects = new BlockingProjectsResource(direct);
  }

  /**
   * A client by settings; what they leave open comes from the environment.
   *
   * @param settings where the server is and how to talk to it
   * @return a client, to be closed by the caller
   */
  public static PhoenixBlockingClient create(PhoenixSettings settings) {
    return PhoenixAsyncClient.create(settings).blocking();
  }

  /**
   * A client by the environment alone: system properties, environment variables, {@code
   * .env.phoenix}.
   *
   * @return a client, to be closed by the caller
   */
  public static PhoenixBlockingClient fromEnvironment() {
    return PhoenixAsyncClient.fromEnvironment().blocking();
  }

  /**
   * A client that shares everything with a Kotlin client, its life included.
   *
   * @param client who made it closes it; closing the client that is returned does nothing
   * @return the same client in another form
   */
  public static PhoenixBlockingClient of(PhoenixClient client) {
    return PhoenixAsyncClient.of(client).blocking();
  }

  /**
   * A view of this client whose calls have these options, and which shares everything else, its
   * life included: closing the view closes this client.
   *
   * @param options the only options of the view
   * @return another view
   */
  public PhoenixBlockingClient withOptions(CallOptions options) {
    return async.withOptions(options).blocking();
  }

  /**
   * This client in the form that gives futures. It shares everything, its life included: closing it
   * closes this client.
   *
   * @return the other form
   */
  public PhoenixAsyncClient async() {
    return async;
  }

  /**
   * Writing annotations of all levels under one roof, and uploads.
   *
   * @return always the same
   */
  public BlockingAnnotationsResource annotations() {
    return annotations;
  }

  /**
   * Spans, and the annotations of spans and of their retrieved documents.
   *
   * @return always the same
   */
  public BlockingSpansResource spans() {
    return spans;
  }

  /**
   * The annotations of traces.
   *
   * @return always the same
   */
  public BlockingTracesResource traces() {
    return traces;
  }

  /**
   * The annotations of sessions.
   *
   * @return always the same
   */
  public BlockingSessionsResource sessions() {
    return sessions;
  }

  /**
   * The rubrics that people annotate by in the web UI.
   *
   * @return always the same
   */
  public BlockingAnnotationConfigsResource annotationConfigs() {
    return annotationConfigs;
  }

  /**
   * Projects: where Phoenix keeps the traces of one application each.
   *
   * @return always the same
   */
  public BlockingProjectsResource projects() {
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
  public BlockingAnnotationQueue annotationQueue(AnnotationQueueOptions options) {
    return new DefaultBlockingAnnotationQueue(direct.annotationQueue(options));
  }

  /**
   * The server's version, asked for once.
   *
   * @return null when the server does not tell
   */
  public @Nullable ServerVersion serverVersion() {
    return await(direct::serverVersion);
  }

  /**
   * Ends what is in flight ({@link IllegalStateException} there) and frees the connections. Does
   * nothing where {@link #of} made the client. The JVM ends with or without it.
   */
  @Override
  public void close() {
    async.close();
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "PhoenixBlockingClient of " + async.calls().client;
  }
}
