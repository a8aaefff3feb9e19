package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.StoredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTest extends SparkTest {
  @TempDir Path folder;

  @BeforeEach
  void addInput() throws IOException {
    phoenix.addSpan(FakeSpan.of("0000000000000001"));
    phoenix.addSpan(FakeSpan.of("0000000000000002"));
    Files.createDirectories(folder.resolve("in"));
    add("1.json", "0000000000000001", 0.25);
    add("2.json", "0000000000000002", 0.5);
    add("3.json", "0000000000000001", 1.0);
  }

  private void add(String file, String id, double score) throws IOException {
    Files.writeString(
        folder.resolve("in").resolve(file),
        "{\"span_id\":\"%s\",\"score\":%s}\n".formatted(id, score));
  }

  private Dataset<Row> input() {
    return spark
        .readStream()
        .schema("span_id string, score double")
        .option("maxFilesPerTrigger", 1)
        .json(folder.resolve("in").toString());
  }

  private void run(Dataset<Row> rows, String mode) throws Exception {
    run(rows, mode, Map.of());
  }

  private void run(Dataset<Row> rows, String mode, Map<String, String> options) throws Exception {
    rows.writeStream()
        .format("phoenix")
        .options(options)
        .outputMode(mode)
        .option("endpoint", endpoint())
        .option("name", "correctness")
        .option("annotatorKind", "CODE")
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
  }

  @Test
  void rowsAreAppended() throws Exception {
    run(input().filter("score < 1"), "append");
    assertThat(phoenix.annotations(FakeTargetKind.SPAN))
        .extracting(row -> row.targetId() + row.score())
        .containsExactlyInAnyOrder("00000000000000010.25", "00000000000000020.5");

    // A restart goes on where the stream has ended.
    add("4.json", "0000000000000002", 0.75);
    phoenix.clearRequests();
    run(input().filter("score < 1"), "append");
    assertThat(phoenix.annotations(FakeTargetKind.SPAN))
        .extracting(row -> row.targetId() + row.score())
        .containsExactlyInAnyOrder("00000000000000010.25", "00000000000000020.75");
  }

  @Test
  void failuresOfEveryBatchAreKept() throws Exception {
    add("4.json", "00000000000000b1", 0.25);
    add("5.json", "00000000000000b2", 0.5);
    add("6.json", "00000000000000b1", 0.75);
    String failures = folder.resolve("failures").toUri().toString();
    run(input(), "append", Map.of("onFailure", "report", "failuresPath", failures));

    assertThat(spark.read().json(failures).select("span_id", "score").collectAsList())
        .extracting(Row::toString)
        .containsExactlyInAnyOrder(
            "[00000000000000b1,0.25]", "[00000000000000b2,0.5]", "[00000000000000b1,0.75]");
  }

  @Test
  void aRowThatIsNotStoredStopsAStreamThatShallFail() throws Exception {
    add("0.json", "00000000000000b1", 0.25);
    assertThatThrownBy(() -> run(input(), "append"))
        .isInstanceOf(StreamingQueryException.class)
        .hasMessageContaining("1 of 1 annotations were not written (1 MissingTarget)");
  }

  @Test
  void theCompleteModeIsRefusedWithASentence() {
    assertThatThrownBy(
            () ->
                run(input().groupBy("span_id").agg(functions.sum("score").as("score")), "complete"))
        .isInstanceOf(StreamingQueryException.class)
        .hasMessageContaining("a stream in the output mode append or update");
    assertThat(phoenix.annotations(FakeTargetKind.SPAN)).isEmpty();
  }

  @Test
  void anUpdateReplacesTheAnnotationOfItsKey() throws Exception {
    run(input().groupBy("span_id").agg(functions.sum("score").as("score")), "update");
    assertThat(phoenix.annotations(FakeTargetKind.SPAN))
        .hasSize(2)
        .extracting(StoredRow::score)
        .containsExactlyInAnyOrder(1.25, 0.5);
  }
}
