package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.CallOptions;
import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.RetrySettings;
import io.github.phoenixkt.TimeoutSettings;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationQuery;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.AsyncAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.faults.Fault.Trait;
import io.github.phoenixkt.java.faults.Fault.Way;
import io.github.phoenixkt.queue.AnnotationQueueOptions;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.Offer;
import io.github.phoenixkt.queue.QueueOutcome;
import io.github.phoenixkt.support.Await;
import io.github.phoenixkt.upload.UploadOptions;
import io.ktor.client.engine.HttpClientEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One fault, one call, one engine: what was said, and in what it is not true. */
final class Cell {
  static final String OURS = "new";
  static final String THEIRS = "other";
  private static final String OLD = "old";
  private static final int ROWS = 24;
  static final int LOST_ROW = 17;
  static final int CHUNK = 4;
  private static final int WINDOW = 8;
  private static final int SMALL_REPLY = 64 * 1024;
  private static final int LONGEST_SECONDS = 60;

  /** For the server to answer at all. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A queue tries again until it is closed: several times meanwhile. */
  private static final int QUEUE_OPEN_MILLIS = 1_200;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Fault fault;
  private final Call call;
  private final Engine engine;
  private final int skipped;
  private final Truth truth;
  private final String name = "cell-" + NUMBERS.incrementAndGet();

  Cell(Fault fault, Call call, Engine engine, int skipped, Truth truth) {
    this.fault = fault;
    this.call = call;
    this.engine = engine;
    this.skipped = skipped;
    this.truth = truth;
  }

  boolean isSlow() {
    return fault.is(Trait.SLOW);
  }

  /**
   * Where connections are refused from the first write on, an upload makes one request at a time:
   * no other one is cut off, so that whether a row was sent is certain. In the midst of an upload
   * there are several.
   */
  private boolean makesOneRequestAtATime() {
    return call.isUpload() && fault.is(Trait.REFUSES) && skipped == 0;
  }

  @Override
  public String toString() {
    String where = skipped == 0 ? "" : " at request " + (skipped + 1);
    return fault + where + " | " + call + " | " + engine;
  }

  /** Each in a sentence; empty when all is true. */
  List<String> lies() throws IOException, InterruptedException {
    try (Relay relay = new Relay(truth.server);
        HttpClientEngine http = engine.open(fault.way() == Way.TUNNEL ? relay.port() : 0)) {
      relay.speaksTls = fault.way() == Way.TLS_SERVER;
      relay.severalAtOnce = call.isUpload() && !makesOneRequestAtATime();
      PhoenixAsyncClient client = PhoenixAsyncClient.create(settings(relay, http));
      try {
        return lies(relay, client);
      } finally {
        client.close();
      }
    }
  }

  private List<String> lies(Relay relay, PhoenixAsyncClient client)
      throws IOException, InterruptedException {
    prepare();
    AtomicReference<Throwable> error = new AtomicReference<>();
    if (!fault.is(Trait.FRESH_CLIENT) && !Await.within(PATIENCE, () -> isKnown(client, error))) {
      throw new IOException(
          "the server did not answer before the fault began, the relay saw "
              + relay.connected
              + " connections and "
              + relay.received.size()
              + " requests",
          error.get());
    }
    relay.received.clear();
    relay.connected.set(0);
    relay.script = fault.script(skipped);
    Object said = make(client);
    relay.settle();
    Judge judge = new Judge(fault, call, name, relay, truth);
    if (call == Call.NOTE && said instanceof PhoenixException failure) {
      repeatNote(failure);
    }
    judge.awaitQueue();
    return judge.lies(said, spans().keySet());
  }

  /** A busy server may need longer than the client of this cell waits. */
  private boolean isKnown(PhoenixAsyncClient client, AtomicReference<Throwable> last) {
    return client
        .withOptions(CallOptions.builder().timeout(PATIENCE).build())
        .projects()
        .get(truth.project)
        .handle(
            (project, error) -> {
              last.set(error);
              return error == null;
            })
        .join();
  }

  /** Straight to the server, with the identifier that the exception names, if any. */
  private void repeatNote(PhoenixException error) {
    PhoenixSettings settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .endpoint(truth.server.toString())
            .build();
    try (PhoenixAsyncClient client = PhoenixAsyncClient.create(settings)) {
      String identifier = error.getNoteIdentifier();
      (identifier == null
              ? client.spans().addSpanNote(span(0), name)
              : client.spans().addSpanNote(span(0), name, identifier))
          .join();
    }
  }

