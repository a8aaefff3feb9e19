package io.github.phoenixkt.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.testing.FakeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nanoseconds of centuries are more than a long can hold. */
class LongLatencyTest extends SparkTest {
  private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-01-05T10:00:00Z");

  private void addSpans() {
    phoenix.addSpan(FakeSpan.of("a1").trace("t1").session("s1").time(YEAR_1, END));
    phoenix.addSpan(FakeSpan.of("a2").trace("t2").time(END, END.plusNanos(1_500_250_000)));
  }

  private List<Row> latencies(String table) {
    return spark
        .read()
        .format("phoenix")
        .option("endpoint", endpoint())
        .option("project", "default")
        .option("table", table)
        .load()
        .select("latency_ms")
        .sort("latency_ms")
        .collectAsList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spans", "traces"})
  void whatBeganInYear1KeepsNothingFromBeingRead(String table) {
    addSpans();
    assertThat(latencies(table))
        .extracting(row -> row.getDouble(0))
        .containsExactly(1_500.25, (double) Duration.between(YEAR_1, END).toMillis());
  }

  @Test
  void aSessionThatBeganInYear1IsRead() {
    addSpans();
    assertThat(
            spark
                .read()
                .format("phoenix")
                .option("endpoint", endpoint())
                .option("project", "default")
                .option("table", "sessions")
                .load()
                .select("session_id")
                .collectAsList())
        .hasSize(1);
  }
}
