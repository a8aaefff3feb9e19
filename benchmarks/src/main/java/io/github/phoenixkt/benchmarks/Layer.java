package io.github.phoenixkt.benchmarks;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An upload over an engine that sends nothing: time and allocation per row are all ours. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Layer {
  static final int ROWS = 10_000;
  private final List<SpanAnnotationData> rows = Rows.list(ROWS);
  private final PhoenixClient client =
      PhoenixClient.create(
          PhoenixSettings.builder()
              .endpoint("http://phoenix.test")
              .engine(new SilentEngine(Rows.ids(100)))
              .build());

  /** {@return the stored annotations} */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public Object list() {
    return Suspend.await(done -> client.getSpans().logSpanAnnotations(rows, true, done));
  }
}
