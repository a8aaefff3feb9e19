package io.github.phoenixkt.benchmarks;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixListener;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.RequestEvent;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotationRows;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.dataframe.AnnotationDataframesKt;
import io.github.phoenixkt.dataframe.AnnotationTargets;
import io.github.phoenixkt.dataframe.ToAnnotationsKt;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.upload.Delivery;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import io.ktor.client.engine.cio.CIO;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kotlin.Unit;
import kotlinx.coroutines.flow.FlowKt;
import org.jetbrains.kotlinx.dataframe.DataFrame;

/**
 * Our side of the table, and the bare engines, in a process of their own.
 *
 * <p>Arguments: what to do, the endpoint, the number of rows or calls, and the engine: {@code own},
 * {@code cio} or, for bare posts, {@code jdk}. See {@link Measured} for what it prints.
 */
final class Client {
  private static final int CHUNK = 100;
  private static final int SLICE = 500;
  private final String endpoint;
  private final int count;
  private final String engine;

  private final AtomicInteger reads = new AtomicInteger();

  private Client(String endpoint, int count, String engine) {
    this.endpoint = endpoint;
    this.count = count;
    this.engine = engine;
  }

  public static void main(String[] args) throws Exception {
    Client client = new Client(args[1], Integer.parseInt(args[2]), args[3]);
    switch (args[0]) {
      case "list" -> client.list();
      case "layer" -> layer();
      case "posts" -> client.posts();
      case "single" -> client.single();
      case "post" -> client.post();
      case "frame" -> client.frame();
      case "frame-1000" -> client.frameInLargeChunks();
      case "read" -> client.read();
      case "read-frame" -> client.readFrame();
      case "spans" -> client.spans();
      case "verified" -> client.upload(Delivery.VERIFIED);
      case "queued" -> client.upload(Delivery.QUEUED);
      case "stream" -> client.stream();
      case "once" -> client.once();
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.exit(0);
  }

  private PhoenixClient open() {
    PhoenixSettings.Builder settings =
        PhoenixSettings.builder()
            .endpoint(endpoint)
            .maxConcurrentCalls(Integer.getInteger("calls", 64))
            .listener(
                new PhoenixListener() {
                  @Override
                  public void onRequest(RequestEvent event) {
                    if (event.getRoute().startsWith("GET")) {
                      reads.incrementAndGet();
                    }
                  }
                });
    if (engine.equals("cio")) {
      settings.engine(CIO.INSTANCE.create(config -> Unit.INSTANCE));
    }
    return PhoenixClient.create(settings.build());
  }

  private void list() throws Exception {
    PhoenixClient client = open();
    List<SpanAnnotationData> rows = Rows.list(count);
    Measured.rows(
        () ->
            Suspend.<List<InsertedAnnotation>>await(
                    done -> client.getSpans().logSpanAnnotations(rows, true, done))
                .size());
  }

  private static void layer() throws Exception {
    Layer layer = new Layer();
    Measured.rows(
        () -> {
          layer.list();
          return Layer.ROWS;
        });
  }

  /** The same rows, encoded already, two requests in flight. */
  private void posts() throws Exception {
    Posts posts = Posts.of(engine, endpoint);
    byte[] body = encoded(Rows.list(CHUNK));
    Measured.rows(
        () ->
            IntStream.range(0, 2)
                .parallel()
                .map(
                    half -> {
                      for (int i = 0; i < count / CHUNK / 2; i++) {
                        posts.post(body);
                      }
                      return count / 2;
                    })
                .sum());
  }

  private void single() throws Exception {
    PhoenixClient client = open();
    SpanAnnotationData row = Rows.row(1);
    Measured.calls(
        count, () -> Suspend.await(done -> client.getSpans().addSpanAnnotation(row, true, done)));
  }

  private void post() throws Exception {
    Posts posts = Posts.of(engine, endpoint);
    byte[] body = encoded(List.of(Rows.row(1)));
    Measured.calls(count, () -> posts.post(body));
  }

  private void frame() throws Exception {
    PhoenixClient client = open();
    DataFrame<?> frame = Rows.frame(count);
    Measured.rows(
        () ->
            Suspend.<List<InsertedAnnotation>>await(
                    done ->
                        AnnotationDataframesKt.logSpanAnnotationsDataframe(
                            client.getSpans(), frame, null, null, true, done))
                .size());
  }

  private void frameInLargeChunks() throws Exception {
    PhoenixClient client = open();
    DataFrame<?> frame = Rows.frame(count);
    UploadOptions options =
        UploadOptions.builder().delivery(Delivery.CONFIRMED).chunkSize(1_000).build();
    Measured.rows(
        () -> {
          AnnotationRows rows =
              ToAnnotationsKt.toAnnotations(
                  frame, AnnotationTargets.Companion.spans(null), null, null);
          return stored(client, rows, options);
        });
  }

  private static int stored(PhoenixClient client, AnnotationRows rows, UploadOptions options) {
    UploadReport report =
        Suspend.await(done -> client.getAnnotations().upload(rows, options, done));
    if (!report.getComplete()) {
      throw new IllegalStateException(report.toString());
    }
    return report.getOutcomes().size();
  }

  private void read() throws Exception {
    PhoenixClient client = open();
    List<String> ids = LongStream.range(0, count).mapToObj(Rows::spanId).toList();
    Measured.rows(
        () ->
            Suspend.<List<?>>await(
                    done ->
                        FlowKt.toList(
                            client.getSpans().getSpanAnnotations(ids, null, null, null, null, null),
                            new java.util.ArrayList<>(),
                            done))
                .size());
  }

  private void readFrame() throws Exception {
    PhoenixClient client = open();
    List<String> ids = LongStream.range(0, count).mapToObj(Rows::spanId).toList();
    Measured.rows(
        () ->
            Suspend.<DataFrame<?>>await(
                    done ->
                        AnnotationDataframesKt.getSpanAnnotationsDataframe(
                            client.getSpans(), ids, null, null, null, null, null, done))
                .rowsCount());
  }

  /** What a server that stores annotations must have first. */
  private void spans() {
    PhoenixClient client = open();
    for (int i = 0; i < count; i += SLICE) {
      List<SpanData> spans =
          LongStream.range(i, Math.min(i + SLICE, count))
              .mapToObj(
                  number ->
                      SpanData.builder(
                              "step",
                              Rows.spanId(number),
                              "%032x".formatted(number + 1),
                              Instant.EPOCH,
                              Instant.EPOCH)
                          .build())
              .toList();
      Suspend.await(done -> client.getSpans().logSpans(spans, null, done));
    }
    // Phoenix stores them later, in their order.
    UploadOptions options =
        UploadOptions.builder()
            .delivery(Delivery.CONFIRMED)
            .awaitTarget(Duration.ofMinutes(10))
            .build();
    stored(client, AnnotationRows.of(List.of(Rows.row(count - 1))), options);
  }

  private void upload(Delivery delivery) throws Exception {
    PhoenixClient client = open();
    AtomicInteger pass = new AtomicInteger();
    UploadOptions options = UploadOptions.builder().delivery(delivery).build();
    String name = delivery + "-" + ProcessHandle.current().pid() + "-";
    // Loads the classes, also where a whole upload is too long for a warm-up.
    stored(client, AnnotationRows.of(Rows.list(count / 10, name + "first")), options);
    Measured.rows(
        () -> {
          reads.set(0);
          List<SpanAnnotationData> rows = Rows.list(count, name + pass.incrementAndGet());
          return stored(client, AnnotationRows.of(rows), options);
        },
        () -> " gets=%.2f".formatted(reads.get() * 250.0 / count));
  }

  private void stream() {
    PhoenixClient client = open();
    Iterable<AnnotationData> rows =
        () -> LongStream.range(0, count).<AnnotationData>mapToObj(Rows::row).iterator();
    UploadOptions options = UploadOptions.builder().delivery(Delivery.CONFIRMED).build();
    System.out.println(
        "# "
            + Suspend.await(
                done ->
                    client
                        .getAnnotations()
                        .uploadStream(FlowKt.asFlow(rows), options, null, done)));
  }

  private void once() {
    try (PhoenixClient client = open()) {
      Suspend.await(done -> client.getSpans().addSpanAnnotation(Rows.row(1), true, done));
    }
  }

  private static byte[] encoded(List<SpanAnnotationData> rows) {
    return rows.stream()
        .map(
            row ->
                """
                {"span_id":"%s","name":"%s","annotator_kind":"LLM","identifier":"",\
                "result":{"label":"%s","score":%s,"explanation":"%s"}}"""
                    .formatted(
                        row.getSpanId(),
                        row.getName(),
                        row.getLabel(),
                        row.getScore(),
                        row.getExplanation()))
        .collect(Collectors.joining(",", "{\"data\":[", "]}"))
        .getBytes(StandardCharsets.UTF_8);
  }
}
