package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.spark.PhoenixWriteException;
import io.github.phoenixkt.spark.SparkTest;
import io.github.phoenixkt.spark.options.Options;
import io.github.phoenixkt.spark.options.PhoenixConnection;
import io.github.phoenixkt.spark.options.WriteOptions;
import io.github.phoenixkt.testing.FakeAnnotatorKind;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.StoredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritesTest extends SparkTest {
  private static final String SPAN = "%016x";

  private DataFrameWriter<Row> judged(Dataset<Row> rows) {
    return write(rows).option("name", "correctness").option("annotatorKind", "LLM");
  }

  private List<StoredRow> stored(FakeTargetKind target) {
    return phoenix.annotations(target);
  }

  private void addSpans(int count) {
    IntStream.range(0, count).forEach(i -> phoenix.addSpan(FakeSpan.of(SPAN.formatted(i + 1))));
  }

  private Dataset<Row> scores(int count) {
    Object[][] rows =
        IntStream.range(0, count)
            .mapToObj(i -> row(SPAN.formatted(i + 1), i / 1000.0))
            .toArray(Object[][]::new);
    return frame("span_id string, score double", rows);
  }

  @Test
  void rowsOfEveryTargetAreStored() {
    phoenix.addSpan(
        FakeSpan.of("00000000000000a1")
            .trace("000000000000000000000000000000a2")
            .session("chat-1")
            .documents(3));
    judged(frame("`context.span_id` string, label string", row("00000000000000a1", "good"))).save();
    judged(frame("span_id string, position bigint, score float", row("00000000000000a1", 2L, 0.1f)))
        .option("target", "document")
        .save();
    judged(
            frame(
                "trace_id string, explanation string",
                row("000000000000000000000000000000a2", "short")))
        .option("target", "Trace")
        .save();
    judged(
            frame(
                "`session.id` string, score decimal(3,2)",
                row("chat-1", new java.math.BigDecimal("0.25"))))
        .option("target", "session")
        .option("identifier", "run 1")
        .save();

    assertThat(stored(FakeTargetKind.SPAN))
        .singleElement()
        .extracting(StoredRow::label)
        .isEqualTo("good");
    assertThat(stored(FakeTargetKind.DOCUMENT))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.documentPosition()).isEqualTo(2);
              assertThat(row.score()).isEqualTo(0.1);
            });
    assertThat(stored(FakeTargetKind.TRACE))
        .singleElement()
        .extracting(StoredRow::explanation)
        .isEqualTo("short");
    assertThat(stored(FakeTargetKind.SESSION))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.score()).isEqualTo(0.25);
              assertThat(row.identifier()).isEqualTo("run 1");
              assertThat(row.annotatorKind()).isEqualTo(FakeAnnotatorKind.LLM);
            });
  }

  @Test
  void everyRowKeepsItsOwnValues() {
    addSpans(500);
    judged(scores(500)).save();
    assertThat(stored(FakeTargetKind.SPAN))
        .hasSize(500)
        .allSatisfy(
            row ->
                assertThat(row.score())
                    .isEqualTo((Long.parseLong(row.targetId(), 16) - 1) / 1000.0));
  }

  @Test
  void aNestedIdIsFound() {
    addSpans(1);
    Dataset<Row> rows =
        scores(1)
            .select(
                functions.struct(functions.col("span_id")).as("context"), functions.col("score"));
    judged(rows).save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(1);
  }

  @Test
  void metadataMayBeAMapAStructAJsonTextOrAVariant() {
    addSpans(4);
    Stream.of(
            "'1' id, 'map' label, map('a', 1, 'b', null) metadata",
            "'2' id, 'struct' label, named_struct('a', 1, 'b', CAST(null AS INT), 'day', DATE'2026-01-31', "
                + "'inner', named_struct('list', array(1.5D, 2D))) metadata",
            "'3' id, 'text' label, '{\"a\": [1, {\"b\": null}]}' metadata",
            "'4' id, 'variant' label, parse_json('{\"a\": {\"b\": 1.5}}') metadata")
        .map(
            columns ->
                spark.sql("SELECT *, lpad(id, 16, '0') AS span_id FROM (SELECT " + columns + ")"))
        .forEach(rows -> judged(rows).save());

    assertThat(stored(FakeTargetKind.SPAN))
        .extracting(row -> row.label() + " " + row.metadata())
        .containsExactlyInAnyOrder(
            "map {\"a\":1,\"b\":null}",
            "struct {\"a\":1,\"day\":\"2026-01-31\",\"inner\":{\"list\":[1.5,2.0]}}",
            "text {\"a\":[1,{\"b\":null}]}",
            "variant {\"a\":{\"b\":1.5}}");
  }

  @Test
  void aColumnOfIdentifiersTakesPrecedenceOverTheOption() {
    addSpans(2);
    judged(
            frame(
                "span_id string, label string, identifier string",
                row(SPAN.formatted(1), "good", "its own"),
                row(SPAN.formatted(2), "good", null)))
        .option("identifier", "of all")
        .save();
    assertThat(stored(FakeTargetKind.SPAN))
        .extracting(row -> String.valueOf(row.identifier()))
        .containsExactlyInAnyOrder("its own", "");
  }

  /** Phoenix may have it from another client, and this one would write a second annotation. */
  @Test
  void aKeyThatWritingWouldChangeIsRefused() {
    addSpans(1);
    Dataset<Row> read =
        frame("span_id string, label string, identifier string", row(SPAN.formatted(1), "a", " r"))
            .selectExpr(
                "*",
                "'U3Bh' id",
                "current_timestamp() created_at",
                "current_timestamp() updated_at",
                "'API' source",
                "'' user_id");
    PhoenixWriteException e =
        catchThrowableOfType(PhoenixWriteException.class, () -> judged(read).save());
    assertThat(e.getFailures().get(0).getReason())
        .contains("identifier has white space around it in Phoenix");
    assertThat(stored(FakeTargetKind.SPAN)).isEmpty();
  }

  @Test
  void anEmptyMapIsMetadata() {
    addSpans(1);
    judged(spark.sql("SELECT '0000000000000001' span_id, 'good' label, map() metadata")).save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(1);
  }

  @Test
  void theLastRowOfAKeyWinsByTheColumnThatOrdersThem() {
    addSpans(3);
    Object[][] rows =
        IntStream.range(0, 300)
            .mapToObj(i -> row(SPAN.formatted(i % 3 + 1), (double) i, (i * 7) % 300))
            .toArray(Object[][]::new);
    judged(frame("span_id string, score double, turn int", rows).repartition(8))
        .option("orderBy", "turn")
        .option("queueWindow", "50")
        .save();
    // The last turns of the three spans are 297, 298 and 299, and 7 i = turn modulo 300.
    assertThat(stored(FakeTargetKind.SPAN))
        .extracting(StoredRow::score)
        .allSatisfy(score -> assertThat((score * 7) % 300).isGreaterThanOrEqualTo(297));
  }

  private Dataset<Row> scoresOfPaddedIds() {
    Object[][] rows =
        IntStream.range(0, 80)
            .mapToObj(
                i -> {
                  String id = SPAN.formatted(i / 2 + 1);
                  return row(i % 2 == 0 ? id : "\u00a0" + id + " ", (double) i, i);
                })
            .toArray(Object[][]::new);
    return frame("span_id string, score double, turn int", rows);
  }

  /** Spark would put the two forms of an id into different tasks. */
  @Test
  void anIdWithWhiteSpaceIsRefusedWhereItsOtherRowsMayBeInAnotherTask(@TempDir Path folder) {
    addSpans(40);
    String failures = folder.resolve("failures").toUri().toString();
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class,
            () ->
                judged(scoresOfPaddedIds())
                    .option("orderBy", "turn")
                    .option("failuresPath", failures)
                    .save());
    assertThat(e.getStored()).isEqualTo(40);
    assertThat(e.getSkipped()).isEqualTo(40);
    assertThat(e.getFailures().get(0).getReason())
        .contains("span_id has white space around it")
        .contains("set the option writers to 1");

    Dataset<Row> lines = spark.read().json(failures);
    PhoenixWriteException again =
        catchThrowableOfType(PhoenixWriteException.class, () -> write(lines).save());
    assertThat(again.getSkipped()).isEqualTo(40);
    assertThat(stored(FakeTargetKind.SPAN))
        .allMatch(row -> row.score() % 2 == 0, "is of a row whose id has no white space");
    write(lines.withColumn("span_id", functions.regexp_replace(lines.col("span_id"), "\\W", "")))
        .save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(40).allMatch(row -> row.score() % 2 == 1);
  }

  @Test
  void oneTaskKnowsAnIdWithWhiteSpaceAroundIt() {
    addSpans(40);
    judged(scoresOfPaddedIds()).options(Map.of("orderBy", "turn", "writers", "1")).save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(40).allMatch(row -> row.score() % 2 == 1);
  }

  @Test
  void namesAndIdentifiersMayHaveWhiteSpaceAroundThem() {
    addSpans(40);
    Dataset<Row> rows =
        scoresOfPaddedIds()
            .selectExpr(
                "regexp_replace(span_id, '\\\\W', '') span_id",
                "score",
                "turn",
                "if(turn % 2 = 0, 'n', ' n ') annotation_name",
                "if(turn % 2 = 0, ' run', 'run') identifier");
    write(rows).options(Map.of("annotatorKind", "CODE", "orderBy", "turn", "writers", "4")).save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(40).allMatch(row -> row.score() % 2 == 1);
  }

  @Test
  void rowsWhoseIdsDifferAreToldAndNotWrittenToOneOfThem(@TempDir Path folder) {
    addSpans(2);
    String failures = folder.toUri().toString();
    judged(
            frame(
                "span_id string, `context.span_id` string, label string",
                row(SPAN.formatted(1), SPAN.formatted(2), "good")))
        .options(Map.of("onFailure", "report", "failuresPath", failures))
        .save();
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class, () -> write(spark.read().json(failures)).save());
    assertThat(e.getStored()).isZero();
  }

  @Test
  void failuresAreToldOnceWithTypedNumbers(@TempDir Path folder) throws Exception {
    addSpans(20);
    Dataset<Row> rows =
        scores(23)
            .withColumn("metadata", functions.lit("{\"run\": 1}"))
            .unionByName(
                frame(
                    "span_id string, score double, metadata string",
                    row("0000000000000001", 1.0, "[1]"),
                    row(null, 1.0, null),
                    row("0000000000000002", Double.NaN, null)));
    Path failures = folder.resolve("failures");
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class,
            () ->
                judged(rows)
                    .option("failuresPath", failures.toUri().toString())
                    .option("maxFailuresReported", "4")
                    .save());
    assertThat(e.getStored()).isEqualTo(20);
    assertThat(e.getMissing()).isEqualTo(3);
    assertThat(e.getSkipped()).isEqualTo(3);
    assertThat(e.getRows()).isEqualTo(26);
    assertThat(e.getFailures()).hasSize(4).allMatch(failure -> !failure.getReason().isBlank());
    assertThat(e)
        .hasMessageContaining("6 of 26 annotations were not written")
        .hasMessageContaining("MissingTarget");

    Dataset<Row> lines = spark.read().json(failures.toString());
    assertThat(lines.count()).isEqualTo(6);
    assertThat(lines.select("reason").as(Encoders.STRING()).collectAsList())
        .anyMatch(reason -> reason.contains("metadata is not a JSON object"))
        .anyMatch(reason -> reason.contains("span_id is missing"))
        .anyMatch(reason -> reason.contains("result is empty"));
    try (Stream<Path> files = Files.list(failures)) {
      assertThat(files.filter(file -> file.toString().contains("unfinished"))).isEmpty();
    }

    // What is told can be written again once its targets are there.
    IntStream.range(20, 23).forEach(i -> phoenix.addSpan(FakeSpan.of(SPAN.formatted(i + 1))));
    write(lines.filter("outcome = 'MissingTarget'")).save();
    assertThat(stored(FakeTargetKind.SPAN))
        .hasSize(23)
        .allSatisfy(row -> assertThat(row.metadata().toString()).isEqualTo("{\"run\":1}"));
  }

  @Test
  void aRowThatIsRefusedIsRefusedAgain(@TempDir Path folder) {
    addSpans(5);
    Dataset<Row> rows =
        frame(
            "span_id string, annotator_kind string, label string, score string",
            row(SPAN.formatted(1), "ROBOT", "good", "0.5"),
            row(SPAN.formatted(2), null, "good", "0.5"),
            row(SPAN.formatted(3), "LLM", "good", "high"),
            row("", "CODE", "good", "0.5"));
    String failures = folder.resolve("failures").toUri().toString();
    Map<String, String> options =
        Map.of("name", "n", "onFailure", "report", "failuresPath", failures);
    write(rows).options(options).save();

    Dataset<Row> lines = spark.read().json(failures);
    assertThat(lines.select("annotator_kind", "score").collectAsList())
        .extracting(Row::toString)
        .containsExactlyInAnyOrder("[ROBOT,0.5]", "[null,0.5]", "[LLM,high]", "[CODE,0.5]");
    PhoenixWriteException e =
        catchThrowableOfType(PhoenixWriteException.class, () -> write(lines).save());
    assertThat(e.getSkipped()).isEqualTo(4);
    assertThat(stored(FakeTargetKind.SPAN)).isEmpty();
  }

  @Test
  void rowsOfATargetGoToOneTask() throws Exception {
    addSpans(1);
    Dataset<Row> rows =
        frame(
            "span_id string, label string, identifier string", row(SPAN.formatted(1), "good", ""));
    assertThat(planOf(judged(rows))).containsPattern("hashpartitioning\\(span_id#\\d+, 2\\)");
    assertThat(planOf(judged(rows.selectExpr("*", "NULL AS `context.span_id`"))))
        .contains("SinglePartition");
  }

  private String planOf(DataFrameWriter<Row> writer) throws Exception {
    return executionsOf(writer::save).get(0).executedPlan().toString();
  }

  /** What the driver sends to the tasks. */
  private PhoenixWriterFactory tasks(String... more) {
    Map<String, String> options = new HashMap<>();
    options.putAll(Map.of("endpoint", endpoint(), "name", "n", "annotatorKind", "CODE"));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    WriteOptions write = WriteOptions.of(Options.of(options));
    return new PhoenixWriterFactory(
        PhoenixConnection.resolve(Options.of(options)),
        write,
        new WriteColumns(scores(0).schema(), write),
        "q",
        options.containsKey("failuresPath")
            ? new SerializableConfiguration(new Configuration())
            : null);
  }

  private static InternalRow internalRow(@Nullable String id, double score) {
    return new GenericInternalRow(
        new Object[] {id == null ? null : UTF8String.fromString(id), score});
  }

  @Test
  void aRepeatedTaskReplacesTheFileOfItsFailures(@TempDir Path folder) throws Exception {
    addSpans(1);
    PhoenixWriterFactory tasks = tasks("failuresPath", folder.toUri().toString());
    for (long task : new long[] {7, 8}) {
      DataWriter<InternalRow> writer = tasks.createWriter(3, task);
      writer.write(internalRow(null, 0.5));
      writer.commit();
    }
    assertThat(filesIn(folder)).containsExactly("q-00003.jsonl");
    assertThat(Files.readAllLines(folder.resolve("q-00003.jsonl"))).hasSize(1);

    DataWriter<InternalRow> withoutFailures = tasks.createWriter(3, 9);
    withoutFailures.write(internalRow(SPAN.formatted(1), 0.5));
    withoutFailures.commit();
    assertThat(filesIn(folder)).isEmpty();
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  @Test
  void aTaskTellsNoMoreFailuresThanAreReported() throws Exception {
    DataWriter<InternalRow> writer = tasks("maxFailuresReported", "2").createWriter(0, 1);
    writer.writeAll(Stream.generate(() -> internalRow(null, 0.5)).limit(5).iterator());
    WrittenRows rows = (WrittenRows) writer.commit();
    assertThat(rows.failures()).hasSize(2);
    assertThat(rows.counts()).isEqualTo(Map.of("Skipped", 5L));
  }

  /** Spark computes a shuffle again if a task fails with its exception for a lost one. */
  @Test
  void whatEndsTheRowsOfATaskFailsItAsItIs() {
    addSpans(1);
    Exception lost = new Exception("a shuffle is lost");
    Iterator<InternalRow> rows =
        Stream.of(0, 1)
            .map(
                i ->
                    i == 0
                        ? internalRow(SPAN.formatted(1), 0.5)
                        : WritesTest.<RuntimeException>fail(lost))
            .iterator();
    DataWriter<InternalRow> writer = tasks().createWriter(0, 1);
    assertThatThrownBy(() -> writer.writeAll(rows)).isSameAs(lost);
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(1);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> InternalRow fail(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void failuresMayBeReportedOnly() {
    addSpans(1);
    judged(scores(2)).option("onFailure", "report").save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(1);
  }

  @Test
  void aDocumentWithAnIdentifierIsNotStoredWithoutAWord() {
    phoenix.addSpan(FakeSpan.of("0000000000000001").documents(1));
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class,
            () ->
                judged(
                        frame(
                            "span_id string, document_position int, label string, identifier string",
                            row("0000000000000001", 0, "good", "run 1")))
                    .option("target", "document")
                    .save());
    assertThat(e.getFailures())
        .singleElement()
        .extracting(FailedAnnotation::getReason)
        .asString()
        .contains("identifier");
  }

  @Test
  void aTaskThatFailsOnceLeavesEverythingStoredOnce() {
    addSpans(200);
    Dataset<Row> rows = scores(200);
    Dataset<Row> failing =
        rows.map(
                (MapFunction<Row, Row>)
                    row -> {
                      if (TaskContext.get().attemptNumber() == 0 && row.getDouble(1) > 0.15) {
                        throw new IllegalStateException("once");
                      }
                      return row;
                    },
                rows.encoder())
            .coalesce(1);
    judged(failing).option("writers", "1").save();
    assertThat(stored(FakeTargetKind.SPAN)).hasSize(200);
  }

  @Test
  void storageThatIsFullEndsTheWriteWithThatReason() {
    addSpans(10);
    phoenix.failNext(Fault.status(507).times(100).on("POST", "annotations"));
    PhoenixWriteException e =
        catchThrowableOfType(
            PhoenixWriteException.class,
            () -> judged(scores(10)).option("onFailure", "report").save());
    assertThat(e.getStoppedBy()).contains("507");
    assertThat(e.getStored()).isZero();
  }

  @Test
  void insertIntoWrites() {
    addSpans(2);
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW correctness (span_id STRING, score DOUBLE) USING phoenix OPTIONS "
            + "(endpoint '%s', name 'correctness', annotatorKind 'CODE')".formatted(endpoint()));
    spark.sql("INSERT INTO correctness SELECT '0000000000000001' AS span_id, 0.5D AS score");
    spark.sql("INSERT INTO correctness (score, span_id) VALUES (0.25D, '0000000000000002')");
    assertThat(stored(FakeTargetKind.SPAN))
        .extracting(StoredRow::score)
        .containsExactlyInAnyOrder(0.5, 0.25);
  }

  @Test
  void sparksMetricsHaveTheNumbers() throws Exception {
    addSpans(20);
    List<QueryExecution> executions =
        executionsOf(() -> judged(scores(23)).option("onFailure", "report").save());
    assertThat(executions).hasSize(1);
    var metrics = executions.get(0).executedPlan().metrics();
    assertThat(metrics.apply("phoenixStored").value()).isEqualTo(20);
    assertThat(metrics.apply("phoenixMissingTarget").value()).isEqualTo(3);
    assertThat(metrics.apply("phoenixSkipped").value()).isZero();
  }

  @Test
  void anEmptyFrameWritesNothing() {
    judged(scores(0)).save();
    assertThat(stored(FakeTargetKind.SPAN)).isEmpty();
  }

  @Test
  void mapsOfJavaAreRows() {
    addSpans(1);
    judged(
            frame(
                "span_id string, label boolean, metadata map<string,array<string>>",
                row("0000000000000001", true, Collections.singletonMap("tags", List.of("a", "b")))))
        .options(Map.of("delivery", "confirmed", "chunkSize", "10"))
        .save();
    assertThat(stored(FakeTargetKind.SPAN))
        .extracting(row -> row.label() + row.metadata())
        .containsExactly("true{\"tags\":[\"a\",\"b\"]}");
  }
}
