package io.github.phoenixkt.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.ktor.client.engine.cio.CIO;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kotlin.Unit;

/**
 * Our side of the table, and the bare engines: does one thing until it is warm, then measures it
 * some times and prints the medians, as in {@code cpu_us=1.2 rate=345678}.
 *
 * <p>Arguments: what to do, the endpoint, the number of rows or calls, and an engine.
 */
final class Client {
  private static final int CHUNK = 100;
  private final String endpoint;
  private final int count;
  private final String engine;

  private Client(String endpoint, int count, String engine) {
    this.endpoint = endpoint;
    this.count = count;
    this.engine = engine;
  }

  public static void main(String[] args) throws Exception {
    Client client = new Client(args[1], Integer.parseInt(args[2]), args.length > 3 ? args[3] : "");
    switch (args[0]) {
      case "list" -> client.list();
      case "posts" -> client.posts();
      case "single" -> client.single();
      case "post" -> client.post();
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.exit(0);
  }

  private PhoenixClient open() {
    PhoenixSettings.Builder settings = PhoenixSettings.builder().endpoint(endpoint);
    if (engine.equals("cio")) {
      settings.engine(CIO.INSTANCE.create(config -> Unit.INSTANCE));
    }
    return new PhoenixClient(settings.build());
  }

  private void list() throws Exception {
    PhoenixClient client = open();
    List<SpanAnnotationData> rows = Rows.list(count);
    measure(
        () ->
            Suspend.<List<InsertedAnnotation>>await(
                    done -> client.getSpans().logSpanAnnotations(rows, true, done))
                .size());
  }

  /** The same rows, encoded already, two requests in flight. */
  private void posts() throws Exception {
    Posts posts = Posts.of(engine, endpoint);
    byte[] body = encoded(Rows.list(CHUNK));
    measure(
        () ->
            IntStream.range(0, 2)
                .parallel()
                .map(
                    half -> {
                      for (int i = 0; i < count / CHUNK / 2; i++) {
                        postOnce(posts, body);
                      }
                      return count / 2;
                    })
                .sum());
  }

  private void single() throws Exception {
    PhoenixClient client = open();
    SpanAnnotationData row = Rows.row(1);
    latencies(() -> Suspend.await(done -> client.getSpans().addSpanAnnotation(row, true, done)));
  }

  private void post() throws Exception {
    Posts posts = Posts.of(engine, endpoint);
    byte[] body = encoded(List.of(Rows.row(1)));
    latencies(() -> posts.post(body));
  }

  private static void postOnce(Posts posts, byte[] body) {
    try {
      posts.post(body);
    } catch (Exception e) {
      throw new IllegalStateException(e);
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

  /** CPU of this process per row, and rows per second. */
  private void measure(Callable<Integer> work) throws Exception {
    int repeats = Integer.getInteger("repeats", 7);
    for (int i = 0; i < Integer.getInteger("warmups", 10); i++) {
      work.call();
    }
    double[] cpu = new double[repeats];
    double[] rate = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long begin = System.nanoTime();
      long beginCpu = cpuNanos();
      double rows = work.call();
      cpu[i] = (cpuNanos() - beginCpu) / 1e3 / rows;
      rate[i] = rows / ((System.nanoTime() - begin) / 1e9);
    }
    System.out.printf("cpu_us=%.3f rate=%.0f%n", median(cpu), median(rate));
  }

  private void latencies(Callable<?> call) throws Exception {
    for (int i = 0; i < count; i++) {
      call.call();
    }
    double[] micros = new double[count];
    long beginCpu = cpuNanos();
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      call.call();
      micros[i] = (System.nanoTime() - begin) / 1e3;
    }
    System.out.printf(
        "p50_us=%.1f cpu_us=%.1f%n", median(micros), (cpuNanos() - beginCpu) / 1e3 / count);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