  private PhoenixSettings settings(Relay relay, @Nullable HttpClientEngine http) {
    String endpoint =
        switch (fault.way()) {
          case PLAIN, TLS_SERVER -> "http://127.0.0.1:" + relay.port();
          case TLS_CLIENT -> "https://127.0.0.1:" + relay.port();
          case TUNNEL -> "https://phoenix.invalid:6006";
        };
    Duration patience = Duration.ofMillis(fault.patience());
    PhoenixSettings.Builder settings = PhoenixSettings.builder();
    if (http == null && fault.way() == Way.TUNNEL) {
      settings.proxy(Engine.proxy(relay.port()));
    }
    if (fault.is(Trait.SMALL_REPLIES)) {
      settings.replyLimit(SMALL_REPLY);
    }
    if (makesOneRequestAtATime()) {
      settings.maxConcurrentCalls(1);
    }
    return settings
        .environment(PhoenixEnvironment.empty())
        .endpoint(endpoint)
        .project(truth.project)
        .engine(http)
        .timeouts(
            TimeoutSettings.builder().connect(Duration.ofSeconds(5)).request(patience).build())
        .retry(
            RetrySettings.builder()
                .maxAttempts(3)
                .initialDelay(Duration.ofMillis(2))
                .maxDelay(Duration.ofMillis(20))
                .build())
        .build();
  }

  /** Every third row is there already, with another value. */
  private void prepare() {
    Map<String, String> old = new LinkedHashMap<>();
    spans()
        .forEach(
            (identifier, span) -> {
              if (number(identifier) % 3 == 0) {
                old.put(identifier, span);
              }
            });
    if (call.isUpload() || call == Call.READ) {
      truth.write(name, old, OLD);
    }
  }

  static int number(String identifier) {
    return Integer.parseInt(identifier.substring(identifier.lastIndexOf('.') + 1));
  }

  /** The rows of the cell: the span of each identifier. */
  private Map<String, String> spans() {
    Map<String, String> spans = new LinkedHashMap<>();
    for (int i = 0; i < (call.isUpload() || call == Call.READ ? ROWS : 1); i++) {
      String span = call.isUpload() && i == LOST_ROW ? "0000000000000000" : span(i);
      spans.put(name + "." + i, span);
    }
    return spans;
  }

  private String span(int i) {
    return truth.spans.get((i + name.length()) % Truth.SPANS);
  }

  /** A value, or the exception. */
  private Object make(PhoenixAsyncClient client) throws InterruptedException {
    CompletableFuture<?> answer =
        switch (call) {
          case ADD_SYNC -> client.spans().addSpanAnnotationSync(row(0));
          case ADD_QUEUED ->
              client.spans().addSpanAnnotation(row(0)).thenApply(nothing -> "queued");
          case NOTE -> client.spans().addSpanNote(span(0), name);
          case READ ->
              client
                  .spans()
                  .getSpanAnnotations(
                      AnnotationQuery.builder()
                          .ids(truth.spans)
                          .includeAnnotationNames(List.of(name))
                          .build());
          case BLOCKING ->
              CompletableFuture.supplyAsync(
                  () -> client.blocking().spans().addSpanAnnotationSync(row(0)), Matrix.THREADS);
          case QUEUE, QUEUE_NOTE ->
              CompletableFuture.supplyAsync(() -> throughQueue(client), Matrix.THREADS);
          case UPLOAD_CONFIRMED, UPLOAD_QUEUED, UPLOAD_VERIFIED ->
              client.annotations().upload(rows(), options());
        };
    try {
      return answer.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause() instanceof CompletionException inner && inner.getCause() != null
          ? inner.getCause()
          : e.getCause();
    } catch (TimeoutException e) {
      return e;
    }
  }

  /** The outcome, which a queue that is closed has at the latest. */
  private QueueOutcome throughQueue(PhoenixAsyncClient client) {
    AnnotationQueueOptions options =
        AnnotationQueueOptions.builder()
            .flushRows(1)
            .requestTimeout(Duration.ofMillis(fault.patience()))
            .build();
    AsyncAnnotationQueue queue = client.annotationQueue(options);
    Offer offer =
        call == Call.QUEUE ? queue.offer(row(0)) : queue.offer(NoteData.ofSpan(span(0), name));
    boolean mustEnd = fault.is(Trait.HEALS) || fault.is(Trait.OUTAGE);
    queue.close(Duration.ofMillis(mustEnd ? LONGEST_SECONDS * 500 : QUEUE_OPEN_MILLIS)).join();
    return offer.outcomeFuture().join();
  }

  private UploadOptions options() {
    return UploadOptions.builder()
        .delivery(call.delivery())
        .project(truth.project)
        .chunkSize(CHUNK)
        .queueWindow(WINDOW)
        .outageTolerance(Duration.ofSeconds(fault.is(Trait.OUTAGE) ? 20 : 0))
        .build();
  }

  private List<AnnotationData> rows() {
    List<AnnotationData> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private SpanAnnotationData row(int number) {
    String identifier = name + "." + number;
    return SpanAnnotationData.builder(spans().get(identifier), name)
        .identifier(identifier)
        .label(OURS)
        .build();
  }
}
